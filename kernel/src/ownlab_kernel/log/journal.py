"""The log of one kernel: gives entries their numbers, writes them down, and tells those who follow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ownlab_kernel.log.entries import Entry
from ownlab_kernel.log.spool import Spool

log = logging.getLogger(__name__)

_COALESCE_S = 0.010
_BLOCK_BYTES = 256 << 10
_RETRY_S = 0.25
_ENDS_SOMETHING = frozenset(("execute_result", "error", "execute_reply", "input_request", "kernel"))


class Journal:
    """Collects entries and commits them in blocks: numbered, in the spool, then told.

    The first after a pause goes at once; under load one block goes every 10 ms or 256 KiB, in which neighbouring
    pieces of one stream become one entry. What ends a run or asks for input never waits, and takes along what does.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop) -> None:
        self.spool = spool
        self._followers: set[Callable[[], None]] = set()
        self._pending: list[Entry] = []
        self._pending_bytes = 0
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_until = 0.0
        self._full = False

    @property
    def is_full(self) -> bool:
        """Whether the disk refuses more: nothing further should be read from the kernel until it takes it."""
        return self._full

    def add(self, entry: Entry) -> None:
        """Take the next entry; it is committed at once or within 10 ms."""
        if not (self._pending and self._pending[-1].absorb(entry)):
            self._pending.append(entry)
        self._pending_bytes += entry.size
        if self._full:
            return
        if entry.type in _ENDS_SOMETHING or entry.state == "idle" or self._pending_bytes >= _BLOCK_BYTES:
            self._wake_at(0)
        else:
            self._wake_at(self._quiet_until)

    def commit(self) -> None:
        """Write what was collected to the spool and tell the followers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._pending:
            return
        first = self.spool.last + 1
        try:
            self.spool.append([entry.line(number) for number, entry in enumerate(self._pending, first)])
        except OSError as error:
            if not self._full:
                log.error("The log of the kernel can not be written (%s). It waits; free some disk.", error.strerror)
            self._full = True
            self._timer = self._loop.call_later(_RETRY_S, self.commit)
            return
        self._full = False
        self._pending.clear()
        self._pending_bytes = 0
        self._quiet_until = self._loop.time() + _COALESCE_S
        for tell in tuple(self._followers):
            tell()

    def follow(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call tell after every commit, until the function that is returned is called."""
        self._followers.add(tell)
        return lambda: self._followers.discard(tell)

    def _wake_at(self, moment: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= moment:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(moment, self.commit)
