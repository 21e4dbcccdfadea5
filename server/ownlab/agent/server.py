"""The agent's socket: one preamble line of JSON per connection, then an answer, or raw bytes to a runtime."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from ownlab.agent.errors import BadMessage
from ownlab.agent.model import AgentStatus, Launch
from ownlab.agent.runtimes import Runtimes
from ownlab.base.errors import LabError, Unavailable

log = logging.getLogger(__name__)

_LONGEST_PREAMBLE = 1 << 20
_PREAMBLE_DEADLINE_S = 30


class Relay(asyncio.Protocol):
    """One side of a pair: what it receives, the other side sends, no faster than that can."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: Relay | None = None
        self.ended = False
        """Whether everything that will ever come from this side has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        self.ended = True
        if self.other is None or self.other.transport is None or self.other.ended:
            return False
        if self.other.transport.can_write_eof():
            self.other.transport.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()


class Connection(Relay):
    """A client: first its preamble, then either one answer or a relay to a runtime."""

    def __init__(self, server: AgentServer) -> None:
        super().__init__()
        self._server = server
        self._preamble = b""
        self._expiry: asyncio.TimerHandle | None = None
        self.answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        uid = _peer(transport.get_extra_info("socket"))
        if uid not in (os.geteuid(), 0):
            log.warning("user %s tried to use the agent", uid)
            transport.close()
            return
        self._server.connections.add(self)
        self._expiry = asyncio.get_running_loop().call_later(_PREAMBLE_DEADLINE_S, transport.close)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            super().data_received(data)
            return
        self._preamble += data
        line, newline, rest = self._preamble.partition(b"\n")
        if newline and self.answering is None:
            assert self.transport is not None  # noqa: S101
            # What follows belongs to the runtime, which may not be connected yet.
            self.transport.pause_reading()
            self._preamble = rest
            self.answering = asyncio.get_running_loop().create_task(self._answer(line))
            self._server.answering.add(self.answering)
            self.answering.add_done_callback(self._server.answering.discard)
        elif len(self._preamble) > _LONGEST_PREAMBLE and self.transport is not None:
            self.transport.close()

    def eof_received(self) -> bool:
        # Whoever has asked may close their side and still wait for the answer.
        return super().eof_received() if self.other is not None else self.answering is not None

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        if self._expiry is not None:
            self._expiry.cancel()
        super().connection_lost(exc)

    async def _answer(self, line: bytes) -> None:
        assert self.transport is not None  # noqa: S101
        if self._expiry is not None:
            self._expiry.cancel()
        try:
            message = _parse(line)
            if message["op"] == "open":
                await self._open(str(message.get("runtime")))
                return
            answer = {"ok": await self._server.answer(message)}
        except LabError as error:
            answer = {"error": {"code": error.code, "message": error.message, "fields": error.fields}}
        except Exception as error:
            log.exception("a request failed: %r", line[:200])
            answer = {"error": {"code": "internal", "message": f"The agent failed: {error!r}", "fields": {}}}
        self.transport.write(json.dumps(answer).encode() + b"\n")
        self.transport.close()

    async def _open(self, runtime: str) -> None:
        other = Relay()
        folder = os.open(self._server.runtimes.socket_folder(runtime), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            await asyncio.get_running_loop().create_unix_connection(
                lambda: other, f"/proc/self/fd/{folder}/jupyter.sock"
            )
        except OSError as error:
            raise Unavailable(f"The runtime {runtime!r} does not answer ({error}).") from error
        finally:
            os.close(folder)
        assert self.transport is not None  # noqa: S101
        assert other.transport is not None  # noqa: S101
        self.transport.write(b'{"ok": true}\n')
        other.transport.write(self._preamble)
        self._preamble = b""
        self.other, other.other = other, self
        if self.transport.is_closing():
            other.transport.close()
        else:
            self.transport.resume_reading()


class AgentServer:
    """Answers requests about the runtimes of this machine."""

    def __init__(self, runtimes: Runtimes, status: Callable[[], AgentStatus], shut_down: Callable[[], None]) -> None:
        self.runtimes = runtimes
        self.connections: set[Connection] = set()
        self.answering: set[asyncio.Task[None]] = set()
        self._status = status
        self._shut_down = shut_down

    async def answer(self, message: dict[str, Any]) -> Any:
        """Do what the message asks; what returns goes to the client."""
        match message:
            case {"op": "status"}:
                return asdict(self._status())
            case {"op": "launch", "launch": dict(launch)}:
                await self.runtimes.launch(Launch.from_json(launch), str(message.get("users", "one")))
                return True
            case {"op": "stop", "runtime": str(runtime)}:
                await self.runtimes.stop(runtime)
                return True
            case {"op": "runtimes"}:
                return [asdict(runtime) for runtime in self.runtimes.list()]
            case {"op": "usage", "runtime": str(runtime)}:
                return asdict(await self.runtimes.usage(runtime))
            case {"op": "log", "runtime": str(runtime)}:
                return self.runtimes.log(runtime, int(message.get("tail_bytes", 65536)))
            case {"op": "shutdown"}:
                self._shut_down()
                return True
        raise BadMessage(f"The agent does not know the request {message['op']!r}.")


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict) or not isinstance(message.get("op"), str):
        raise BadMessage("The agent expects one line of JSON with an `op`.")
    return message


def _peer(connected: socket.socket) -> int:
    credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])
