"""Fractional position keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.notebooks.positions import DIGITS, between, is_position, spread

CASES = json.loads((Path(__file__).parents[3] / "contract" / "positions.json").read_text())

keys = st.text(st.sampled_from(DIGITS), min_size=1, max_size=12).filter(lambda key: not key.endswith("0"))


def is_between(key: str, before: str | None, after: str | None) -> bool:
    return is_position(key) and (before is None or before < key) and (after is None or key < after)


def test_the_digits_are_in_the_order_of_plain_text() -> None:
    assert sorted(DIGITS) == list(DIGITS)


@pytest.mark.parametrize("case", CASES["between"])
def test_the_shared_cases_have_a_key_between_them(case: dict[str, str | None]) -> None:
    assert is_between(between(case["a"], case["b"]), case["a"], case["b"])


@pytest.mark.parametrize("case", CASES["refused"])
def test_the_shared_cases_out_of_order_are_refused(case: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match="position"):
        between(case["a"], case["b"])


@given(st.none() | keys, st.none() | keys)
def test_there_is_a_key_between_any_two(one: str | None, other: str | None) -> None:
    if one is not None and other is not None:
        if one == other:
            return
        one, other = min(one, other), max(one, other)
    assert is_between(between(one, other), one, other)


@given(st.integers(0, 3000))
def test_keys_are_spread_in_order(count: int) -> None:
    positions = spread(count)
    assert len(positions) == count
    assert all(map(is_position, positions))
    assert sorted(set(positions)) == positions


@given(st.integers(1, 60), st.none() | keys, st.none() | keys)
def test_keys_are_spread_between_two(count: int, one: str | None, other: str | None) -> None:
    if one is not None and other is not None:
        if one == other:
            return
        one, other = min(one, other), max(one, other)
    positions = spread(count, one, other)
    assert len(positions) == count
    assert sorted(set(positions)) == positions
    assert all(is_between(key, one, other) for key in positions)


@given(st.lists(st.integers(0, 10_000), max_size=200))
def test_any_order_of_insertions_keeps_the_order(places: list[int]) -> None:
    positions: list[str] = []
    for place in places:
        index = place % (len(positions) + 1)
        before = positions[index - 1] if index else None
        after = positions[index] if index < len(positions) else None
        positions.insert(index, between(before, after))
    assert sorted(set(positions)) == positions


def test_keys_stay_short_when_cells_are_added_at_the_ends() -> None:
    last, first = None, None
    for _ in range(1000):
        last, first = between(last, None), between(None, first)
    assert len(last or "") < 20
    assert len(first or "") < 40


def test_a_thousand_cells_have_keys_of_two_digits() -> None:
    assert max(map(len, spread(900))) == 2


@pytest.mark.parametrize("text", ["", "0", "a0", "é", "a b", "-", None, 5])
def test_what_is_no_key(text: object) -> None:
    assert not is_position(text)
