"""Whatever a kernel says and whenever a client is told, the client ends with the reducer's outputs."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ownlab.execution.reducer import UNLIMITED, Limits, Reducer
from ownlab.execution.schemas import Output, StreamOutput
from support.kernel_entries import clear, display, error, result, stream, update
from support.output_page import apply_ops

SMALL = Limits(outputs=4, head=30, tail=20, inline=8, error=30, total=120)

pieces = st.sampled_from(
    [
        "a",
        "line\n",
        "two\nlines\n",
        "\r",
        "\b",
        "\r\n",
        "é😀\n",
        "\x1b[A",
        "\x1b[2A",
        "\x1b[K",
        "\x1b[31m",
        "x" * 25,
        "\n",
    ]
)
texts = st.lists(pieces, min_size=1, max_size=6).map("".join)
names = st.sampled_from(["stdout", "stdout", "stderr"])
bundles = st.dictionaries(
    st.sampled_from(["text/plain", "image/png", "application/json"]), st.sampled_from(["s", "L" * 20])
)
ids = st.sampled_from(["d1", "d2"])
DRAIN = {"type": "drain"}
entries = st.lists(
    st.one_of(
        st.builds(stream, texts, names),
        st.builds(stream, texts, names),
        st.builds(display, bundles, st.none() | ids),
        st.builds(update, bundles, ids),
        st.builds(result, st.just("r"), st.integers(1, 9)),
        st.builds(error),
        st.builds(lambda wait: clear(wait=wait), st.booleans()),
        st.just(DRAIN),
        st.just(DRAIN),
    ),
    max_size=40,
)


@given(entries, st.sampled_from([SMALL, Limits(), UNLIMITED]), st.booleans())
def test_replayed_ops_equal_the_snapshot(steps: list[dict[str, Any]], limits: Limits, long_tails: bool) -> None:
    reducer = Reducer("run", limits=limits, put_blob=lambda content: f"{len(content):064}")
    page: list[Output] = []
    for step in steps:
        if step is DRAIN:
            apply_ops(page, reducer.drain(long_tails=long_tails))
        else:
            reducer.apply(step)
    apply_ops(page, reducer.drain())
    assert page == reducer.snapshot()


@given(entries, st.sampled_from([SMALL, UNLIMITED]))
def test_when_a_client_is_told_does_not_change_the_outputs(steps: list[dict[str, Any]], limits: Limits) -> None:
    drained, silent = Reducer("run", limits=limits), Reducer("run", limits=limits)
    for step in steps:
        if step is DRAIN:
            drained.drain()
        else:
            drained.apply(step)
            silent.apply(step)
    assert drained.snapshot() == silent.snapshot()


@given(entries, st.sampled_from([SMALL, Limits(head=50, tail=10)]))
def test_memory_is_bounded_by_the_limits(steps: list[dict[str, Any]], limits: Limits) -> None:
    reducer = Reducer("run", limits=limits)
    for step in steps * 3:
        reducer.apply(step)
    for output in reducer.snapshot():
        if isinstance(output, StreamOutput):
            assert len(output.text) <= limits.head


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\b\x1b"), min_size=1), min_size=1)
)
def test_text_without_control_characters_is_kept_exactly(writes: list[str]) -> None:
    reducer = Reducer("run")
    for write in writes:
        reducer.apply(stream(write))
    (output,) = reducer.snapshot()
    assert isinstance(output, StreamOutput)
    assert output.text + output.tail == "".join(writes)


def test_the_cost_of_an_entry_does_not_grow() -> None:
    reducer = Reducer("run")

    def cost(entries: list[dict[str, Any]]) -> float:
        started = time.process_time()
        for index, each in enumerate(entries):
            reducer.apply(each)
            if index % 1000 == 0:
                reducer.drain()
        return time.process_time() - started

    early = cost([stream(f"{number}\n") for number in range(5_000)])
    cost([stream(f"{number}\n") for number in range(100_000)])
    late = cost([stream(f"{number}\n") for number in range(5_000)])
    assert late < 5 * early + 0.05
