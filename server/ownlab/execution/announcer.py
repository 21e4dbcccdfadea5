"""Tells the pages of a notebook what happens to its runs, as often as eyes can follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ownlab.execution.messages import ExecutionEvent, OutputOpsEvent, OutputsEvent, RunEvent
from ownlab.execution.options import ExecutionOptions
from ownlab.execution.results import Results
from ownlab.execution.run_output import RunOutput
from ownlab.notebooks.room import Room


class Announcer:
    """Sends to the notebook's room while it is open; to nobody while it is not."""

    def __init__(self, room: Callable[[], Room | None], results: Results, options: ExecutionOptions) -> None:
        self._room = room
        self._results = results
        self._options = options
        self._changed: set[str] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._next_long_tails = 0.0

    def tell(self, message: ExecutionEvent) -> None:
        """Send a message to every page now."""
        room = self._room()
        if room is not None:
            room.broadcast(message)

    def tell_shown(self, cell: str) -> None:
        """Send what a cell shows, whole."""
        shown = self._results.shown(cell)
        if shown is not None:
            self.tell(RunEvent(summary=shown.run.summary()))
            self.tell(OutputsEvent(cell=cell, run=shown.run.id, outputs=shown.outputs()))

    def output_changed(self, output: RunOutput) -> None:
        """Have the changes of an output told: at once, or when the interval since the last time has passed."""
        self._changed.add(output.run.id)
        if self._pause is None:
            self.flush()

    def file_changed(self) -> None:
        """What the `.ipynb` holds of this notebook's runs has changed."""
        room = self._room()
        if room is not None:
            room.touch()

    def flush(self, *, whole: bool = False) -> None:
        """Tell every change that waits. The ends of very long texts have their own, longer interval, unless whole."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        changed, self._changed = self._changed, set()
        loop = asyncio.get_running_loop()
        long_tails = whole or loop.time() >= self._next_long_tails
        if long_tails:
            self._next_long_tails = loop.time() + self._options.flood_interval_s
        for run in changed:
            output = self._results.of_run(run)
            if output is None:
                continue
            ops = output.drain(long_tails=long_tails)
            if ops:
                self.tell(OutputOpsEvent(cell=output.run.cell, run=run, ops=ops))
            if output.is_dirty:
                self._changed.add(run)
        if changed:
            self._pause = loop.call_later(self._options.flush_interval_s, self._after_pause)

    def close(self) -> None:
        """Tell what waits, and nothing after that."""
        self.flush(whole=True)
        if self._pause is not None:
            self._pause.cancel()

    def _after_pause(self) -> None:
        self._pause = None
        if self._changed:
            self.flush()
            self.file_changed()
