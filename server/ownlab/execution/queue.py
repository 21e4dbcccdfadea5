"""The queue of one runtime, pure: which run is next, and what an end does to those behind it.

QU1  Runs start one after another, in the order in which they were asked for.
QU2  A run asked for twice is queued once.
QU3  A run that does not end well cancels everything queued behind it.
QU4  A cell queued again while its earlier run still waits takes the earlier place; the earlier run is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ownlab.execution.model import Run
from ownlab.execution.schemas import RunState


@dataclass(frozen=True)
class Queue:
    """What runs and what waits."""

    current: Run | None = None
    waiting: tuple[Run, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.current is None and not self.waiting

    def find(self, run: str) -> Run | None:
        return next((one for one in self.under_way() if one.id == run), None)

    def under_way(self) -> tuple[Run, ...]:
        """The current run and the waiting ones, in order."""
        return (self.current, *self.waiting) if self.current else self.waiting


def add(queue: Queue, runs: Sequence[Run]) -> tuple[Queue, tuple[Run, ...]]:
    """The queue with these runs behind, and the runs that they replaced (QU1, QU2, QU4)."""
    waiting = list(queue.waiting)
    replaced: list[Run] = []
    for run in runs:
        if queue.find(run.id) or any(one.id == run.id for one in waiting):
            continue
        place = next((at for at, one in enumerate(waiting) if one.cell == run.cell), None)
        if place is None:
            waiting.append(run)
        else:
            replaced.append(waiting[place])
            waiting[place] = run
    return replace(queue, waiting=tuple(waiting)), tuple(replaced)


def advance(queue: Queue) -> Queue:
    """The queue with its first waiting run current, if nothing runs."""
    if queue.current is not None or not queue.waiting:
        return queue
    return Queue(queue.waiting[0], queue.waiting[1:])


def put_current(queue: Queue, run: Run) -> Queue:
    """The queue with the current run replaced by a later state of itself."""
    return replace(queue, current=run)


def end(queue: Queue, state: RunState) -> tuple[Queue, tuple[Run, ...]]:
    """The queue after its current run ended in state, and the runs that this cancels (QU3)."""
    if state is RunState.DONE:
        return replace(queue, current=None), ()
    return Queue(), queue.waiting


def drop_waiting(queue: Queue) -> tuple[Queue, tuple[Run, ...]]:
    """The queue with nothing waiting, and what was."""
    return replace(queue, waiting=()), queue.waiting
