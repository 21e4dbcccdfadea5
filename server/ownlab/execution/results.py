"""What the cells of one notebook printed.

A cell shows its latest run that started: one that still waits, or was cancelled before its turn, hides nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ownlab.base.ids import is_id, new_id
from ownlab.execution.displays import DisplayIndex
from ownlab.execution.errors import NoSuchRun
from ownlab.execution.file_outputs import FileOutputs
from ownlab.execution.model import Run
from ownlab.execution.options import ExecutionOptions
from ownlab.execution.outputs import OutputFolder, OutputLog
from ownlab.execution.reducer import Entry
from ownlab.execution.run_output import RunOutput, runs_in
from ownlab.execution.schemas import RunState
from ownlab.execution.store import RunStore
from ownlab.execution.stream_text import stream_text
from ownlab.notebooks.model import CellResult


class Results:
    """The runs of a notebook that count: the one that each cell shows, and those under way."""

    def __init__(self, notebook: str, store: RunStore, folder: OutputFolder, options: ExecutionOptions) -> None:
        self._notebook = notebook
        self._store = store
        self._folder = folder
        self._options = options
        self._blobs = folder.blobs(notebook)
        self._displays = DisplayIndex()
        self._files = FileOutputs(self._blobs, options.saved_output_limit)
        self._by_run: dict[str, RunOutput] = {}
        self._shown: dict[str, str] = {}
        """Run by cell."""
        self._earlier: defaultdict[str, deque[str]] = defaultdict(deque)
        """The runs that each cell showed before, oldest first, whose whole outputs are kept."""
        self._expired: list[str] = []

    async def load(self) -> list[Run]:
        """Read everything back from the logs. Returns the runs, oldest first."""
        runs, earlier = await self._store.latest(self._notebook)
        for run in earlier:
            self._keep(run.cell, run.id)
        for run in runs:
            self.put(run)
        await asyncio.to_thread(self._replay)
        return runs

    def close(self) -> None:
        for output in self._by_run.values():
            output.log.close()

    def put(self, run: Run) -> None:
        """Take note of a run's present state."""
        output = self._by_run.get(run.id)
        if output is None:
            log = self._folder.log(self._notebook, run.id)
            output = self._by_run[run.id] = RunOutput(run, log, self._displays, self._blobs.put)
        output.run = run
        if run.has_started:
            earlier = self._shown.get(run.cell)
            self._shown[run.cell] = run.id
            if earlier is not None and earlier != run.id:
                self._drop(earlier)
                self._keep(run.cell, earlier)
        elif not run.is_under_way:
            self._drop(run.id)

    async def reload(self, run: str) -> RunOutput:
        """Read what a run printed back from its log."""
        old = self._by_run[run]
        output = RunOutput(old.run, old.log, self._displays, self._blobs.put)
        await asyncio.to_thread(output.replay)
        if self._by_run.get(run) is old:
            self._by_run[run] = output
        self._files.forget(run)
        return output

    def of_run(self, run: str) -> RunOutput | None:
        return self._by_run.get(run)

    def shown(self, cell: str) -> RunOutput | None:
        """The run that a cell shows."""
        run = self._shown.get(cell)
        return self._by_run.get(run) if run else None

    def all(self) -> list[RunOutput]:
        """The run that each cell shows, then those that wait."""
        shown = [self._by_run[run] for run in self._shown.values()]
        return shown + [output for output in self._by_run.values() if self._shown.get(output.run.cell) != output.run.id]

    def write(self, entries: Sequence[Entry]) -> Iterator[tuple[RunOutput, list[Entry]]]:
        """Append entries to the logs of their runs. Yields each run with those that were new, once they are on disk.

        Raises:
            OutputsNotStored: the disk refuses; what was yielded before is stored.
        """
        for run, mine in runs_in(entries).items():
            output = self._by_run.get(run)
            if output is not None:
                new = output.log.append(mine)
                if new:
                    yield output, new
            elif is_id(run) and (late := self._folder.log(self._notebook, run)).path.exists():
                late.append(mine)
                late.close()

    def take(self, output: RunOutput, entries: Iterable[Entry]) -> list[RunOutput]:
        """Bring outputs up to date with entries that are on disk. Returns the runs whose outputs may have changed."""
        changed = {output.run.id: output}
        for entry in entries:
            for other in output.apply(entry):
                target = self._by_run.get(other)
                if target is not None:
                    target.log.append_unnumbered(entry)
                    target.apply(entry)
                    changed[other] = target
        for each in changed.values():
            self._files.forget(each.run.id)
        return list(changed.values())

    def forget_displays(self) -> None:
        """The kernel is gone: no display of it will be updated."""
        self._displays.clear()

    def clear(self, cells: Sequence[str] | None) -> list[str]:
        """Forget what these cells show, or all; one that runs is left. Returns the cells that were cleared."""
        cleared = [
            cell
            for cell, run in self._shown.items()
            if (cells is None or cell in cells) and not self._by_run[run].run.is_under_way
        ]
        for cell in cleared:
            self._drop(self._shown.pop(cell))
        return cleared

    async def settle(self, runs: Sequence[Run]) -> None:
        """Put what these runs printed beyond the reach of a power failure, and remove what is kept no longer."""
        logs = [self._by_run[run.id].log for run in runs if run.id in self._by_run]
        expired, self._expired = self._expired, []
        await asyncio.to_thread(self._settle, logs, expired)
        for log in logs:
            log.close()
        if expired:
            await self._store.delete(expired)

    def _settle(self, logs: Sequence[OutputLog], expired: Sequence[str]) -> None:
        for log in logs:
            log.sync()
        for run in expired:
            self._folder.remove_run(self._notebook, run)

    async def adopt(self, results: Mapping[str, CellResult]) -> None:
        """Take over results that came with a file, in place of what the cells show."""
        runs = [
            Run(new_id(), self._notebook, cell, "", None, None, RunState.DONE, execution_count=result.execution_count)
            for cell, result in results.items()
            if result.outputs or result.execution_count is not None
        ]
        await asyncio.to_thread(self._import, runs, results)
        await self._store.add(runs)
        for run in runs:
            self.put(run)
        await asyncio.to_thread(self._replay, {run.id for run in runs})

    async def for_file(self) -> dict[str, CellResult]:
        """What the cells show, as the `.ipynb` holds it."""
        outputs = [(cell, self._by_run[run]) for cell, run in self._shown.items()]
        return await asyncio.to_thread(self._for_file, outputs)

    def whole_text(self, run: str, index: int) -> Iterator[str]:
        """The whole text of a run's output at index, in pieces.

        Raises:
            NoSuchRun: the run is not kept.
        """
        log = self._folder.log(self._notebook, run)
        if not log.path.exists():
            raise NoSuchRun("The output of this run is not kept any more. Run the cell again.")
        return stream_text(log, index)

    async def read_blob(self, blob: str) -> bytes:
        return await asyncio.to_thread(self._blobs.read, blob)

    def _keep(self, cell: str, run: str) -> None:
        """Keep the log of an earlier run, and let the oldest go."""
        earlier = self._earlier[cell]
        earlier.append(run)
        if len(earlier) >= self._options.runs_kept:
            self._expired.append(earlier.popleft())

    def _replay(self, only: set[str] | None = None) -> None:
        for run, output in self._by_run.items():
            if only is None or run in only:
                output.replay()

    def _import(self, runs: Sequence[Run], results: Mapping[str, CellResult]) -> None:
        for run in runs:
            log = self._folder.log(self._notebook, run.id)
            log.import_outputs(results[run.cell].outputs)
            log.close()

    def _for_file(self, outputs: Sequence[tuple[str, RunOutput]]) -> dict[str, CellResult]:
        return {cell: CellResult(output.execution_count, self._files.of(output)) for cell, output in outputs}

    def _drop(self, run: str) -> None:
        output = self._by_run.get(run)
        if output is not None and not output.run.is_under_way:
            del self._by_run[run]
            output.log.close()
            self._files.forget(run)
