"""The notebooks that are open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from ownlab.accounts.model import User
from ownlab.base.clock import Clock
from ownlab.notebooks.client import NO_SUCH_NOTEBOOK, Client
from ownlab.notebooks.options import NotebooksOptions
from ownlab.notebooks.room import CellResults, NotebookFile, Room
from ownlab.notebooks.store import DocumentStore

log = logging.getLogger(__name__)


class RoomListener(Protocol):
    """Answers what pages ask beyond editing. The execution domain provides it."""

    async def joined(self, room: Room, client: Client) -> None:
        """Send the present state to a page that has just joined."""

    def catch_up(self, room: Room, client: Client) -> None:
        """Send the present state to a page that has missed messages."""

    async def message(self, room: Room, client: Client, payload: bytes, user: User) -> None:
        """Answer a JSON message. Messages of one page come one after another."""

    def is_needed(self, notebook: str) -> bool:
        """Whether the document must stay in memory although no page is on it."""

    def has_runtime(self, notebook: str) -> bool:
        """Whether a runtime is attached to the notebook."""

    async def closed(self, notebook: str) -> None:
        """The document left the memory; what belongs to it may go too."""

    async def forget(self, notebook: str) -> None:
        """Drop everything that belongs to a notebook that is being deleted."""


class Rooms:
    """Opens each notebook once, and closes it some time after the last page left."""

    def __init__(
        self,
        store: DocumentStore,
        file_of: Callable[[str], Awaitable[NotebookFile]],
        clock: Clock,
        options: NotebooksOptions,
    ) -> None:
        self._store = store
        self._file_of = file_of
        self._clock = clock
        self._options = options
        self._rooms: dict[str, Room] = {}
        self._users: dict[str, int] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._closings: dict[str, asyncio.Task[None]] = {}
        self._results: CellResults
        self.listener: RoomListener

    def connect(self, results: CellResults, listener: RoomListener) -> None:
        """Wire the parts that lie above this domain; called once, before the first room opens."""
        self._results = results
        self.listener = listener

    async def close(self) -> None:
        """Store and save every open notebook."""
        for closing in self._closings.values():
            closing.cancel()
        rooms, self._rooms = list(self._rooms.values()), {}
        await asyncio.gather(*(room.close() for room in rooms))

    def present(self, notebook: str) -> Room | None:
        """The room of a notebook if it is open."""
        return self._rooms.get(notebook)

    @asynccontextmanager
    async def use(self, notebook: str) -> AsyncIterator[Room]:
        """The room of a notebook, opened if need be, and kept open for the block. The caller has checked access."""
        self._users[notebook] = self._users.get(notebook, 0) + 1
        try:
            async with self._locks.setdefault(notebook, asyncio.Lock()):
                room = self._rooms.get(notebook)
                if room is None:
                    room = Room(
                        notebook,
                        await self._file_of(notebook),
                        self._store,
                        self._results,
                        self._clock,
                        self._options,
                    )
                    await room.open()
                    self._rooms[notebook] = room
            yield room
        finally:
            self._users[notebook] -= 1
            if not self._users[notebook]:
                del self._users[notebook]
                self._close_later(notebook)

    async def saved_at(self, notebook: str) -> datetime | None:
        """Until when the `.ipynb` holds what was printed; None if OwnLab never wrote it."""
        return await self._store.saved_at(notebook)

    async def delete(self, notebook: str, trash: Callable[[], Awaitable[None]]) -> None:
        """Save a notebook for the last time, have its file put into the trash, and delete its document.

        Raises:
            OSError, LabError: it could not be saved or put there; nothing was deleted.
        """
        async with self._locks.setdefault(notebook, asyncio.Lock()):
            room = self._rooms.get(notebook)
            if room is not None and not room.is_saved:
                await room.save()
            await trash()
            self._rooms.pop(notebook, None)
            if room is not None:
                for client in room.clients:
                    client.end(NO_SUCH_NOTEBOOK, "the notebook was deleted")
                await room.abandon()
            await self._store.delete(notebook)

    def _close_later(self, notebook: str) -> None:
        if notebook in self._closings or notebook not in self._rooms:
            return
        task = asyncio.create_task(self._close_when_idle(notebook))
        self._closings[notebook] = task
        task.add_done_callback(lambda _: self._closings.pop(notebook, None))

    async def _close_when_idle(self, notebook: str) -> None:
        while True:
            await asyncio.sleep(self._options.room_linger_s)
            if notebook in self._users or self.listener.is_needed(notebook):
                continue
            async with self._locks[notebook]:
                if notebook in self._users:
                    continue
                room = self._rooms.get(notebook)
                if room is None:
                    return
                try:
                    await room.store()
                except Exception as error:
                    log.error("notebook %s stays open, its edits could not be stored: %s", notebook, error)
                    continue
                del self._rooms[notebook]
                await room.close()
                await self.listener.closed(notebook)
                return
