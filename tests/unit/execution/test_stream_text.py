"""The whole text of a stream, piece by piece."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownlab.execution.outputs import OutputFolder, OutputLog
from ownlab.execution.reducer import UNLIMITED
from ownlab.execution.schemas import StreamOutput
from ownlab.execution.stream_text import NoSuchStream, stream_text
from support.kernel_entries import clear, display, stream


@pytest.fixture
def log(tmp_path: Path) -> OutputLog:
    return OutputFolder(tmp_path).log("notebook", "run-00001")


def written(log: OutputLog, *entries: dict[str, Any]) -> OutputLog:
    log.append([{**each, "n": n} for n, each in enumerate(entries, log.last_n + 1)])
    return log


def test_the_text_is_whole(log: OutputLog) -> None:
    lines = [f"line {number:040}\n" for number in range(8_000)]
    written(log, *map(stream, lines))
    assert "".join(stream_text(log, 0)) == "".join(lines)


def test_the_stream_of_this_index_is_read(log: OutputLog) -> None:
    written(log, stream("a\n"), stream("e\n", "stderr"), display({}), stream("b"), stream("c\n"))
    assert ["".join(stream_text(log, index)) for index in (0, 1, 3)] == ["a\n", "e\n", "bc\n"]


@pytest.mark.parametrize("index", [-1, 1, 2])
def test_an_index_without_a_stream_is_not_found(log: OutputLog, index: int) -> None:
    written(log, stream("a\n"), display({}))
    with pytest.raises(NoSuchStream):
        stream_text(log, index)


def test_what_was_cleared_is_left_out(log: OutputLog) -> None:
    written(log, stream("old\n"), clear(wait=True), stream("new\n"), clear(wait=True))
    assert "".join(stream_text(log, 0)) == "new\n"


def test_entries_that_arrive_while_reading_are_left_out(log: OutputLog) -> None:
    written(log, stream("a\n"))
    pieces = stream_text(log, 0)
    written(log, stream("b\n"))
    assert "".join(pieces) == "a\n"


def test_memory_stays_small(log: OutputLog) -> None:
    for start in range(0, 8_000, 1000):
        written(log, *(stream("x" * 500 + "\n") for _ in range(1000)), display({"text/plain": str(start)}))
    tracemalloc.start()
    assert sum(map(len, stream_text(log, 0))) == 501_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


parts = st.sampled_from(["a", "b\n", "\r", "\r\n", "\x1b[A", "\x1b[2A", "\x1b[K", "é\n", "\n\n"])


@given(
    st.lists(st.one_of(st.builds(stream, parts), st.builds(lambda wait: clear(wait=wait), st.booleans())), max_size=30)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_text_equals_the_complete_output(log: OutputLog, entries: list[dict[str, Any]]) -> None:
    log.path.unlink(missing_ok=True)
    log.close()
    written(log, *entries)
    for index, output in enumerate(log.read_outputs(UNLIMITED)):
        assert isinstance(output, StreamOutput)
        assert "".join(stream_text(log, index)) == output.text + output.tail
