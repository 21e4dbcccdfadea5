"""The rules of notebooks/room.py, by number, on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text, create_sync_message, create_update_message, handle_sync_message

from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.notebooks.client import Client
from ownlab.notebooks.errors import BadMessage
from ownlab.notebooks.ipynb import dump
from ownlab.notebooks.model import CellResult
from ownlab.notebooks.new import new_notebook
from ownlab.notebooks.options import NotebooksOptions
from ownlab.notebooks.room import Room
from ownlab.notebooks.store import DocumentStore

QUICK = NotebooksOptions(store_interval_s=0.001, save_delay_s=3600, compact_after=5)


class File:
    """A notebook file in memory; `refuses` makes it a full disk."""

    title = "Some.ipynb"

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.refuses = False

    async def read(self) -> bytes:
        return self.content

    async def write(self, content: bytes) -> None:
        if self.refuses:
            raise OSError(28, "No space left on device")
        self.content = content

    async def fingerprint(self) -> object:
        return self.content

    @property
    def source(self) -> str:
        return "".join(json.loads(self.content)["cells"][0]["source"])


class NoResults:
    """Cells that printed nothing."""

    def __init__(self) -> None:
        self.adopted: dict[str, CellResult] = {}

    async def results(self, notebook: str) -> Mapping[str, CellResult]:
        return {}

    async def adopt(self, notebook: str, results: Mapping[str, CellResult]) -> None:
        self.adopted.update(results)


class Socket:
    """What a page would receive."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed: int | None = None

    async def send_bytes(self, data: bytes) -> None:
        self.frames.append(data)

    async def close(self, code: int, reason: str) -> None:
        self.closed = code

    def messages(self, kind: str) -> list[dict[str, Any]]:
        read = [json.loads(frame[1:]) for frame in self.frames if frame[0] == 100]
        return [message for message in read if message["kind"] == kind]


