"""The life of rooms: opened once, and closed only when nothing is lost by it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Map, Text

from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.notebooks.ipynb import dump
from ownlab.notebooks.model import CellResult
from ownlab.notebooks.new import new_notebook
from ownlab.notebooks.options import NotebooksOptions
from ownlab.notebooks.rooms import Rooms
from ownlab.notebooks.store import DocumentStore


class File:
    title = "Some.ipynb"
    content = dump(new_notebook())

    async def read(self) -> bytes:
        return self.content

    async def write(self, content: bytes) -> None:
        self.content = content

    async def fingerprint(self) -> object:
        return self.content


class Nothing:
    """What lies above: nothing runs, nothing printed."""

    async def results(self, notebook: str) -> dict[str, CellResult]:
        return {}

    async def adopt(self, notebook: str, results: object) -> None:
        return None

    def is_needed(self, notebook: str) -> bool:
        return False

    async def closed(self, notebook: str) -> None:
        return None


async def test_a_room_whose_edits_can_not_be_stored_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    store = DocumentStore(database)
    file = File()
    options = NotebooksOptions(store_interval_s=3600, save_delay_s=3600, room_linger_s=0.01)

    async def file_of(_: str) -> File:
        return file

    rooms = Rooms(store, file_of, SystemClock(), options)
    above: Any = Nothing()
    rooms.connect(above, above)
    refusals = 0

    async def refuse(notebook: str, edit: bytes) -> int:
        nonlocal refusals
        refusals += 1
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(store, "append", refuse)
        async with rooms.use("notebook") as room:
            (cell,) = room.doc.get("cells", type=Map).values()
            source: Text = cell["source"]
            source += "typed"
        async with asyncio.timeout(5):
            while refusals < 3:
                await asyncio.sleep(0.001)
        assert rooms.present("notebook") is room
    async with asyncio.timeout(5):
        while rooms.present("notebook") is not None:
            await asyncio.sleep(0.001)
    stored = await store.load("notebook")
    assert stored is not None
    assert len(stored.saved_edits + stored.unsaved_edits) == 1
    await rooms.close()
    await database.close()
