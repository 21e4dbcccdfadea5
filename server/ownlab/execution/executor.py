"""Runs the cells of one notebook: its queue, its kernel, and what they print.

EX1  A run is in the database before it is sent to the kernel, and sent under its own id: sent again after a crash,
     it is executed once.
EX2  An entry of the kernel's log is acknowledged only when the run's own log on disk holds it.
EX3  A run ends when both its reply and its idle status are on disk; its final event comes after its last output.
EX4  After a restart of the control plane every run under way goes on from its log.
EX5  A run whose runtime or kernel went away ends as lost; what waited behind it is cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import aiohttp

from ownlab.accounts.model import User
from ownlab.base.clock import Clock
from ownlab.base.errors import LabError
from ownlab.execution.announcer import Announcer
from ownlab.execution.errors import NothingAsked
from ownlab.execution.kernel import Accepted, Kernel, KernelLog
from ownlab.execution.messages import (
    InputDone,
    OutputsCleared,
    OutputsEvent,
    RunEvent,
    RuntimeEvent,
)
from ownlab.execution.model import Run
from ownlab.execution.options import ExecutionOptions
from ownlab.execution.queue import Queue, add, advance, drop_waiting, end, put_current
from ownlab.execution.recorder import RunRecorder
from ownlab.execution.reducer import Entry
from ownlab.execution.results import Results
from ownlab.execution.run_output import RunOutput
from ownlab.execution.schemas import RunState
from ownlab.execution.store import RunStore
from ownlab.notebooks.client import Client
from ownlab.notebooks.model import CellResult
from ownlab.notebooks.room import Room
from ownlab.runtimes.errors import NoRuntime, RuntimeUnreachable
from ownlab.runtimes.lifecycle import Answered
from ownlab.runtimes.model import Runtime
from ownlab.runtimes.runtimes import Runtimes
from ownlab.runtimes.schemas import RuntimeState

log = logging.getLogger(__name__)

KernelState = Literal["none", "starting", "idle", "busy", "restarting", "unreachable"]

_RETRY_FIRST_S = 0.05
_RETRY_MOST_S = 2.0
_REQUEST_S = 30.0
_ACKNOWLEDGE_S = 0.1


class Executor:
    """The one place where a notebook's cells are run. Lives in the event loop; nothing here is safe for threads."""

    def __init__(
        self,
        notebook: str,
        room: Callable[[], Room | None],
        runtimes: Runtimes,
        store: RunStore,
        results: Results,
        clock: Clock,
        options: ExecutionOptions,
    ) -> None:
        self.notebook = notebook
        self.results = results
        self._runtimes = runtimes
        self._store = store
        self._clock = clock
        self._queue = Queue()
        self._kernel: Kernel | None = None
        self._log: KernelLog | None = None
        self._kernel_state: KernelState = "none"
        self._served = ""
        self._last_entry = 0
        self._accepted: Accepted | None = None
        self._is_torn = False
        """Whether entries may be on disk that were not taken: the disk or the entries themselves were bad."""
        self._gone: tuple[int, RunState] = (0, RunState.LOST)
        self._failure: Runtime | None = None
        self._serving: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._acknowledging: asyncio.Task[None] | None = None
        self._announcer = Announcer(room, results, options)
        self._recorder = RunRecorder(store, results.settle)

    async def open(self) -> None:
        """Load what the cells printed, and go on with what is under way (EX4)."""
        unfinished = [run for run in await self.results.load() if run.is_under_way]
        runtime = self._runtimes.of_notebook(self.notebook)
        going_on: list[Run] = []
        is_cancelled = False
        for run in unfinished:
            output = self.results.of_run(run.id)
            if run.started_at is None and output is not None and output.log.size():
                # its start was told to the pages, but not written any more
                run = run.started(run.queued_at or self._clock.now())
            if is_cancelled:
                self._finish(run, RunState.CANCELLED)
            elif output is not None and output.end is not None:
                self._finish(run, output.end)
                is_cancelled = output.end is not RunState.DONE
            elif runtime is None or run.runtime != runtime.id:
                self._finish(run, RunState.LOST)
                is_cancelled = True
            else:
                going_on.append(run)
        self._queue, _ = add(Queue(), going_on)
        if runtime is not None:
            self._serve()

    async def close(self) -> None:
        """Let go of the kernel. Runtime and runs go on."""
        tasks = [task for task in (self._serving, self._sending, self._acknowledging) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._announcer.close()
        await self._recorder.close()
        self.results.close()

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be lost or delayed by closing this executor."""
        return self._queue.is_empty and self._serving is None

    # Requests

    async def run(self, requests: Sequence[Run], owner: User) -> None:
        """Queue runs (EX1). Those that are known already, from this or an earlier call, are left out."""
        if all(self.results.of_run(run.id) for run in requests):
            return
        runtime = await self.start(owner)
        asked = [replace(run, runtime=runtime.id, queued_at=self._clock.now()) for run in requests]
        new = await self._store.add(asked)
        self._queue, replaced = add(self._queue, new)
        for run in replaced:
            self._finish(run, RunState.CANCELLED)
        for run in new:
            self._tell(run)
        self._advance()

    async def start(self, owner: User) -> Runtime:
        """The notebook's runtime, started if it has none."""
        self._failure = None
        runtime = await self._runtimes.start(owner, self.notebook)
        self._serve()
        return runtime

    async def stop(self) -> None:
        """End the notebook's runtime."""
        runtime = self._runtimes.of_notebook(self.notebook)
        if runtime is None:
            raise NoRuntime("This notebook has no runtime to disconnect from.")
        self._cancel_waiting()
        self._lose(runtime.id)
        await self._runtimes.stop(runtime.id)

    async def interrupt(self) -> None:
        """Stop the running cell and forget what waits."""
        self._cancel_waiting()
        if self._queue.current is not None and self._kernel is not None:
            await asyncio.wait_for(self._kernel.interrupt(), _REQUEST_S)

    async def restart(self) -> None:
        """A fresh kernel in the same runtime."""
        if self._kernel is None:
            raise NoRuntime("This notebook has no runtime yet. Connect first.")
        self._cancel_waiting()
        self._set_kernel_state("restarting")
        await asyncio.wait_for(self._kernel.restart(), _REQUEST_S)

    async def answer_input(self, run: str, value: str) -> None:
        """Hand a line of text to the run that waits for one."""
        output = self.results.of_run(run)
        if output is None or output.input_wanted is None:
            raise NothingAsked("This cell does not wait for input any more.")
        if self._log is None:
            raise RuntimeUnreachable("The runtime can not be reached at the moment. Try again.")
        await self._log.answer_input(run, value)
        output.input_answered(value)
        self._announcer.tell(InputDone(cell=output.run.cell, run=run))
        self._announcer.output_changed(output)

    async def clear_outputs(self, cells: Sequence[str] | None) -> None:
        """Forget what these cells printed, or all of them. A cell that is running starts from nothing shown."""
        cleared = self.results.clear(cells)
        await self._store.hide(self.notebook, cleared)
        self._announcer.tell(OutputsCleared(cells=cleared))
        for output in self.results.all():
            if output.run.is_under_way and (cells is None or output.run.cell in cells):
                output.clear()
                self._announcer.output_changed(output)
        self._announcer.file_changed()

    async def adopt(self, results: Mapping[str, CellResult]) -> None:
        """Take over results that came with a file; a cell that runs or waits keeps its own."""
        busy = {run.cell for run in self._queue.under_way()}
        results = {cell: result for cell, result in results.items() if cell not in busy}
        await self.results.adopt(results)
        for cell in results:
            self._announcer.tell_shown(cell)

    # What pages are told

    def send_state(self, client: Client) -> None:
        """Send everything that a page must know to show this notebook's runs."""
        # what was not told yet is in the outputs that are sent here: told afterwards, it would be there twice
        self._announcer.flush(whole=True)
        client.send(self._runtime_event())
        for output in self.results.all():
            client.send(RunEvent(summary=output.run.summary()))
            client.send(OutputsEvent(cell=output.run.cell, run=output.run.id, outputs=output.outputs()))
            if output.input_wanted is not None:
                client.send(output.input_wanted)

    def runtime_changed(self, runtime: Runtime) -> None:
        """Take note of a step in the life of this notebook's runtime."""
        if runtime.life.is_over:
            self._failure = runtime if runtime.life.state is RuntimeState.FAILED else None
            self._lose(runtime.id)
        self._announcer.tell(self._runtime_event())

    # The kernel

    def _serve(self) -> None:
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._follow_runtime())

    async def _follow_runtime(self) -> None:
        """Stay connected to the kernel as long as the notebook has a runtime."""
        retry = _RETRY_FIRST_S
        while (runtime := self._runtimes.of_notebook(self.notebook)) is not None:
            if runtime.id != self._served:
                self._served, self._last_entry, retry = runtime.id, 0, _RETRY_FIRST_S
                self._gone, self._kernel_state = (0, RunState.LOST), "none"
            await self._runtimes.wait_launched(runtime.id)
            if self._runtimes.of_notebook(self.notebook) is None:
                break
            if self._kernel_state != "unreachable":
                self._set_kernel_state("starting")
            try:
                async with self._runtimes.client(runtime) as client:
                    await self._follow_kernel(runtime, client)
                retry = _RETRY_FIRST_S
            except (aiohttp.ClientError, OSError, TimeoutError, LabError) as error:
                log.info("notebook %s: no connection to runtime %s: %r", self.notebook, runtime.id, str(error))
            except Exception:
                log.exception("notebook %s: runtime %s could not be followed", self.notebook, runtime.id)
            finally:
                self._kernel, self._log = None, None
            present = self._runtimes.of_notebook(self.notebook)
            if present is not None and present.id == runtime.id:
                self._set_kernel_state("unreachable")
            await asyncio.sleep(retry)
            retry = min(2 * retry, _RETRY_MOST_S)
        self._set_kernel_state("none")
        self._serving = None

    async def _follow_kernel(self, runtime: Runtime, client: aiohttp.ClientSession) -> None:
        await self._mend()
        kernel = await Kernel.find(client)
        async with kernel.follow(self._last_entry) as kernel_log:
            await self._runtimes.take(runtime.id, Answered())
            self._kernel, self._log = kernel, kernel_log
            self._set_kernel_state("idle" if self._queue.current is None else "busy")
            self._accepted = None
            if self._queue.current is not None:
                await kernel_log.run(self._queue.current.id, self._queue.current.source)
            self._advance()
            async for message in kernel_log.messages():
                if isinstance(message, Accepted):
                    self._accept(message)
                else:
                    self._take(message)
                    self._acknowledge_soon(kernel_log)

    def _acknowledge_soon(self, kernel_log: KernelLog) -> None:
        """Tell the runtime what is on disk (EX2), a few times a second: until then it keeps a little more."""
        if self._acknowledging is None or self._acknowledging.done():
            self._acknowledging = asyncio.create_task(self._acknowledge(kernel_log))

    async def _acknowledge(self, kernel_log: KernelLog) -> None:
        await asyncio.sleep(_ACKNOWLEDGE_S)
        with contextlib.suppress(aiohttp.ClientError, OSError):
            await kernel_log.acknowledge(self._last_entry)

    def _advance(self) -> None:
        """Start the next run if the kernel is free."""
        if self._log is None or self._queue.current is not None:
            return
        if self._queue.waiting and self._queue.waiting[0].runtime != self._served:
            return
        self._queue, self._accepted = advance(self._queue), None
        run = self._queue.current
        if run is None:
            self._set_kernel_state("idle")
            return
        run = run.started(self._clock.now())
        self._queue = put_current(self._queue, run)
        self._set_kernel_state("busy")
        self._tell(run)
        self._spawn_send(run, self._log)

    def _spawn_send(self, run: Run, kernel_log: KernelLog) -> None:
        async def send() -> None:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await kernel_log.run(run.id, run.source)

        self._sending = asyncio.create_task(send())

    def _take(self, entries: list[Entry]) -> None:
        """Put entries on disk, then show them (EX2)."""
        self._is_torn = True
        for output, mine in self.results.write(entries):
            self._show(output, mine)
        for entry in entries:
            if entry["type"] == "kernel" and entry["content"]["state"] in ("restarted", "died"):
                self._kernel_gone(entry["n"], entry["content"]["state"])
        if entries:
            self._last_entry = max(self._last_entry, entries[-1]["n"])
        self._is_torn = False

    async def _mend(self) -> None:
        """Take the current run afresh from its log, after entries were written that could not be taken."""
        if not self._is_torn:
            return
        current = self._queue.current
        if current is not None:
            output = await self.results.reload(current.id)
            if self._queue.current is current:
                self._announcer.tell_shown(current.cell)
                if output.end is not None:
                    self._end_current(output.end)
        self._is_torn = False

    def _show(self, output: RunOutput, entries: Iterable[Entry]) -> None:
        wanted = output.input_wanted
        for changed in self.results.take(output, entries):
            self._announcer.output_changed(changed)
        if output.input_wanted is not None and output.input_wanted is not wanted:
            self._announcer.tell(output.input_wanted)
        current = self._queue.current
        if current is None or current.id != output.run.id:
            return
        if output.execution_count is not None and output.execution_count != current.execution_count:
            current = replace(current, execution_count=output.execution_count)
            self._queue = put_current(self._queue, current)
            self._tell(current)
        if output.end is not None:
            self._end_current(output.end)

    def _end_current(self, state: RunState) -> None:
        """End the running cell (EX3) and go on with the next."""
        current = self._queue.current
        if current is None:
            return
        self._queue, cancelled = end(self._queue, state)
        self._finish(current, state)
        for run in cancelled:
            self._finish(run, RunState.CANCELLED)
        self._advance()

    def _accept(self, accepted: Accepted) -> None:
        """Note which process of the kernel has the current run, and whether that process is gone already."""
        if self._queue.current is not None and self._queue.current.id == accepted.run:
            self._accepted = accepted
            self._end_if_gone()

    def _kernel_gone(self, number: int, how: str) -> None:
        """A process of the kernel ended; Jupyter starts another."""
        self._gone = number, RunState.INTERRUPTED if how == "restarted" else RunState.LOST
        self.results.forget_displays()
        self._set_kernel_state("restarting" if how == "died" else "idle")
        self._end_if_gone()

    def _end_if_gone(self) -> None:
        """End the current run if the process that had it is gone (EX5).

        After a reconnection the log repeats what was not acknowledged: an end that came before the run was accepted
        is not its end.
        """
        number, state = self._gone
        if self._accepted is not None and self._accepted.number < number:
            self._end_current(state)

    def _lose(self, runtime: str) -> None:
        """This runtime is gone, and what was to run in it (EX5)."""
        if self._queue.current is None and self._queue.waiting and self._queue.waiting[0].runtime == runtime:
            self._queue = advance(self._queue)
        if self._queue.current is not None and self._queue.current.runtime == runtime:
            self._end_current(RunState.LOST)

    def _cancel_waiting(self) -> None:
        self._queue, cancelled = drop_waiting(self._queue)
        for run in cancelled:
            self._finish(run, RunState.CANCELLED)

    # What happened, told and written

    def _finish(self, run: Run, state: RunState) -> None:
        finished = run.finished(state, self._clock.now())
        output = self.results.of_run(run.id)
        if output is not None and output.input_wanted is not None:
            output.input_given_up()
            self._announcer.tell(InputDone(cell=run.cell, run=run.id))
        self._announcer.flush(whole=True)
        self._tell(finished)
        if not finished.has_started:
            self._announcer.tell_shown(run.cell)
        self._announcer.file_changed()

    def _tell(self, run: Run) -> None:
        """Write a run's new state, in order, and tell the pages."""
        self.results.put(run)
        self._recorder.put(run)
        self._announcer.tell(RunEvent(summary=run.summary()))

    def _set_kernel_state(self, state: KernelState) -> None:
        if state != self._kernel_state:
            self._kernel_state = state
            self._announcer.tell(self._runtime_event())

    def _runtime_event(self) -> RuntimeEvent:
        runtime = self._runtimes.of_notebook(self.notebook) or self._failure
        if runtime is None:
            return RuntimeEvent(runtime=None, state=RuntimeState.NONE, kernel="none")
        return RuntimeEvent(
            runtime=runtime.id,
            state=runtime.life.state,
            kernel=self._kernel_state,
            message=runtime.life.message,
            since=runtime.started_at,
        )
