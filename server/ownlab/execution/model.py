"""A run: one request to execute one cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ownlab.execution.schemas import RunState, RunSummary

UNDER_WAY = frozenset({RunState.QUEUED, RunState.RUNNING})


@dataclass(frozen=True)
class Run:
    """A cell as it was when its user asked to run it, and what became of that."""

    id: str
    notebook: str
    cell: str
    source: str
    runtime: str | None
    """The runtime that it was queued for; None for results that came with a file."""
    by: str | None
    state: RunState
    execution_count: int | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def has_started(self) -> bool:
        """Whether it got its turn, or came with a file; what never started has printed nothing."""
        return self.started_at is not None or self.runtime is None

    def summary(self) -> RunSummary:
        return RunSummary(
            run=self.id,
            cell=self.cell,
            state=self.state,
            execution_count=self.execution_count,
            queued_at=self.queued_at,
            started_at=self.started_at,
            finished_at=self.finished_at,
            by=self.by,
        )

    def started(self, at: datetime) -> Run:
        return replace(self, state=RunState.RUNNING, started_at=at)

    def finished(self, state: RunState, at: datetime) -> Run:
        return replace(self, state=state, finished_at=at)


def state_after_reply(status: str, ename: str) -> RunState:
    """What a run became, by the kernel's `execute_reply`.

    Source: Jupyter messaging protocol 5.3, "Execution results": status is ok, error or aborted.
    """
    if status == "ok":
        return RunState.DONE
    if status == "aborted":
        return RunState.CANCELLED
    return RunState.INTERRUPTED if ename == "KeyboardInterrupt" else RunState.FAILED
