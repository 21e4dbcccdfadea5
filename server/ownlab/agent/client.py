"""The control plane's side of the agent: requests, byte streams to runtimes, and starting the agent itself."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler

from ownlab import __version__
from ownlab.agent.errors import AgentOutdated, AgentUnreachable, from_wire
from ownlab.agent.model import PROTOCOL, AgentStatus, Exit, Launch, SandboxStatus, Usage
from ownlab.agent.options import AgentOptions
from ownlab.base.errors import LabError

__all__ = [
    "AgentClient",
    "AgentOptions",
    "AgentStatus",
    "Exit",
    "Launch",
    "SandboxStatus",
    "Usage",
    "ensure_agent",
]

_ROOT = str(Path(__file__).resolve().parents[2])
_START_DEADLINE_S = 30
_ANSWER_DEADLINE_S = 60
_LAUNCH_DEADLINE_S = 600
"""Where no overlay can be had, an environment of many gigabytes is copied first."""
_LOOK_AGAIN_S = 30

P = TypeVar("P", bound=asyncio.Protocol)


class AgentClient:
    """Asks one agent. Holds no connection; every request opens its own.

    Every method raises AgentUnreachable when no agent answers, and the errors of `errors.py` as the agent raised them.
    """

    def __init__(self, socket_path: Path, *, users: str = "one") -> None:
        self._socket = socket_path
        self._users = users

    async def status(self) -> AgentStatus:
        """The agent and the isolation that it offers."""
        return AgentStatus.from_json(await self._ask(op="status"))

    async def launch(self, launch: Launch) -> None:
        """Start a runtime; nothing if it was launched before. Its processes run when this returns.

        The Jupyter Server inside may not answer yet: requests wait in its socket.

        Raises:
            IsolationTooWeak: there is more than one user and this machine can not separate them.
            EnvironmentMissing, LaunchFailed.
        """
        await self._ask(_LAUNCH_DEADLINE_S, op="launch", launch=launch.to_json(), users=self._users)

    async def stop(self, runtime: str) -> None:
        """End a runtime; every process and folder of it is gone when this returns. Nothing if there is none."""
        await self._ask(op="stop", runtime=runtime)

    async def runtimes(self) -> list[SandboxStatus]:
        """Every runtime that was launched and not stopped, the dead ones included."""
        return [SandboxStatus.from_json(message) for message in await self._ask(op="runtimes")]

    async def usage(self, runtime: str) -> Usage:
        """What a runtime uses now."""
        return Usage(**await self._ask(op="usage", runtime=runtime))

    async def log(self, runtime: str, tail_bytes: int = 65536) -> str:
        """The end of what the processes of a runtime printed."""
        return str(await self._ask(op="log", runtime=runtime, tail_bytes=tail_bytes))

    async def shutdown(self) -> None:
        """End the agent. Its runtimes go on, and the next agent takes them over."""
        await self._ask(op="shutdown")

    async def dial(self, runtime: str, factory: Callable[[], P]) -> tuple[asyncio.Transport, P]:
        """Connect factory's protocol to the Jupyter Server of a runtime; raw bytes both ways.

        Raises:
            NoSuchRuntime, RuntimeEnded.
        """
        loop = asyncio.get_running_loop()
        opened: asyncio.Future[bytes] = loop.create_future()
        with _short(self._socket) as path:
            try:
                transport, opening = await loop.create_unix_connection(lambda: _Opening(opened), path)
            except OSError as error:
                raise self._unreachable(error) from error
        try:
            transport.write(json.dumps({"op": "open", "runtime": runtime}).encode() + b"\n")
            answer = json.loads(await asyncio.wait_for(opened, _ANSWER_DEADLINE_S) or b"{}")
            if "error" in answer:
                raise from_wire(answer["error"])
            if "ok" not in answer:
                raise AgentUnreachable("The agent closed the connection. Try again.")
        except BaseException:
            transport.abort()
            raise
        protocol = factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if opening.rest:
            protocol.data_received(opening.rest)
        transport.resume_reading()
        return transport, protocol

    def connector(self, runtime: str) -> aiohttp.BaseConnector:
        """A connector for an aiohttp session to one runtime. URLs are http://runtime/..."""
        return _RuntimeConnector(self, runtime)

    async def _ask(self, deadline_s: float = _ANSWER_DEADLINE_S, **message: Any) -> Any:
        try:
            with _short(self._socket) as path:
                reader, writer = await asyncio.open_unix_connection(path, limit=1 << 24)
        except OSError as error:
            raise self._unreachable(error) from error
        try:
            writer.write(json.dumps(message).encode() + b"\n")
            line = await asyncio.wait_for(reader.readline(), deadline_s)
        except (OSError, TimeoutError) as error:
            raise self._unreachable(error) from error
        finally:
            writer.close()
        if not line:
            raise AgentUnreachable("The agent ended while it was asked. Try again.")
        answer = json.loads(line)
        if "error" in answer:
            raise from_wire(answer["error"])
        return answer["ok"]

    def _unreachable(self, error: Exception) -> AgentUnreachable:
        return AgentUnreachable(f"No agent answers at {self._socket} ({error or type(error).__name__}). Start OwnLab.")


