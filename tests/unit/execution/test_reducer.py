"""Messages of a run to outputs, one rule after the other."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from ownlab.execution.displays import DisplayIndex
from ownlab.execution.reducer import Limits, Reducer
from ownlab.execution.schemas import (
    AppendOp,
    BlobRef,
    ClearOp,
    DisplayOutput,
    ErrorOutput,
    Output,
    SetOp,
    StreamOutput,
    TailOp,
    TruncatedOutput,
)
from support.kernel_entries import clear, display, entry, error, result, stream, update


def reduced(*entries: dict[str, Any], limits: Limits | None = None) -> list[Output]:
    reducer = Reducer("run", limits=limits)
    for each in entries:
        reducer.apply(each)
    return reducer.snapshot()


def shown(text: str, tail: str = "", *, name: Any = "stdout") -> StreamOutput:
    return StreamOutput(name=name, text=text, tail=tail)


def plain(text: str) -> DisplayOutput:
    return DisplayOutput(type="display_data", data={"text/plain": text})


def test_adjacent_texts_of_one_stream_are_one_output() -> None:
    assert reduced(stream("a\n"), stream("b"), stream("c\n")) == [shown("a\nbc\n")]


def test_another_stream_or_output_starts_a_new_output() -> None:
    assert reduced(
        stream("a\n"), stream("e\n", "stderr"), stream("b\n"), display({"text/plain": "x"}), stream("c")
    ) == [
        shown("a\n"),
        shown("e\n", name="stderr"),
        shown("b\n"),
        plain("x"),
        shown("", "c"),
    ]


def test_results_and_errors_are_outputs() -> None:
    assert reduced(result("42", 3), error()) == [
        DisplayOutput(type="execute_result", data={"text/plain": "42"}, execution_count=3),
        ErrorOutput(ename="ValueError", evalue="no", traceback=["a", "b"]),
    ]


def test_clearing_removes_every_output() -> None:
    assert reduced(stream("a\n"), clear(), stream("b\n")) == [shown("b\n")]


def test_clearing_with_wait_happens_at_the_next_output() -> None:
    assert reduced(stream("a\n"), clear(wait=True)) == [shown("a\n")]
    assert reduced(stream("a\n"), clear(wait=True), stream("b\n")) == [shown("b\n")]


def test_text_after_a_clear_starts_a_new_stream() -> None:
    assert reduced(stream("a"), clear(), stream("b")) == [shown("", "b")]


def test_an_update_replaces_every_display_of_its_id() -> None:
    first = [display({"text/plain": "1"}, "d"), stream("x\n"), display({"text/plain": "2"}, "d")]
    assert reduced(*first, update({"text/plain": "3"}, "d")) == [plain("3"), shown("x\n"), plain("3")]


def test_an_update_of_a_cleared_display_changes_nothing() -> None:
    assert reduced(display({"text/plain": "1"}, "d"), clear(), update({"text/plain": "2"}, "d")) == []


def test_an_update_keeps_the_execution_count_of_a_result() -> None:
    shown_by_result = result("1", 7)
    shown_by_result["content"]["transient"] = {"display_id": "d"}
    assert reduced(shown_by_result, update({"text/plain": "2"}, "d")) == [
        DisplayOutput(type="execute_result", data={"text/plain": "2"}, execution_count=7)
    ]


def test_an_update_names_the_other_runs_that_show_the_display() -> None:
    displays = DisplayIndex()
    first, second = Reducer("first", displays=displays), Reducer("second", displays=displays)
    first.apply(display({"text/plain": "1"}, "d"))
    change = update({"text/plain": "2"}, "d")
    assert second.apply(change) == ("first",)
    first.apply(change)
    assert first.snapshot() == [plain("2")]
    first.apply(clear())
    assert second.apply(change) == ()


def test_a_large_payload_becomes_a_reference() -> None:
    blobs: dict[str, bytes] = {}

    def put(content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        blobs[name] = content
        return name

    image = bytes(range(256)) * 40
    table = {"rows": ["x" * 9000]}
    reducer = Reducer("run", put_blob=put)
    data = {"image/png": base64.b64encode(image).decode(), "application/json": table, "text/plain": "<Figure>"}
    reducer.apply(display(data))
    (output,) = reducer.snapshot()
    assert isinstance(output, DisplayOutput)
    assert output.data == {"text/plain": "<Figure>"}
    assert output.refs["image/png"] == BlobRef(blob=hashlib.sha256(image).hexdigest(), bytes=len(image))
    assert json.loads(blobs[output.refs["application/json"].blob]) == table


def test_outputs_beyond_the_limit_are_counted() -> None:
    entries = [display({"text/plain": str(number)}) for number in range(10)]
    assert reduced(*entries, limits=Limits(outputs=3)) == [plain("0"), plain("1"), plain("2"), TruncatedOutput(count=7)]


def test_an_error_is_shown_beyond_the_limit() -> None:
    outputs = reduced(*[display({})] * 5, error(), display({}), limits=Limits(outputs=3))
    assert outputs[3:] == [TruncatedOutput(count=3), ErrorOutput(ename="ValueError", evalue="no", traceback=["a", "b"])]


def test_text_beyond_the_limit_counts_as_one_output() -> None:
    outputs = reduced(*[display({})] * 2, stream("a"), stream("b"), display({}), stream("c"), limits=Limits(outputs=2))
    assert outputs[2] == TruncatedOutput(count=3)


def test_many_streams_together_stay_within_the_total() -> None:
    entries = [stream("x" * 600_000, name) for name in ["stdout", "stderr"] * 100]
    kept = sum(len(out.text) + len(out.tail) for out in reduced(*entries) if isinstance(out, StreamOutput))
    assert kept < 2 * Limits().total


def test_a_long_stream_keeps_head_and_tail_and_counts_what_is_hidden() -> None:
    lines = [f"{number:07}\n" for number in range(60_000)]
    (output,) = reduced(*map(stream, lines))
    assert isinstance(output, StreamOutput)
    whole = "".join(lines)
    assert whole.startswith(output.text)
    assert whole.endswith(output.tail)
    assert len(output.text) + output.hidden_bytes + len(output.tail) == len(whole)
    assert output.tail.startswith("0")
    assert len(output.tail) <= Limits().tail


def test_a_stream_just_above_the_head_hides_nothing() -> None:
    (output,) = reduced(stream("x" * 9 + "\n"), stream("y" * 9), limits=Limits(head=12, tail=100))
    assert output == StreamOutput(name="stdout", text="x" * 9 + "\n", tail="y" * 9)


def test_a_huge_error_is_shortened_in_the_middle() -> None:
    message = entry("error", {"ename": "E", "evalue": "v" * 10**6, "traceback": ["t" * 10**6, "end"]})
    (output,) = reduced(message)
    assert isinstance(output, ErrorOutput)
    assert len(output.evalue) < 70_000
    assert "characters left out" in output.evalue
    assert output.traceback[-1].endswith("tend"[-3:])


def test_lone_surrogates_are_replaced() -> None:
    outputs = reduced(stream("a\ud800b\n"), display({"text/plain": "\udfff"}))
    assert outputs == [shown("a\ufffdb\n"), plain("\ufffd")]


@pytest.mark.parametrize("kind", ["stream", "display_data", "update_display_data", "error", "clear_output", "output"])
@pytest.mark.parametrize("content", [{}, {"data": 1, "text": 2, "traceback": 3, "transient": 4}, None, [], "x"])
def test_messages_in_disorder_do_no_harm(kind: str, content: Any) -> None:
    for output in reduced({"n": 1, "run": "r", "type": kind, "content": content}, stream("a\n")):
        output.model_dump_json()


def test_a_value_nested_too_deeply_to_travel_is_shown_as_text() -> None:
    nested: Any = "x"
    for _ in range(300):
        nested = [nested]
    (output,) = reduced(display({"application/json": nested}))
    assert '[[\\"x\\"]]' in output.model_dump_json()


def test_metadata_larger_than_any_page_needs_is_left_out() -> None:
    large = display({"text/plain": "x"})
    large["content"]["metadata"] = {"a": "x" * 100_000}
    assert reduced(large) == [plain("x")]


def test_the_first_drain_sets_the_later_ones_append() -> None:
    reducer = Reducer("run")
    reducer.apply(stream("a\nb"))
    assert reducer.drain() == [SetOp(index=0, output=shown("a\n", "b"))]
    reducer.apply(stream("c\nd\ne"))
    assert reducer.drain() == [AppendOp(index=0, text="bc\nd\n"), TailOp(index=0, tail="e")]
    assert not reducer.is_dirty
    assert reducer.drain() == []


def test_a_progress_bar_is_one_small_op() -> None:
    reducer = Reducer("run")
    reducer.apply(stream("\r0%", "stderr"))
    reducer.drain()
    for percent in range(100):
        reducer.apply(stream(f"\r{percent}%", "stderr"))
    assert reducer.drain() == [TailOp(index=0, tail="99%")]


def test_many_clears_drain_as_one() -> None:
    reducer = Reducer("run")
    reducer.apply(stream("a\n"))
    reducer.drain()
    for number in range(50):
        reducer.apply(clear(wait=True))
        reducer.apply(stream(f"{number}\n"))
    assert reducer.drain() == [ClearOp(), SetOp(index=0, output=shown("49\n"))]


def test_outputs_cleared_before_they_were_sent_are_not_sent() -> None:
    reducer = Reducer("run")
    reducer.apply(stream("a\n"))
    reducer.apply(clear())
    assert reducer.drain() == []


def test_long_tails_can_be_held_back() -> None:
    reducer = Reducer("run", limits=Limits(head=10, tail=10))
    reducer.apply(stream("x" * 30 + "\n"))
    reducer.drain()
    reducer.apply(stream("y\n"))
    assert reducer.is_flooding
    assert reducer.drain(long_tails=False) == []
    assert reducer.is_dirty
    assert reducer.drain() == [TailOp(index=0, tail="y\n"[-10:], hidden_bytes=reducer_hidden(reducer))]


def reducer_hidden(reducer: Reducer) -> int:
    output = reducer.snapshot()[0]
    assert isinstance(output, StreamOutput)
    return output.hidden_bytes


def test_outputs_of_a_file_are_not_joined() -> None:
    raw = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}
    assert reduced(entry("output", raw), entry("output", raw)) == [shown("a\nb\n"), shown("a\nb\n")]
