"""Entries: what a message of the kernel becomes in the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ownlab_kernel.log.entries import DELIMITER, Decoder, Entry, happened


def frames(
    kind: str,
    content: Any,
    *,
    run: str | None = "run-1",
    metadata: Any = None,
    buffers: tuple[bytes, ...] = (),
    raw: bytes | None = None,
) -> list[bytes]:
    parent = {} if run is None else {"msg_id": run, "msg_type": "execute_request"}
    body = json.dumps(content).encode() if raw is None else raw
    parts = [json.dumps({"msg_type": kind}).encode(), json.dumps(parent).encode(), json.dumps(metadata or {}).encode()]
    return [b"topic", DELIMITER, b"signature", *parts, body, *buffers]


def logged(entry: Entry, number: int = 1) -> Any:
    line = entry.line(number)
    assert b"\n" not in line
    return json.loads(line)


def stream(text: str, name: str = "stdout", run: str = "run-1") -> Entry:
    return Decoder().decode(frames("stream", {"name": name, "text": text}, run=run))


def test_a_message_becomes_one_line_with_its_run() -> None:
    content = {"data": {"text/plain": "é\u2028"}, "metadata": {}, "transient": {"display_id": "d"}}
    entry = Decoder().decode(frames("display_data", content, metadata={"tags": ["a"]}))
    assert logged(entry, 7) == {
        "n": 7,
        "run": "run-1",
        "type": "display_data",
        "content": content,
        "metadata": {"tags": ["a"]},
    }


def test_a_message_without_a_parent_has_no_run() -> None:
    entry = Decoder().decode(frames("status", {"execution_state": "starting"}, run=None))
    assert logged(entry)["run"] is None


def test_buffers_travel_as_base64() -> None:
    entry = Decoder().decode(frames("comm_msg", {"comm_id": "c", "data": {}}, buffers=(b"\x00\xff", b"")))
    assert logged(entry)["buffers"] == ["AP8=", ""]


def test_the_run_changes_with_the_parent() -> None:
    decoder = Decoder()
    runs = [decoder.decode(frames("clear_output", {"wait": True}, run=run)).run for run in ("a", "a", "b", None, "a")]
    assert runs == ["a", "a", "b", None, "a"]


def test_neighbouring_text_of_one_stream_becomes_one_entry() -> None:
    entry = stream("one ")
    assert (entry.absorb(stream("two")), entry.absorb(stream("\n"))) == (True, True)
    assert logged(entry)["content"] == {"name": "stdout", "text": "one two\n"}


@pytest.mark.parametrize("other", [stream("x", name="stderr"), stream("x", run="run-2"), happened("died")])
def test_different_things_stay_apart(other: Entry) -> None:
    entry = stream("one")
    assert not entry.absorb(other)
    assert logged(entry)["content"]["text"] == "one"


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    entry = Decoder().decode(frames("stream", None, raw=b'{"name": "stdout", "text": "a\xffb"}'))
    assert logged(entry)["content"]["text"] == "a\ufffdb"


def test_content_over_several_lines_becomes_one_line() -> None:
    entry = Decoder().decode(frames("comm_close", None, raw=b'{\n "comm_id": "c\\n"\n}'))
    assert logged(entry)["content"] == {"comm_id": "c\n"}


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"[1]", b'{"a": 1'])
def test_content_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's message is its own
        Decoder().decode(frames("stream", None, raw=raw))


def test_what_happened_to_the_kernel_belongs_to_no_run() -> None:
    assert logged(happened("restarted"), 3) == {
        "n": 3,
        "run": None,
        "type": "kernel",
        "content": {"state": "restarted"},
        "metadata": {},
    }
