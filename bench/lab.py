"""An OwnLab to measure: the real server on fresh data, and a client that does what the page does."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pycrdt import Doc, Map, Text, create_sync_message, create_update_message, handle_sync_message

from bench.places import environments
from ownlab.agent.client import AgentClient

_LINK = re.compile(rb"(http://[^\s/]+)(/signin\?token=[\w-]+)")
_DEADLINE_S = 120.0


class Lab:
    """A server that runs, with a client that is signed in."""

    def __init__(self, data: Path, pid: int, url: str, client: aiohttp.ClientSession) -> None:
        self.data = data
        self.pid = pid
        self.url = url
        self.client = client

    @property
    def agent(self) -> AgentClient:
        return AgentClient(self.data / "agent" / "agent.sock")

    async def new_notebook(self) -> Notebook:
        """Make a notebook and join its room."""
        async with self.client.post("/api/notebooks", json={}) as answer:
            answer.raise_for_status()
            notebook = (await answer.json())["id"]
        socket = await self.client.ws_connect(f"/api/notebooks/{notebook}/live", max_msg_size=0)
        room = Notebook(self, notebook, socket)
        await room.join()
        return room


class Notebook:
    """One notebook's room. Messages are read only while something is awaited."""

    def __init__(self, lab: Lab, id: str, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.id = id
        self.lab = lab
        self._socket = socket
        self._doc: Doc[Any] = Doc()
        self._asked = 0
        self._is_synced = False
        self.cell = ""

    async def join(self) -> None:
        await self._socket.send_bytes(create_sync_message(self._doc))
        await self.until(lambda message: self._is_synced)
        (self.cell,) = self._doc.get("cells", type=Map).keys()

    async def write(self, source: str) -> None:
        """Make this the source of the only cell."""
        text: Text = self._doc.get("cells", type=Map)[self.cell]["source"]
        before = self._doc.get_state()
        with self._doc.transaction():
            text.clear()
            text += source
        await self._socket.send_bytes(create_update_message(self._doc.get_update(before)))

    async def run(self) -> str:
        """Ask for the cell to be run; the id of the run."""
        self._asked += 1
        run = secrets.token_hex(8)
        request = {"kind": "run", "id": self._asked, "runs": [{"run": run, "cell": self.cell}]}
        await self._socket.send_bytes(b"d" + json.dumps(request).encode())
        return run

    async def output(self, run: str) -> None:
        """Wait for the first output of a run."""

        def is_output(message: dict[str, Any]) -> bool:
            if _is_end(message, run):
                raise RuntimeError(f"the run ended without output: {message}")
            return message.get("run") == run and bool(message.get("ops") or message["outputs"])

        await self.until(is_output)

    async def ended(self, run: str) -> str:
        """Wait for the end of a run; its state."""
        return str((await self.until(lambda message: _is_end(message, run)))["summary"]["state"])

    async def disconnect(self) -> None:
        """End the runtime, and wait until it is gone."""
        self._asked += 1
        await self._socket.send_bytes(b"d" + json.dumps({"kind": "disconnect", "id": self._asked}).encode())
        await self.until(lambda message: message.get("kind") == "runtime" and message["state"] == "none")

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read until a message of the server fulfils the condition."""
        async with asyncio.timeout(_DEADLINE_S):
            while True:
                received = await self._socket.receive()
                if received.type is not aiohttp.WSMsgType.BINARY:
                    raise RuntimeError(f"the room closed: {received}")
                frame: bytes = received.data
                if frame[0] == 0:
                    await self._sync(frame)
                message = json.loads(frame[1:]) if frame[0] == 100 else {}
                if (message.get("reply") or message).get("problem"):
                    raise RuntimeError(f"the server refused: {message}")
                if condition(message):
                    return dict(message)

    async def close(self) -> None:
        await self._socket.close()

    async def _sync(self, frame: bytes) -> None:
        reply = handle_sync_message(frame[1:], self._doc)
        if reply is not None:
            await self._socket.send_bytes(reply)
        self._is_synced = self._is_synced or frame[1] == 1


def _is_end(message: dict[str, Any], run: str) -> bool:
    summary = message.get("summary", {})
    return summary.get("run") == run and summary["state"] not in ("queued", "running")


@asynccontextmanager
async def serving() -> AsyncIterator[Lab]:
    """An OwnLab on empty data; at the end it, its agent and all runtimes are gone."""
    folder = Path(tempfile.mkdtemp(prefix="ownlab-bench-"))
    data = folder / "data"
    output = folder / "output"
    environment = {**os.environ, "OWNLAB_DATA": str(data), "OWNLAB_ENVIRONMENTS": str(environments())}
    arguments = [sys.executable, "-m", "ownlab", "serve", "--no-browser", "--port", "0"]
    with output.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*arguments, env=environment, stdout=out, stderr=out)
    try:
        link = await _link(output, process)
        url, path = link[1].decode(), link[2].decode()
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(url, cookie_jar=jar, headers={"Origin": url}) as client:
            async with client.get(path, allow_redirects=False) as answer:
                answer.raise_for_status()
            yield Lab(data, process.pid, url, client)
    except BaseException:
        for log in [output, *data.glob("agent/*.log"), *data.glob("agent/runtimes/*/*log*")]:
            if log.is_file():
                print(f"=== {log}\n{log.read_text(errors='replace')[-4000:]}", file=sys.stderr)
        raise
    finally:
        await _end(process, data)
        shutil.rmtree(folder, ignore_errors=True)


async def _link(output: Path, process: asyncio.subprocess.Process) -> re.Match[bytes]:
    async with asyncio.timeout(_DEADLINE_S):
        while (found := _LINK.search(output.read_bytes())) is None:
            if process.returncode is not None:
                raise RuntimeError(f"OwnLab did not start:\n{output.read_text()}")
            await asyncio.sleep(0.02)
    return found


async def _end(process: asyncio.subprocess.Process, data: Path) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)
    if (data / "agent" / "agent.sock").exists():
        agent = AgentClient(data / "agent" / "agent.sock")
        for runtime in await agent.runtimes():
            await agent.stop(runtime.id)
        await agent.shutdown()
