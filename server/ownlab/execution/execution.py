"""Running cells, for all notebooks: finds each notebook's executor, and answers its pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from ownlab.accounts.model import User
from ownlab.base.clock import Clock
from ownlab.base.errors import LabError
from ownlab.base.events import Events
from ownlab.drive.errors import NoSuchItem
from ownlab.execution.errors import BadRequestMessage, NoSuchCell
from ownlab.execution.executor import Executor
from ownlab.execution.messages import (
    ClearOutputsRequest,
    ConnectRequest,
    DisconnectRequest,
    InputRequest,
    InterruptRequest,
    PageMessage,
    RestartRequest,
    RunCellsRequest,
)
from ownlab.execution.model import Run
from ownlab.execution.options import ExecutionOptions
from ownlab.execution.outputs import OutputFolder
from ownlab.execution.results import Results
from ownlab.execution.schemas import RunRequest, RunState
from ownlab.execution.store import RunStore
from ownlab.notebooks.client import Client
from ownlab.notebooks.model import CellResult
from ownlab.notebooks.room import Room
from ownlab.notebooks.rooms import Rooms
from ownlab.notebooks.schemas import Problem, Reply
from ownlab.runtimes.model import RuntimeChanged
from ownlab.runtimes.runtimes import Runtimes

log = logging.getLogger(__name__)

_page_message: TypeAdapter[PageMessage] = TypeAdapter(PageMessage)


class Execution:
    """The executors of the notebooks that run or are looked at."""

    def __init__(
        self,
        store: RunStore,
        folder: OutputFolder,
        rooms: Rooms,
        runtimes: Runtimes,
        events: Events,
        clock: Clock,
        options: ExecutionOptions,
    ) -> None:
        self._store = store
        self._folder = folder
        self._rooms = rooms
        self._runtimes = runtimes
        self._clock = clock
        self._options = options
        self._executors: dict[str, Executor] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        events.on(RuntimeChanged, self._runtime_changed)

    async def open(self) -> None:
        """Go on with everything that was under way when the last control plane ended.

        The documents are opened too: their files are kept fresh although no page is there. What was printed and not
        saved any more is saved; the runtime of a notebook that was deleted ends.
        """
        notebooks = {runtime.notebook for runtime in self._runtimes.living()} | set(await self._store.under_way())
        unsaved = {
            notebook
            for notebook, finished_at in (await self._store.last_finished()).items()
            if (saved_at := await self._rooms.saved_at(notebook)) is None or saved_at < finished_at
        }
        for notebook in notebooks | unsaved:
            try:
                async with self._rooms.use(notebook) as room:
                    await self.executor(notebook)
                    if notebook in unsaved:
                        room.touch()
            except NoSuchItem:
                await self._end_runtime(notebook)
            except (LabError, OSError):
                log.exception("the runs of notebook %s could not be taken up", notebook)

    async def close(self) -> None:
        """Let go of all kernels; what runs goes on without us."""
        executors, self._executors = list(self._executors.values()), {}
        await asyncio.gather(*(executor.close() for executor in executors))

    async def executor(self, notebook: str) -> Executor:
        """The executor of a notebook. The caller has checked access."""
        async with self._locks.setdefault(notebook, asyncio.Lock()):
            present = self._executors.get(notebook)
            if present is None:
                results = Results(notebook, self._store, self._folder, self._options)
                present = Executor(
                    notebook,
                    lambda: self._rooms.present(notebook),
                    self._runtimes,
                    self._store,
                    results,
                    self._clock,
                    self._options,
                )
                await present.open()
                self._executors[notebook] = present
            return present

    async def run(self, room: Room, requests: Sequence[RunRequest], user: User) -> None:
        """Run cells of a room as they read now.

        Raises:
            NoSuchCell: the document has no code cell of this id; nothing is run.
        """
        runs = []
        for request in requests:
            cell = room.cell(request.cell)
            if cell is None or cell[0] != "code":
                raise NoSuchCell(f"There is no code cell {request.cell!r} in this notebook. It may have been deleted.")
            runs.append(Run(request.run, room.notebook, request.cell, cell[1], None, user.name, RunState.QUEUED))
        await (await self.executor(room.notebook)).run(runs, user)

    async def forget(self, notebook: str) -> None:
        """End the runtime of a deleted notebook and remove what it printed."""
        executor = self._executors.pop(notebook, None)
        await self._end_runtime(notebook)
        if executor is not None:
            await executor.close()
        await self._store.delete_notebook(notebook)
        await asyncio.to_thread(self._folder.remove, notebook)

    async def _end_runtime(self, notebook: str) -> None:
        runtime = self._runtimes.of_notebook(notebook)
        if runtime is not None:
            await self._runtimes.stop(runtime.id)

    # CellResults, for the notebooks domain

    async def results(self, notebook: str) -> Mapping[str, CellResult]:
        """What the cells of a notebook printed, as its file holds it."""
        return await (await self.executor(notebook)).results.for_file()

    async def adopt(self, notebook: str, results: Mapping[str, CellResult]) -> None:
        """Take over outputs that came with a file."""
        await (await self.executor(notebook)).adopt(results)

    # RoomListener

    def is_needed(self, notebook: str) -> bool:
        """Whether the notebook has a runtime or runs, so that its document stays open and its file is kept fresh."""
        executor = self._executors.get(notebook)
        return executor is not None and not executor.is_idle

    def has_runtime(self, notebook: str) -> bool:
        """Whether a runtime is attached to the notebook."""
        return self._runtimes.of_notebook(notebook) is not None

    async def closed(self, notebook: str) -> None:
        """Let go of the runs of a notebook that nobody looks at and that runs nothing."""
        async with self._locks.setdefault(notebook, asyncio.Lock()):
            executor = self._executors.get(notebook)
            if executor is not None and executor.is_idle:
                del self._executors[notebook]
                await executor.close()

    async def joined(self, room: Room, client: Client) -> None:
        """Send a new page everything about the notebook's runs."""
        (await self.executor(room.notebook)).send_state(client)

    def catch_up(self, room: Room, client: Client) -> None:
        """Send it again to a page that missed messages."""
        executor = self._executors.get(room.notebook)
        if executor is not None:
            executor.send_state(client)

    async def message(self, room: Room, client: Client, payload: bytes, user: User) -> None:
        """Do what a page asks, and answer it."""
        try:
            message = _page_message.validate_json(payload)
        except ValidationError as error:
            raise BadRequestMessage(f"A message could not be understood: {error.errors()[0]['msg']}.") from error
        try:
            await self._do(room, message, user)
        except LabError as error:
            problem = Problem(code=error.code, message=error.message, fields=error.fields)
            client.send(Reply(id=message.id, problem=problem))
        except TimeoutError:
            problem = Problem(code="timeout", message="The runtime did not answer in time. Try again.")
            client.send(Reply(id=message.id, problem=problem))
        else:
            client.send(Reply(id=message.id))

    async def _do(self, room: Room, message: PageMessage, user: User) -> None:
        executor = await self.executor(room.notebook)
        match message:
            case RunCellsRequest():
                await self.run(room, message.runs, user)
            case ConnectRequest():
                await executor.start(user)
            case InterruptRequest():
                await executor.interrupt()
            case RestartRequest():
                await executor.restart()
            case DisconnectRequest():
                await executor.stop()
            case InputRequest():
                await executor.answer_input(message.run, message.value)
            case ClearOutputsRequest():
                await executor.clear_outputs(message.cells)

    async def _runtime_changed(self, event: RuntimeChanged) -> None:
        executor = self._executors.get(event.runtime.notebook)
        if executor is not None:
            executor.runtime_changed(event.runtime)
