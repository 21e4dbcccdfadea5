"""What a domain tells those above it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pytest

from ownlab.base.events import Events
from ownlab.base.ids import is_id, new_id


@dataclass(frozen=True)
class Rang:
    times: int


async def test_every_handler_gets_the_event_in_order_although_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    events, heard = Events(), []

    async def fail(event: Rang) -> None:
        raise ValueError("on purpose")

    async def first(event: Rang) -> None:
        heard.append(("first", event.times))

    async def second(event: Rang) -> None:
        heard.append(("second", event.times))

    for handler in (first, fail, second):
        events.on(Rang, handler)
    with caplog.at_level(logging.ERROR):
        await events.emit(Rang(3))
    assert heard == [("first", 3), ("second", 3)]
    assert "a handler of Rang failed" in caplog.text


def test_identifiers_differ_and_are_safe_as_a_file_name() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(is_id(id) for id in ids)


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a b", "a\n", "a" * 65, "ä"])
def test_what_could_be_a_path_is_no_identifier(text: str) -> None:
    assert not is_id(text)
