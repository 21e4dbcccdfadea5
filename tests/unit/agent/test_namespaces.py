"""The mapping of owners that mounts are shown with."""

from __future__ import annotations

import itertools

import pytest

from ownlab.agent.namespaces import extents


def mapped(text: str) -> list[tuple[range, range]]:
    lines = [tuple(map(int, line.split())) for line in text.splitlines()]
    return [(range(start, start + count), range(shown, shown + count)) for start, shown, count in lines]


@pytest.mark.parametrize("owner", [0, 1000, 900_000, 900_001, 4_000_000_000])
def test_owners_files_are_the_runtimes_and_all_others_stay(owner: int) -> None:
    pairs = mapped(extents(owner, 900_000))
    for identity in (0, 1, 999, 1000, 1001, 65534, 899_999, 900_001, 900_002, 4_000_000_001):
        shown = [to[identity - source.start] for source, to in pairs if identity in source]
        assert shown == [900_000 if identity == owner else identity]


@pytest.mark.parametrize("owner", [0, 1000, 900_000])
def test_nobody_is_mapped_twice(owner: int) -> None:
    pairs = mapped(extents(owner, 900_000))
    for side in (0, 1):
        ranges = sorted((pair[side] for pair in pairs), key=lambda ids: ids.start)
        assert all(a.stop <= b.start for a, b in itertools.pairwise(ranges))
        assert sum(map(len, ranges)) == sum(len(pair[0]) for pair in pairs)
