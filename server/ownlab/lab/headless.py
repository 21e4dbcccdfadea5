"""Runs a notebook without a page, on the way that a page takes: a lab of its own, a room, a sandboxed runtime."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ownlab.agent.client import AgentClient, ensure_agent
from ownlab.agent.errors import AgentUnreachable
from ownlab.base.errors import LabError
from ownlab.base.files import write_atomically
from ownlab.base.ids import new_id
from ownlab.base.tasks import finish
from ownlab.execution.schemas import RunRequest, RunState
from ownlab.lab.lab import Lab, open_lab
from ownlab.lab.options import LabOptions
from ownlab.notebooks.client import JSON_FRAME, Client
from ownlab.notebooks.document import ordered_cells
from ownlab.notebooks.room import Room
from ownlab.runtimes.model import Shape
from ownlab.runtimes.schemas import RuntimeState


class RunProgress(Protocol):
    """What a run tells about itself. Cells are counted from 1, code cells only."""

    def on_cell_start(self, index: int, total: int, first_line: str) -> None: ...

    def on_cell_end(self, index: int, ok: bool, seconds: float) -> None: ...

    def on_error(self, traceback: list[str]) -> None: ...


class RuntimeFailed(LabError):
    """The runtime did not start, or went away."""

    code = "runtime_failed"


async def run_notebook(
    options: LabOptions,
    source: Path,
    output: Path,
    *,
    environment: str | None,
    cell_timeout_s: float | None,
    progress: RunProgress,
) -> bool:
    """Run the notebook at source and write it with its outputs to output. Returns whether every cell ran well.

    The files of source's folder are in /content; what cells write there does not reach the folder. A cell that fails,
    asks for input or takes longer than `cell_timeout_s` ends the run; what ran until then is written.

    Raises:
        NotANotebook: source can not be read as a notebook.
        RuntimeFailed: no runtime could be had; output is not written.
    """
    content = source.read_bytes()
    with tempfile.TemporaryDirectory(prefix="ownlab-run-") as folder:
        own = replace(
            options,
            data=Path(folder),
            agent=replace(options.agent, data=Path(folder), environments_folder=str(options.agent.environments)),
        )
        try:
            agent = await finish(ensure_agent(own.agent))
            async with open_lab(own, agent) as lab:
                return await _run(lab, source, content, output, environment, cell_timeout_s, progress)
        finally:
            await finish(_end_agent(AgentClient(own.agent.socket)))


async def _end_agent(agent: AgentClient) -> None:
    """End everything that runs under an agent, and it; nothing if it never started."""
    with suppress(AgentUnreachable):
        for runtime in await agent.runtimes():
            await agent.stop(runtime.id)
        await agent.shutdown()


async def _run(
    lab: Lab,
    source: Path,
    content: bytes,
    output: Path,
    environment: str | None,
    cell_timeout_s: float | None,
    progress: RunProgress,
) -> bool:
    user = await lab.accounts.local_user()
    item = await lab.drive.create_notebook(user, source.name, content)
    async with lab.rooms.use(item.id) as room:
        shape = Shape(environment or lab.options.runtimes.environment, seed=source.resolve().parent)
        await lab.runtimes.start(user, item.id, shape)
        pages = _Page()
        client = Client(pages, new_id(), user.name)
        room.join(client)
        pump = asyncio.create_task(client.pump(lambda _: None))
        try:
            await lab.rooms.listener.joined(room, client)
            cells = [cell for cell in ordered_cells(room.doc) if _is_code(room, cell)]
            requests = [RunRequest(run=new_id(), cell=cell) for cell in cells]
            await (await lab.execution.executor(item.id)).start(user)
            await lab.execution.run(room, requests, user)
            passed = await _watch(lab, room, pages, requests, cell_timeout_s, progress)
        finally:
            room.leave(client)
            pump.cancel()
        await room.save()
        opened = await lab.drive.open_item(user, item.id)
        write_atomically(output, await opened.read(), mode=0o644)
    return passed


class _Page:
    """Stands where a browser's socket would: hands on the messages of the server."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send_bytes(self, data: bytes) -> None:
        if data[0] == JSON_FRAME:
            self.messages.put_nowait(json.loads(data[1:]))

    async def close(self, code: int, reason: str) -> None:
        """Nothing to close."""


async def _watch(
    lab: Lab,
    room: Room,
    page: _Page,
    requests: list[RunRequest],
    cell_timeout_s: float | None,
    progress: RunProgress,
) -> bool:
    """Follow the runs to their ends. Returns whether all ended well."""
    waiting = {request.run: index for index, request in enumerate(requests, 1)}
    cells = {request.run: request.cell for request in requests}
    executor = await lab.execution.executor(room.notebook)
    passed = True
    started = time.monotonic()
    running: str | None = None
    while waiting:
        left = None if running is None or cell_timeout_s is None else started + cell_timeout_s - time.monotonic()
        try:
            message = await asyncio.wait_for(page.messages.get(), left)
        except TimeoutError:
            progress.on_error([f"The cell took longer than {cell_timeout_s:g} s and was interrupted."])
            await executor.interrupt()
            started = time.monotonic()
            continue
        match message["kind"]:
            case "runtime" if message["state"] == RuntimeState.FAILED:
                raise RuntimeFailed(message["message"] or "The runtime went away.")
            case "input_wanted":
                progress.on_error([f"The cell asks for input ({message['prompt']!r}), and nobody is there to answer."])
                await executor.interrupt()
            case "output_ops":
                for op in message["ops"]:
                    if op["op"] == "set" and op["output"]["type"] == "error":
                        progress.on_error(op["output"]["traceback"])
            case "run" if message["summary"]["run"] in waiting:
                run, state = message["summary"]["run"], RunState(message["summary"]["state"])
                if state is RunState.RUNNING:
                    if running != run:
                        running, started = run, time.monotonic()
                        _, text = room.cell(cells[run]) or ("", "")
                        progress.on_cell_start(waiting[run], len(requests), text.strip().split("\n", 1)[0])
                elif state is not RunState.QUEUED:
                    index = waiting.pop(run)
                    passed &= state is RunState.DONE
                    if state is not RunState.CANCELLED:
                        progress.on_cell_end(index, state is RunState.DONE, time.monotonic() - started)
                    running = None
    return passed


def _is_code(room: Room, cell: str) -> bool:
    found = room.cell(cell)
    return found is not None and found[0] == "code" and bool(found[1].strip())
