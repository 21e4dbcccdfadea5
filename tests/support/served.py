"""A real `ownlab serve` as a subprocess, which can be killed and started again on the same data."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

_LINK = re.compile(rb"(http://[^\s/]+)/signin\?token=([\w-]+)")


class Served:
    """One OwnLab of a test: its process, its address, a signed-in HTTP client."""

    def __init__(self, data: Path, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.environment = {**os.environ, "OWNLAB_DATA": str(data), "OWNLAB_DEBUG": "1", **(environment or {})}
        self.output = data.with_name(f"{data.name}.log")
        self.link = ""
        self.process: asyncio.subprocess.Process | None = None
        self._client: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> aiohttp.ClientSession:
        assert self._client is not None
        return self._client

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self, deadline_s: float = 60.0) -> None:
        """Start the server; returns when it has printed its link."""
        before = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ownlab",
                "serve",
                "--no-browser",
                "--port",
                str(self.port),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        ends = time.monotonic() + deadline_s
        while (found := _LINK.search(self.output.read_bytes()[before:])) is None:
            if self.process.returncode is not None or time.monotonic() > ends:
                await self.stop()
                raise AssertionError(f"the server did not start:\n{self.output.read_text()[-4000:]}")
            await asyncio.sleep(0.02)
        self.link = found[0].decode()

    async def sign_in(self) -> None:
        """Sign the HTTP client in with the link of the last start."""
        if self._client is None:
            jar = aiohttp.CookieJar(unsafe=True)
            self._client = aiohttp.ClientSession(self.url, cookie_jar=jar, headers={"Origin": self.url})
        async with self._client.get(self.link.removeprefix(self.url), allow_redirects=False) as response:
            assert response.status == 302, await response.text()

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """End the server as Ctrl+C does."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    async def close(self) -> None:
        """End the server, its agent and every runtime."""
        await self.stop()
        if self._client is not None:
            await self._client.close()
        await end_agent(self.data)

    async def post(self, path: str, body: Any = None) -> Any:
        async with self.client.post(path, json=body or {}) as response:
            answer = await response.json()
            assert response.status < 300, answer
            return answer

    async def get(self, path: str) -> Any:
        async with self.client.get(path) as response:
            answer = await response.json()
            assert response.status < 300, answer
            return answer

    async def notebook(self, title: str | None = None) -> str:
        """Make a notebook; returns its id."""
        return str((await self.post("/api/notebooks", {"title": title}))["id"])

    def logs(self) -> str:
        """What the server and the agent said."""
        logs = [self.output, *(self.data / "agent").glob("*.log"), *(self.data / "agent").glob("runtimes/*/*log*")]
        return "\n".join(f"=== {log.name}\n{log.read_text(errors='replace')[-8000:]}" for log in logs if log.is_file())

    def files(self) -> list[Path]:
        """Every `.ipynb` of the Drive, trash left out."""
        return [path for path in (self.data / "drive").rglob("*.ipynb") if ".trash" not in path.parts]


async def end_agent(data: Path) -> None:
    """Stop the agent of this data folder with all its runtimes."""
    from ownlab.agent.client import AgentClient

    path = data / "agent" / "agent.sock"
    if path.exists():
        client = AgentClient(path)
        try:
            for runtime in await client.runtimes():
                await client.stop(runtime.id)
            await client.shutdown()
        except Exception as error:
            print("the agent did not shut down:", error)


async def eventually(
    condition: Callable[[], Any], what: str = "condition", deadline_s: float = 30.0, interval_s: float = 0.02
) -> Any:
    """Wait until condition is true; returns what it returned."""
    ends = time.monotonic() + deadline_s
    while not (found := condition()):
        if time.monotonic() > ends:
            raise AssertionError(f"not in {deadline_s} s: {what}")
        await asyncio.sleep(interval_s)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
