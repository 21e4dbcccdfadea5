"""A runtime as the agent would start it: a server process behind an inherited socket, and clients of its log."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

DEADLINE_S = 60
Entry = dict[str, Any]


class LogClient:
    """A client that holds what it was given and checks that the numbers have no gap."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, after: int) -> None:
        self.socket = socket
        self.last = after
        self.entries: list[Entry] = []
        self.answers: list[dict[str, Any]] = []
        self._of: defaultdict[str, list[Entry]] = defaultdict(list)
        self._ended: defaultdict[str, set[str]] = defaultdict(set)

    async def run(self, run: str, code: str, **options: Any) -> None:
        await self.socket.send_json({"op": "run", "run": run, "code": code, **options})

    async def until(self, condition: Callable[[LogClient], Any]) -> None:
        """Read until the condition holds."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition(self):
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, message
                self.take(json.loads(message.data))

    def take(self, frame: dict[str, Any]) -> None:
        if "entries" not in frame:
            self.answers.append(frame)
            return
        for entry in frame["entries"]:
            assert entry["n"] == self.last + 1
            self.last = entry["n"]
            self.entries.append(entry)
            run = entry["run"] or ""
            self._of[run].append(entry)
            if entry["type"] == "execute_reply" or entry["content"].get("execution_state") == "idle":
                self._ended[run].add(entry["type"])

    async def finish(self, run: str, code: str, **options: Any) -> list[Entry]:
        """Run code to its end; the entries of the run."""
        await self.run(run, code, **options)
        await self.until(lambda client: client.is_done(run))
        return self.of(run)

    async def acknowledge(self) -> None:
        await self.socket.send_json({"op": "ack", "n": self.last})

    def of(self, run: str) -> list[Entry]:
        return self._of[run]

    def types(self, run: str) -> list[str]:
        return [entry["type"] for entry in self.of(run)]

    def text(self, run: str) -> str:
        return "".join(entry["content"]["text"] for entry in self.of(run) if entry["type"] == "stream")

    def states(self) -> list[str]:
        return [entry["content"]["state"] for entry in self.entries if entry["type"] == "kernel"]

    def is_done(self, run: str) -> bool:
        return self._ended[run] == {"status", "execute_reply"}


class Runtime:
    """One runtime's folders and, while it is up, its server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.content.mkdir()
        self.spool = folder / "spool"
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / "server.sock"))
        self._listening.listen(64)
        self.server: subprocess.Popen[bytes] | None = None
        self.http: aiohttp.ClientSession
        self.kernel = ""

    async def start(self) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "OWNLAB_LISTEN_FD": str(self._listening.fileno()),
            "OWNLAB_SPOOL": str(self.spool),
            "OWNLAB_CONTENT": str(self.content),
            "JUPYTER_TOKEN": "secret",
            "JUPYTER_RUNTIME_DIR": str(self.folder / "run"),
            "JUPYTER_PLATFORM_DIRS": "1",
        }
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-P", "-m", "ownlab_kernel.serve"],
                env=environment,
                cwd=self.content,
                pass_fds=[self._listening.fileno()],
                stdout=log,
                stderr=log,
            )
        self.http = self.session("secret")
        self.kernel = (await self.ask("POST", "/ownlab/kernels"))["id"]

    def session(self, token: str) -> aiohttp.ClientSession:
        """A client of the server with this token."""
        return aiohttp.ClientSession(
            "http://runtime",
            connector=aiohttp.UnixConnector(str(self.folder / "server.sock")),
            headers={"Authorization": f"token {token}"},
            timeout=aiohttp.ClientTimeout(DEADLINE_S),
        )

    async def ask(self, method: str, path: str) -> Any:
        async with self.http.request(method, path, json={} if method == "POST" else None) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    @asynccontextmanager
    async def follow(self, after: int = 0) -> AsyncIterator[LogClient]:
        path = f"/ownlab/kernels/{self.kernel}/log?after={after}"
        async with self.http.ws_connect(path, max_msg_size=0) as socket:
            yield LogClient(socket, after)

    @property
    def kernel_pid(self) -> int:
        assert self.server is not None
        return children(self.server.pid)[0]

    async def kill(self) -> None:
        """End the server as a crash would, and its kernel as the end of the sandbox would."""
        assert self.server is not None
        kernels = children(self.server.pid)
        self.server.kill()
        for kernel in kernels:
            os.kill(kernel, signal.SIGKILL)
        self.server.wait()
        await self.http.close()

    async def close(self) -> None:
        assert self.server is not None
        if self.server.poll() is None:
            await self.kill()
        self._listening.close()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    # a short path: the kernel's sockets lie below it
    folder = Path(tempfile.mkdtemp(prefix="ol-"))
    runtime = Runtime(folder)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.close()
        shutil.rmtree(folder)