class Typist:
    """A page that types: its document, and its place in the room."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.socket = Socket()
        self.client = Client(self.socket, "typist", "ada")
        self.doc: Doc[Any] = Doc()
        self.doc.apply_update(room.doc.get_update())
        room.join(self.client)
        self.pump = asyncio.create_task(self.client.pump(lambda _: None))

    @property
    def cell(self) -> str:
        (cell,) = self.doc.get("cells", type=Map).keys()
        return str(cell)

    def type(self, text: str) -> None:
        before = self.doc.get_state()
        source: Text = self.doc.get("cells", type=Map)[self.cell]["source"]
        source += text
        self.room.receive(self.client, create_update_message(self.doc.get_update(before)))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DocumentStore]:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    yield DocumentStore(database)
    await database.close()


async def opened(store: DocumentStore, file: File, results: NoResults | None = None) -> Room:
    room = Room("notebook", file, store, results or NoResults(), SystemClock(), QUICK)
    await room.open()
    return room


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_ro1_an_edit_is_acknowledged_once_it_is_stored(store: DocumentStore) -> None:
    room = await opened(store, File(dump(new_notebook())))
    typist = Typist(room)
    typist.type("x = 1")
    await until(lambda: typist.socket.messages("stored"))
    assert typist.socket.messages("stored")[-1]["frames"] == 1
    stored = await store.load("notebook")
    assert stored is not None
    copy: Doc[Any] = Doc()
    for edit in (stored.snapshot, *stored.saved_edits, *stored.unsaved_edits):
        copy.apply_update(edit)
    assert str(copy.get("cells", type=Map)[typist.cell]["source"]) == "x = 1"


async def test_ro1_an_edit_reaches_the_other_pages_and_not_its_sender(store: DocumentStore) -> None:
    room = await opened(store, File(dump(new_notebook())))
    sender, other = Typist(room), Typist(room)
    await until(lambda: other.socket.frames)
    sender.type("seen")
    await until(lambda: len(other.socket.frames) > 1)
    for frame in other.socket.frames[1:]:
        handle_sync_message(frame[1:], other.doc)
    assert str(other.doc.get("cells", type=Map)[other.cell]["source"]) == "seen"
    await room.store()
    assert [frame for frame in sender.socket.frames if frame[:2] == b"\0\2"] == []


async def test_ro2_what_is_saved_is_stored_first(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    Typist(room).type("typed")
    await room.save()
    assert file.source == "typed"
    stored = await store.load("notebook")
    assert stored is not None
    assert (len(stored.saved_edits), stored.unsaved_edits) == (1, [])


async def test_a_document_survives_being_abandoned_at_any_moment(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    for word in range(20):
        typist.type(f"{word} ")
        await (room.save() if word % 3 == 0 else room.store())
    again = await opened(store, file)
    assert again.cell(typist.cell) == ("code", "".join(f"{word} " for word in range(20)))
    assert again.generation == room.generation


async def test_a_full_disk_loses_nothing_and_is_told(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    file.refuses = True
    typist.type("kept")
    with pytest.raises(OSError, match="No space left"):
        await room.save()
    file.refuses = False
    await room.save()
    assert file.source == "kept"


async def test_ro3_a_change_of_the_file_keeps_what_was_typed_since_it_was_saved(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    typist.type("first\n")
    await room.save()
    theirs = json.loads(file.content)
    theirs["cells"][0]["source"] = ["# theirs\n", "first\n"]
    file.content = json.dumps(theirs).encode()
    typist.type("typed since\n")
    await room.save()
    assert file.source == "# theirs\nfirst\ntyped since\n"


async def test_ro3_a_change_of_a_file_that_could_not_be_written_keeps_what_was_typed(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    typist.type("first\n")
    await room.save()
    typist.type("typed\n")
    file.refuses = True
    with pytest.raises(OSError, match="No space left"):
        await room.save()
    theirs = json.loads(file.content)
    theirs["cells"][0]["source"] = ["# theirs\n", "first\n"]
    file.content = json.dumps(theirs).encode()
    file.refuses = False
    await room.save()
    assert file.source == "# theirs\nfirst\ntyped\n"


async def test_a_file_whose_writing_was_cut_short_is_written_when_the_notebook_is_opened(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    before = file.content
    typist.type("typed")
    await room.save()
    file.content = before
    again = await opened(store, file)
    await again.close()
    assert file.source == "typed"


async def test_ro3_a_change_that_was_merged_before_a_crash_is_not_merged_again(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    typist.type("first\n")
    await room.save()
    theirs = json.loads(file.content)
    theirs["cells"][0]["source"] = ["first\n", "theirs\n"]
    file.content = json.dumps(theirs).encode()
    file.refuses = True
    with pytest.raises(OSError, match="No space left"):
        await room.save()
    file.refuses = False
    again = await opened(store, file)
    await again.save()
    assert file.source == "first\ntheirs\n"


async def test_edits_are_folded_into_the_snapshot_when_they_are_many(store: DocumentStore) -> None:
    room = await opened(store, File(dump(new_notebook())))
    typist = Typist(room)
    for word in range(QUICK.compact_after + 2):
        typist.type(f"{word} ")
        await room.store()
    await room.save()
    stored = await store.load("notebook")
    assert stored is not None
    assert stored.saved_edits == []
    copy: Doc[Any] = Doc()
    copy.apply_update(stored.snapshot)
    assert str(copy.get("cells", type=Map)[typist.cell]["source"]) == "0 1 2 3 4 5 6 "


async def test_a_page_of_another_time_gets_what_it_lacks(store: DocumentStore) -> None:
    room = await opened(store, File(dump(new_notebook())))
    typist = Typist(room)
    typist.type("here")
    late = Socket()
    client = Client(late, "late", "bob")
    pump = asyncio.create_task(client.pump(lambda _: None))
    room.receive(client, create_sync_message(Doc()))
    await until(lambda: late.frames)
    copy: Doc[Any] = Doc()
    handle_sync_message(late.frames[0][1:], copy)
    assert str(copy.get("cells", type=Map)[typist.cell]["source"]) == "here"
    pump.cancel()


@pytest.mark.parametrize("frame", [b"", b"\0", b"\7abc", b"\0\2\xff\xff\xff", b"\0\1garbage", b"\0\x09"])
async def test_bytes_that_are_no_message_are_refused_and_harm_nothing(store: DocumentStore, frame: bytes) -> None:
    room = await opened(store, File(dump(new_notebook())))
    typist = Typist(room)
    with pytest.raises(BadMessage):
        room.receive(typist.client, frame)
    typist.type("still here")
    assert room.cell(typist.cell) == ("code", "still here")


async def test_a_page_that_does_not_keep_up_is_sent_the_present_afterwards() -> None:
    gate = asyncio.Event()

    class Slow(Socket):
        async def send_bytes(self, data: bytes) -> None:
            await gate.wait()
            await super().send_bytes(data)

    socket = Slow()
    client = Client(socket, "slow", "ada")
    caught_up: list[Client] = []
    pump = asyncio.create_task(client.pump(caught_up.append))
    for _ in range(100):
        client.send_event(b"d" + b"x" * 200_000)
    assert client.is_behind
    gate.set()
    await until(lambda: caught_up)
    assert not client.is_behind
    assert sum(map(len, socket.frames)) < 10_000_000
    pump.cancel()


async def test_values_that_no_file_can_hold_do_not_keep_the_notebook_from_being_saved(store: DocumentStore) -> None:
    file = File(dump(new_notebook()))
    room = await opened(store, file)
    typist = Typist(room)
    before = typist.doc.get_state()
    cell: Map[Any] = typist.doc.get("cells", type=Map)[typist.cell]
    cell["metadata"] = Map({"list": Array([1, 2]), "bytes": b"x", "document": Map({"inner": Doc()})})
    typist.doc.get("notebook", type=Map)["nbformat_minor"] = float("inf")
    room.receive(typist.client, create_update_message(typist.doc.get_update(before)))
    typist.type("kept")
    await room.save()
    saved = json.loads(file.content)
    assert file.source == "kept"
    assert saved["cells"][0]["metadata"] == {"list": [1, 2], "bytes": None, "document": {"inner": None}}
    assert saved["nbformat_minor"] == 5
