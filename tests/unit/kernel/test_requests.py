"""Requests on the log's socket."""

from __future__ import annotations

import json

import pytest

from ownlab_kernel.log.requests import Acknowledge, Input, NotUnderstood, Run, parse


def test_a_run_has_sensible_defaults() -> None:
    assert parse('{"op":"run","run":"r1","code":"1+1"}') == Run("r1", "1+1", stop_on_error=True, allow_stdin=True)


def test_input_and_acknowledgement_are_read() -> None:
    assert parse('{"op":"input","run":"r1","value":"yes"}') == Input("r1", "yes")
    assert parse('{"op":"ack","n":12}') == Acknowledge(12)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        "{}",
        '{"op":"fly"}',
        '{"op":"run","run":"r1"}',
        '{"op":"run","run":"r1","code":1}',
        '{"op":"run","run":"two words","code":""}',
        '{"op":"run","run":"","code":""}',
        '{"op":"run","run":"line\\nbreak","code":""}',
        json.dumps({"op": "run", "run": "x" * 129, "code": ""}),
        '{"op":"input","run":"r1"}',
        '{"op":"ack","n":"12"}',
        '{"op":"ack"}',
    ],
)
def test_anything_else_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)
