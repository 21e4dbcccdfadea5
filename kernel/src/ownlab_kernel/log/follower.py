"""One client of the log: entries from its number on, at its own pace, with the answers to its requests between."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable

from ownlab_kernel.log.cursor import Cursor
from ownlab_kernel.log.journal import Journal

_FRAME_BYTES = 1 << 20

Send = Callable[[bytes], Awaitable[None]]


class Follower:
    """Sends frames through `send`, which waits while the client is slow: what it has not read stays on disk."""

    def __init__(self, journal: Journal, after: int, send: Send) -> None:
        journal.spool.skip_to(after)
        self._cursor = Cursor(journal.spool, after)
        self._send = send
        self._answers: deque[tuple[int, bytes]] = deque()
        self._wake = asyncio.Event()
        self._unfollow = journal.follow(self._wake.set)

    def answer(self, number: int, **answer: object) -> None:
        """Send this behind the entry with this number and ahead of the next one.

        The order tells the client which side of a restart an accepted run is on.
        """
        self._answers.append((number, json.dumps(answer).encode()))
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled, or until sending fails."""
        try:
            while True:
                self._wake.clear()
                await self._send_all()
                await self._wake.wait()
        finally:
            self._unfollow()
            self._cursor.close()

    async def _send_all(self) -> None:
        while True:
            until = self._answers[0][0] if self._answers else None
            block = self._cursor.read(_FRAME_BYTES, until)
            if block is not None:
                await self._send(b'{"entries":[%s]}' % block[:-1].replace(b"\n", b","))
            elif self._answers:
                await self._send(self._answers.popleft()[1])
            else:
                return