async def ensure_agent(options: AgentOptions) -> AgentClient:
    """A client of the agent that serves this data folder, which is started if none answers.

    Raises:
        AgentOutdated: the one that runs speaks another protocol and keeps runtimes; it is left alone.
        AgentUnreachable: it could not be started; the message holds the end of its log.
    """
    client = AgentClient(options.socket, users=options.users)
    try:
        status = await client.status()
        if not may_stay(status):
            await client.shutdown()
            await _start(options, client)
    except AgentUnreachable:
        await _start(options, client)
    return client


def may_stay(status: AgentStatus) -> bool:
    """Whether the agent that runs serves this version of OwnLab; an idle one is better replaced when anything changed.

    Raises:
        AgentOutdated: it does not, and its runtimes would be lost.
    """
    if status.runtimes == 0:
        # What it missed may have been installed since it looked.
        is_current = not status.warnings or status.age_s < _LOOK_AGAIN_S
        return status.protocol == PROTOCOL and status.version == __version__ and is_current
    if status.protocol != PROTOCOL:
        raise AgentOutdated(
            f"The agent that runs (OwnLab {status.version}) does not fit this version and keeps {status.runtimes} "
            "runtimes. Use that version, or end the runtimes and start again.",
            runtimes=status.runtimes,
        )
    return True


async def _start(options: AgentOptions, client: AgentClient) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_DEADLINE_S
    while loop.time() < deadline:
        said = await asyncio.to_thread(_spawn, options, _START_DEADLINE_S)
        if said == b"":
            raise AgentUnreachable(f"The agent did not start: {_last_line(options.log)} (more in {options.log})")
        # Another process may be starting it at this moment: then it answers soon, or its lock becomes free.
        try:
            await client.status()
        except AgentUnreachable:
            await asyncio.sleep(0.05)
        else:
            return
    raise AgentUnreachable(f"The agent did not start in {_START_DEADLINE_S} s. Its log is {options.log}.")


def _spawn(options: AgentOptions, deadline_s: float) -> bytes:
    ready, tell = os.pipe()
    command = [sys.executable, "-m", "ownlab.agent", "--data", str(options.data.expanduser().absolute()), "--daemon"]
    command += ["--environments", str(options.environments.absolute()), "--network-allow", options.network_allow]
    command += ["--ready-fd", str(tell)]
    try:
        options.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with options.log.open("ab") as log:
            subprocess.run(
                command,
                pass_fds=[tell],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))},
                check=False,
                timeout=deadline_s,
            )
        os.close(tell)
        tell = -1
        return os.read(ready, 16)
    finally:
        os.close(ready)
        if tell >= 0:
            os.close(tell)


def _last_line(log: Path) -> str:
    try:
        return log.read_text(errors="replace").rstrip().rpartition("\n")[2]
    except OSError as error:
        return str(error)


class _Opening(asyncio.Protocol):
    """Waits for the agent's answer line; keeps what came behind it."""

    def __init__(self, opened: asyncio.Future[bytes]) -> None:
        self._opened = opened
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        line, newline, self.rest = self._received.partition(b"\n")
        if newline and not self._opened.done():
            assert self._transport is not None  # noqa: S101
            self._transport.pause_reading()
            self._opened.set_result(line)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_result(b"")


class _RuntimeConnector(aiohttp.BaseConnector):
    """aiohttp's connections, made by dialling a runtime."""

    def __init__(self, client: AgentClient, runtime: str) -> None:
        super().__init__(force_close=False, limit=0)
        self._client = client
        self._runtime = runtime

    async def _create_connection(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> ResponseHandler:
        try:
            async with asyncio.timeout(timeout.sock_connect):
                _, protocol = await self._client.dial(self._runtime, lambda: ResponseHandler(self._loop))
        except LabError as error:
            raise aiohttp.ClientConnectionError(error.message) from error
        return protocol


class _short:  # noqa: N801
    """A name for a socket of any path length: the whole path of a Unix socket may have 107 bytes only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) < 100:
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder >= 0:
            os.close(self._folder)
