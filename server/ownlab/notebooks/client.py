"""One page connected to a room: what waits to be sent to it, and how far its edits are stored."""

from __future__ import annotations

import asyncio
from typing import Protocol

from pycrdt import create_update_message, merge_updates
from pydantic import BaseModel

NO_SUCH_NOTEBOOK = 4404
"""Close code of a room whose notebook is not there, or not any more."""

JSON_FRAME = 100
"""First byte of a frame that carries JSON; 0 (sync) and 1 (awareness) are y-protocols'."""

_BEHIND_BYTES = 8 * 1024 * 1024


class FrameSocket(Protocol):
    """A WebSocket as far as a client needs it."""

    async def send_bytes(self, data: bytes) -> None: ...

    async def close(self, code: int, reason: str) -> None: ...


def json_frame(message: BaseModel) -> bytes:
    """A server message as a frame."""
    return bytes((JSON_FRAME,)) + message.model_dump_json().encode()


class Client:
    """Collects what must go to one page; one task sends it, merged, as fast as the page takes it.

    A page that does not keep up gets its document edits merged. Above 8 MiB the events of its room are dropped and it
    is marked `is_behind`: when the queue has drained, its room sends the present state afresh. What is meant for this
    page alone is never dropped, however large: nobody would send it again.
    """

    def __init__(self, socket: FrameSocket, name: str, user: str) -> None:
        self.name = name
        self.user = user
        self.is_behind = False
        self.received_edits = 0
        """Sync frames with edits that this page sent."""
        self.stored_edits = 0
        self._socket = socket
        self._edits: list[bytes] = []
        self._frames: list[tuple[bytes, bool]] = []
        """What is to be sent, and whether it is an event that may be dropped."""
        self._event_bytes = 0
        self._end: tuple[int, str] | None = None
        self._wake = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Whether the connection is being closed: what still comes from the page counts no more."""
        return self._end is not None

    def end(self, code: int, reason: str) -> None:
        """Close the connection when what is queued has been sent."""
        self._end = code, reason
        self._wake.set()

    def send_edit(self, edit: bytes) -> None:
        """Queue a document edit, ahead of frames queued later."""
        self._edits.append(edit)
        self._wake.set()

    def send_frame(self, frame: bytes) -> None:
        """Queue a frame for this page: an answer, or a part of the present state."""
        self._frames.append((frame, False))
        self._wake.set()

    def send_event(self, frame: bytes) -> None:
        """Queue a frame that goes to every page; dropped where this one is behind."""
        if self.is_behind:
            return
        self._event_bytes += len(frame)
        if self._event_bytes > _BEHIND_BYTES:
            self.is_behind = True
            self._frames = [(kept, False) for kept, is_event in self._frames if not is_event]
        else:
            self._frames.append((frame, True))
        self._wake.set()

    def send(self, message: BaseModel) -> None:
        """Queue a server message for this page."""
        self.send_frame(json_frame(message))

    async def pump(self, catch_up: CatchUp) -> None:
        """Send what is queued until cancelled. `catch_up` is called when a page that was behind has drained."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._edits:
                edits, self._edits = self._edits, []
                merged = merge_updates(*edits) if len(edits) > 1 else edits[0]
                await self._socket.send_bytes(create_update_message(merged))
            frames, self._frames, self._event_bytes = self._frames, [], 0
            for frame, _ in frames:
                await self._socket.send_bytes(frame)
            if self._end is not None:
                await self._socket.close(*self._end)
                return
            if self.is_behind and not self._frames:
                self.is_behind = False
                catch_up(self)


class CatchUp(Protocol):
    """Sends the present state to a client that missed messages."""

    def __call__(self, client: Client) -> None: ...
