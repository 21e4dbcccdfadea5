"""The connection to a kernel, over the numbered and acknowledged log that its runtime keeps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from ownlab.execution.reducer import Entry
from ownlab.runtimes.errors import RuntimeUnreachable

_HEARTBEAT_S = 15.0
_START_S = 60.0
_HIGHEST = 2**53


@dataclass(frozen=True)
class Accepted:
    """The kernel's process of the moment after entry `number` has this run; a later process does not."""

    run: str
    number: int


class KernelLog:
    """An open connection to a kernel's log. Entries come in order of their numbers, none twice."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def messages(self) -> AsyncIterator[list[Entry] | Accepted]:
        """Entries and answers as they come, until the connection ends."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                match _parsed(message.data):
                    case {"entries": list(entries)}:
                        yield [entry for entry in entries if _is_entry(entry)]
                    case {"accepted": str(run), "n": int(number)}:
                        yield Accepted(run, number)
                    case {"problem": str(problem)}:
                        raise RuntimeUnreachable(f"The runtime did not take a request: {problem}")

    async def run(self, run: str, source: str) -> None:
        """Execute source. Repeated with the same run, it is executed once."""
        await self._send({"op": "run", "run": run, "code": source, "stop_on_error": True, "allow_stdin": True})

    async def answer_input(self, run: str, value: str) -> None:
        """Answer the input request of a run."""
        await self._send({"op": "input", "run": run, "value": value})

    async def acknowledge(self, number: int) -> None:
        """Tell that every entry up to this number is on our disk."""
        await self._send({"op": "ack", "n": number})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(message))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuntimeUnreachable("The runtime sent what is no JSON. Restart it if this goes on.") from error


def _is_entry(entry: object) -> bool:
    """Whether this has the form of an entry: what comes from inside a sandbox may have any."""
    match entry:
        case {"n": int(number), "run": str() | None, "type": str(kind), "content": dict(content)}:
            return 0 < number <= _HIGHEST and (kind != "kernel" or isinstance(content.get("state"), str))
    return False


class Kernel:
    """The kernel of a runtime."""

    def __init__(self, client: aiohttp.ClientSession, kernel: str) -> None:
        self._client = client
        self.id = kernel

    @classmethod
    async def find(cls, client: aiohttp.ClientSession) -> Kernel:
        """The runtime's kernel, started if it has none."""
        async with asyncio.timeout(_START_S), client.post("/ownlab/kernels", json={}) as response:
            response.raise_for_status()
            return cls(client, str((await response.json())["id"]))

    @asynccontextmanager
    async def follow(self, after: int) -> AsyncIterator[KernelLog]:
        """The log, from the first entry kept whose number is above `after`."""
        url = f"/ownlab/kernels/{self.id}/log"
        params = {"after": str(after)}
        async with self._client.ws_connect(
            url, params=params, heartbeat=_HEARTBEAT_S, max_msg_size=0, compress=0
        ) as socket:
            yield KernelLog(socket)

    async def interrupt(self) -> None:
        await self._post("interrupt")

    async def restart(self) -> None:
        await self._post("restart")

    async def _post(self, action: str) -> None:
        try:
            async with self._client.post(f"/api/kernels/{self.id}/{action}") as response:
                response.raise_for_status()
        except (aiohttp.ClientError, OSError) as error:
            raise RuntimeUnreachable(f"The runtime did not take the {action}: {error}. Try again.") from error
