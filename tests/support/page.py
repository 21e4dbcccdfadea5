"""A page without a browser: a Y document, a room's socket, and the outputs that the server tells."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from pycrdt import (
    Doc,
    Map,
    Text,
    TransactionEvent,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

from ownlab.base.ids import new_id
from support.served import Served, eventually


class Page:
    """Does what the page does, as far as the server can tell. Reconnects when it is told to."""

    def __init__(self, server: Served, notebook: str) -> None:
        self.server = server
        self.notebook = notebook
        self.doc: Doc[Any] = Doc()
        self.generation = ""
        self.runs: dict[str, dict[str, Any]] = {}
        """Summaries by run."""
        self.outputs: dict[str, list[dict[str, Any]]] = {}
        """Outputs by run."""
        self.runtime: dict[str, Any] = {}
        self.input: dict[str, Any] | None = None
        self.replies: dict[int, dict[str, Any]] = {}
        self.frames_sent = 0
        self.frames_stored = 0
        self.messages: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self._asked = 0
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._synced = asyncio.Event()
        self._applying = False
        self.doc.observe(self._on_edit)

    @property
    def cells(self) -> Map[Any]:
        return self.doc.get("cells", type=Map)

    async def join(self) -> None:
        """Connect; returns when the document is in step with the server's."""
        url = f"/api/notebooks/{self.notebook}/live"
        params = {"generation": self.generation} if self.generation else {}
        self._socket = await self.server.client.ws_connect(url, params=params, max_msg_size=0)
        self.frames_sent = self.frames_stored = 0
        self._synced.clear()
        self._outgoing = asyncio.Queue()
        self._outgoing.put_nowait(create_sync_message(self.doc))
        self._tasks = [asyncio.create_task(self._read(self._socket)), asyncio.create_task(self._write(self._socket))]
        await asyncio.wait_for(self._synced.wait(), 20)

    async def leave(self) -> None:
        """Close the connection in order."""
        if self._socket is not None:
            await self._socket.close()
        await self._end_tasks()

    async def drop(self) -> None:
        """Break the connection as a lost network does."""
        assert self._socket is not None
        transport = self._socket._response.connection.transport  # type: ignore[union-attr]
        transport.abort()  # type: ignore[union-attr]
        await self._end_tasks()

    def add_cell(self, source: str, position: str, kind: str = "code") -> str:
        """A new cell; returns its id."""
        cell = new_id()[:12]
        with self.doc.transaction():
            self.cells[cell] = Map({"type": kind, "source": Text(source), "metadata": Map({}), "position": position})
        return cell

    def only_cell(self) -> str:
        """The cell of a new notebook."""
        (cell,) = self.cells.keys()
        return str(cell)

    def ordered(self) -> list[str]:
        """The ids of all cells, in the order in which a page shows them."""
        return sorted(map(str, self.cells.keys()), key=lambda cell: (self.cells[cell]["position"], cell))

    def source(self, cell: str) -> str:
        return str(self.cells[cell]["source"])

    def type(self, cell: str, text: str) -> None:
        """Add text at the end of a cell."""
        source: Text = self.cells[cell]["source"]
        source += text

    async def ask(self, kind: str, wait: bool = True, **fields: Any) -> dict[str, Any] | None:
        """Send a request; returns its reply."""
        self._asked += 1
        asked = self._asked
        assert self._socket is not None
        self._outgoing.put_nowait(b"d" + json.dumps({"kind": kind, "id": asked, **fields}).encode())
        if not wait:
            return None
        reply: dict[str, Any] = await eventually(lambda: self.replies.get(asked), f"reply to {kind}")
        return reply

    async def run(self, *cells: str, runs: list[str] | None = None, wait: bool = True) -> list[str]:
        """Run cells; returns the ids of the runs."""
        ids = runs or [new_id() for _ in cells]
        requests = [{"run": run, "cell": cell} for run, cell in zip(ids, cells, strict=True)]
        reply = await self.ask("run", wait, runs=requests)
        assert not (reply and reply["problem"]), reply
        return ids

    def state(self, run: str) -> str:
        return str(self.runs.get(run, {}).get("state", "unknown"))

    async def finished(self, run: str, deadline_s: float = 60.0) -> str:
        """Wait for the end of a run; returns its state."""
        under_way = ("unknown", "queued", "running")
        await eventually(lambda: self.state(run) not in under_way, f"end of run, is {self.state(run)}", deadline_s)
        return self.state(run)

    async def stored(self) -> None:
        """Wait until everything typed is stored."""
        await eventually(lambda: self.frames_stored >= self.frames_sent, "edits stored")

    def text(self, run: str, name: str = "stdout") -> str:
        """What the page shows of a stream."""
        return "".join(
            output["text"] + output["tail"]
            for output in self.outputs.get(run, [])
            if output["type"] == "stream" and output["name"] == name
        )

    def _on_edit(self, event: TransactionEvent) -> None:
        if not self._applying and self._socket is not None and not self._socket.closed:
            self.frames_sent += 1
            self._outgoing.put_nowait(create_update_message(event.update))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.BINARY:
                continue
            frame: bytes = message.data
            if frame[0] == 0:
                self._take_sync(frame)
            elif frame[0] == 100:
                self._take(json.loads(frame[1:]))
        self.close_code = socket.close_code

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await socket.send_bytes(await self._outgoing.get())

    def _take_sync(self, frame: bytes) -> None:
        self._applying = True
        try:
            reply = handle_sync_message(frame[1:], self.doc)
        finally:
            self._applying = False
        if reply is not None:
            self.frames_sent += 1
            self._outgoing.put_nowait(reply)
        if frame[1] == 1:
            self._synced.set()

    def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        match message["kind"]:
            case "hello":
                self.generation = message["generation"]
            case "stored":
                self.frames_stored = message["frames"]
            case "reply":
                self.replies[message["id"]] = message
            case "runtime":
                self.runtime = message
            case "run":
                self.runs[message["summary"]["run"]] = message["summary"]
            case "outputs":
                self.outputs[message["run"]] = message["outputs"]
            case "output_ops":
                _apply(self.outputs.setdefault(message["run"], []), message["ops"])
            case "input_wanted":
                self.input = message
            case "input_done":
                self.input = None

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._socket = None


def _apply(outputs: list[dict[str, Any]], ops: list[dict[str, Any]]) -> None:
    for op in ops:
        match op["op"]:
            case "clear":
                outputs.clear()
            case "set" if op["index"] == len(outputs):
                outputs.append(op["output"])
            case "set":
                outputs[op["index"]] = op["output"]
            case "append":
                outputs[op["index"]]["text"] += op["text"]
            case "tail":
                outputs[op["index"]]["tail"] = op["tail"]
                outputs[op["index"]]["hidden_bytes"] = op["hidden_bytes"]
