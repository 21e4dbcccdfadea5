"""Writes what becomes of runs to the database, behind the back of what is running.

A run that starts or ends by itself can be told again from its log, so that its state may be written a moment later and
together with others. What no log tells (cancelled, interrupted, lost) is written at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from ownlab.execution.model import Run
from ownlab.execution.schemas import RunState
from ownlab.execution.store import RunStore

log = logging.getLogger(__name__)

_DELAY_S = 0.25
_RETRY_S = 2.0
_TOLD_BY_LOG = frozenset({RunState.QUEUED, RunState.RUNNING, RunState.DONE, RunState.FAILED})


class RunRecorder:
    """Writes the latest state of each run it is given; `settle` is called for those that are over, once written."""

    def __init__(self, store: RunStore, settle: Callable[[Sequence[Run]], Awaitable[None]]) -> None:
        self._store = store
        self._settle = settle
        self._waiting: dict[str, Run] = {}
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._task = asyncio.create_task(self._write())

    def put(self, run: Run) -> None:
        """Have this state of a run written."""
        self._waiting[run.id] = run
        self._wake.set()
        if run.state not in _TOLD_BY_LOG:
            self._hurry.set()

    async def close(self) -> None:
        """Write what waits, and end."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._write_waiting()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            try:
                async with asyncio.timeout(_DELAY_S):
                    await self._hurry.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            self._hurry.clear()
            try:
                await asyncio.shield(self._write_waiting())
            except Exception:
                log.exception("the states of runs could not be written, trying again")
                self._wake.set()
                await asyncio.sleep(_RETRY_S)

    async def _write_waiting(self) -> None:
        runs, self._waiting = self._waiting, {}
        try:
            await self._store.put(list(runs.values()))
        except BaseException:
            self._waiting = runs | self._waiting
            raise
        over = [run for run in runs.values() if not run.is_under_way]
        if over:
            await self._settle(over)
