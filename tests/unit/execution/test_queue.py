"""The rules of execution/queue.py, by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.execution.model import Run, state_after_reply
from ownlab.execution.queue import Queue, add, advance, drop_waiting, end
from ownlab.execution.schemas import RunState


def run(id: str, cell: str | None = None) -> Run:
    return Run(id, "notebook", cell or f"cell-{id}", "1+1", "runtime", "ada", RunState.QUEUED)


A, B, C = run("a"), run("b"), run("c")


def test_qu1_runs_start_in_the_order_of_asking() -> None:
    queue, _ = add(Queue(), [A, B])
    queue, _ = add(queue, [C])
    started = []
    while not queue.is_empty:
        queue = advance(queue)
        assert queue.current is not None
        started.append(queue.current.id)
        queue, _ = end(queue, RunState.DONE)
    assert started == ["a", "b", "c"]


def test_qu1_nothing_starts_while_a_cell_runs() -> None:
    queue = advance(add(Queue(), [A, B])[0])
    assert advance(queue) == queue


def test_qu2_a_run_asked_for_twice_is_queued_once() -> None:
    queue = advance(add(Queue(), [A, B])[0])
    assert add(queue, [A, B]) == (queue, ())
    assert add(Queue(), [A, A])[0].waiting == (A,)


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.INTERRUPTED, RunState.LOST, RunState.CANCELLED])
def test_qu3_a_bad_end_cancels_what_waits(state: RunState) -> None:
    queue = advance(add(Queue(), [A, B, C])[0])
    assert end(queue, state) == (Queue(), (B, C))


def test_qu3_a_good_end_cancels_nothing() -> None:
    queue = advance(add(Queue(), [A, B])[0])
    assert end(queue, RunState.DONE) == (Queue(None, (B,)), ())


def test_qu4_a_waiting_cell_that_is_queued_again_keeps_its_place() -> None:
    queue = advance(add(Queue(), [A, B, C])[0])
    again = run("b2", B.cell)
    assert add(queue, [again]) == (Queue(A, (again, C)), (B,))


def test_qu4_the_running_cell_can_wait_for_its_next_run() -> None:
    queue = advance(add(Queue(), [A])[0])
    again = run("a2", A.cell)
    assert add(queue, [again]) == (Queue(A, (again,)), ())


def test_dropping_what_waits_leaves_the_running_cell() -> None:
    queue = advance(add(Queue(), [A, B])[0])
    assert drop_waiting(queue) == (Queue(A), (B,))


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")), unique_by=lambda asked: asked[0]))
def test_every_run_is_accounted_for_once(asked: list[tuple[str, str]]) -> None:
    runs = [run(id, cell) for id, cell in asked]
    queue, replaced = add(Queue(), runs)
    ids = [one.id for one in (*queue.waiting, *replaced)]
    assert sorted(ids) == sorted(one.id for one in runs)
    assert len({one.cell for one in queue.waiting}) == len(queue.waiting)


@pytest.mark.parametrize(
    ("status", "ename", "state"),
    [
        ("ok", "", RunState.DONE),
        ("error", "ValueError", RunState.FAILED),
        ("error", "KeyboardInterrupt", RunState.INTERRUPTED),
        ("aborted", "", RunState.CANCELLED),
    ],
)
def test_a_reply_decides_the_state(status: str, ename: str, state: RunState) -> None:
    assert state_after_reply(status, ename) is state
