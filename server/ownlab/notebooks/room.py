"""A notebook that is open: its document, the pages on it, and the way of every edit to the disk.

RO1  An edit is sent to the other pages at once and stored within milliseconds; only then is it acknowledged.
RO2  The `.ipynb` never holds an edit that the database does not hold.
RO3  A file that somebody else changed is merged into the document before it is written again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from pycrdt import (
    Doc,
    Map,
    Text,
    TransactionEvent,
    YSyncMessageType,
    create_sync_message,
    handle_sync_message,
    merge_updates,
)
from pydantic import BaseModel

from ownlab.base.clock import Clock
from ownlab.base.errors import LabError
from ownlab.base.ids import new_id
from ownlab.notebooks.client import JSON_FRAME, Client, json_frame
from ownlab.notebooks.document import document_to_notebook, fill_document
from ownlab.notebooks.errors import BadMessage
from ownlab.notebooks.ipynb import dump
from ownlab.notebooks.merging import align, apply_file_change
from ownlab.notebooks.model import CellResult
from ownlab.notebooks.options import NotebooksOptions
from ownlab.notebooks.parsing import load_notebook
from ownlab.notebooks.schemas import Renamed, Saved, SaveFailed, Stored
from ownlab.notebooks.store import DocumentStore

log = logging.getLogger(__name__)

_RETRY_S = 3.0
_SYNC_KINDS = frozenset(YSyncMessageType)

Look = TypeVar("Look")


class NotebookFile(Protocol):
    """The `.ipynb` of a notebook."""

    @property
    def title(self) -> str: ...

    async def read(self) -> bytes: ...

    async def write(self, content: bytes) -> None: ...

    async def fingerprint(self) -> object:
        """Something that differs after the file was changed; cheap to get."""


class CellResults(Protocol):
    """What the cells of a notebook printed, as a file holds it. The execution domain provides it."""

    async def results(self, notebook: str) -> Mapping[str, CellResult]:
        """The present results by cell id."""

    async def adopt(self, notebook: str, results: Mapping[str, CellResult]) -> None:
        """Take over results that came with a file."""


class Room:
    """The live document of one notebook."""

    def __init__(
        self,
        notebook: str,
        file: NotebookFile,
        store: DocumentStore,
        results: CellResults,
        clock: Clock,
        options: NotebooksOptions,
    ) -> None:
        self.notebook = notebook
        self.generation = ""
        self.clients: set[Client] = set()
        self.doc: Doc[Any] = Doc()
        self._file = file
        self._store = store
        self._results = results
        self._clock = clock
        self._options = options
        self._sender: Client | None = None
        self._unstored: list[bytes] = []
        self._stored_edits = 0
        """Edits in the database that its snapshot does not hold."""
        self._sequence = 0
        """Number of the last of them."""
        self._edited = asyncio.Event()
        self._save_wanted = asyncio.Event()
        self._known_digests: frozenset[str] = frozenset()
        self._in_file = "", 0
        """Digest of the file as it is, and the number of the last edit in it."""
        self._fingerprint: object = None
        self._writing = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscription: Any = None

    @property
    def title(self) -> str:
        return self._file.title

    @property
    def is_saved(self) -> bool:
        """Whether the `.ipynb` holds everything that was typed and printed."""
        return not (self._save_wanted.is_set() or self._unstored or self._saving.locked())

    async def open(self) -> None:
        """Load the document, or make it from the file.

        Raises:
            NotANotebook: the file can not be read as a notebook; it is left as it is.
        """
        self._fingerprint = await self._file.fingerprint()
        raw = await self._file.read()
        digest = _digest(raw)
        stored = await self._store.load(self.notebook)
        if stored is None:
            parsed = await asyncio.to_thread(load_notebook, raw)
            fill_document(self.doc, parsed)
            self.generation = new_id()
            self._known_digests = frozenset((digest,))
            self._in_file = digest, 0
            await self._results.adopt(self.notebook, parsed.results)
            await self._store.create(self.notebook, self.generation, self.doc.get_update(), digest)
        else:
            self.generation = stored.generation
            self._known_digests = stored.known_digests
            self.doc.apply_update(stored.snapshot)
            for edit in (*stored.saved_edits, *stored.unsaved_edits):
                self.doc.apply_update(edit)
            self._stored_edits = len(stored.saved_edits) + len(stored.unsaved_edits)
            self._sequence = stored.sequence
            self._in_file = digest, stored.saved_sequence
            if stored.unsaved_edits or digest != stored.file_digest:
                self._save_wanted.set()
        self._subscription = self.doc.observe(self._on_edit)
        if digest not in self._known_digests:
            await self._merge_file(raw)
        self._tasks = [asyncio.create_task(self._keep_stored()), asyncio.create_task(self._keep_saved())]

    async def close(self) -> None:
        """Store and save what is left."""
        await self._stop()
        await self.store()
        if self._save_wanted.is_set():
            try:
                await self.save()
            except (LabError, OSError) as error:
                log.error("notebook %s could not be saved at closing: %s", self.notebook, error)
        self.doc.unobserve(self._subscription)

    async def abandon(self) -> None:
        """Let go of a notebook that was deleted."""
        await self._stop()
        self.doc.unobserve(self._subscription)

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cell(self, cell: str) -> tuple[str, str] | None:
        """Type and source of a cell, as the document stands now."""
        found = self.doc.get("cells", type=Map).get(cell)
        if not isinstance(found, Map):
            return None
        source = found.get("source")
        return str(found.get("type")), str(source) if isinstance(source, Text) else ""

    def join(self, client: Client) -> None:
        """Add a page; it is sent the document's state."""
        self.clients.add(client)
        client.send_frame(create_sync_message(self.doc))

    def leave(self, client: Client) -> None:
        self.clients.discard(client)

    def receive(self, client: Client, frame: bytes) -> bytes | None:
        """Take a frame from a page. Returns the payload of a JSON frame.

        Raises:
            BadMessage: the frame is none that a page sends.
        """
        if not frame:
            raise BadMessage("An empty frame is no message.")
        match frame[0]:
            case 0:
                self._receive_sync(client, frame)
            case 1:
                for other in self.clients - {client}:
                    other.send_event(frame)
            case _ if frame[0] == JSON_FRAME:
                return frame[1:]
            case kind:
                raise BadMessage(f"A frame of kind {kind} is no message.")
        return None

    def broadcast(self, message: BaseModel) -> None:
        """Send a message to every page."""
        if self.clients:
            frame = json_frame(message)
            for client in self.clients:
                client.send_event(frame)

    async def renamed(self, title: str) -> None:
        """Take note of the file's new name, and tell the pages."""
        await self._file.fingerprint()
        self.broadcast(Renamed(title=title))

    def touch(self) -> None:
        """Have the file saved soon: something that it holds has changed."""
        self._save_wanted.set()

    async def store(self) -> None:
        """Write every edit so far to the database, and acknowledge them."""
        await self._store_and(lambda: None)

    async def save(self) -> None:
        """Write the `.ipynb`.

        Raises:
            OSError, LabError: it could not be written; the document is safe in the database.
        """
        async with self._saving:
            self._save_wanted.clear()
            try:
                if await self._file.fingerprint() != self._fingerprint:
                    raw = await self._file.read()
                    if _digest(raw) not in self._known_digests:
                        await self._merge_file(raw)
                as_of = self._clock.now()
                results = await self._results.results(self.notebook)
                (notebook, snapshot), sequence = await self._store_and(lambda: self._present(results))
                content = await asyncio.to_thread(dump, notebook)
                digest = _digest(content)
                await self._store.expect_file(self.notebook, digest, sequence)
                self._known_digests |= {digest}
                await self._write_file(content)
                self._in_file = digest, sequence
                self._known_digests = frozenset((digest,))
                self._fingerprint = await self._file.fingerprint()
                await self._store.note_saved(self.notebook, as_of)
                if snapshot is not None:
                    await self._store.compact(self.notebook, snapshot, sequence)
            except BaseException:
                self._save_wanted.set()
                raise
        self.broadcast(Saved(at=self._clock.now()))

    async def _write_file(self, content: bytes) -> None:
        try:
            await self._file.write(content)
        except Exception:
            if await self._file.fingerprint() == self._fingerprint:
                # what is not in the file must not look as if somebody had taken it out, when they change the file
                await self._store.expect_file(self.notebook, *self._in_file)
            raise

    def _present(self, results: Mapping[str, CellResult]) -> tuple[dict[str, Any], bytes | None]:
        """The notebook as it is now, and from time to time the document whole."""
        snapshot = None
        if self._stored_edits >= self._options.compact_after:
            snapshot = self.doc.get_update()
            self._stored_edits = 0
        return document_to_notebook(self.doc, results), snapshot

    async def _store_and(self, look: Callable[[], Look]) -> tuple[Look, int]:
        """Store every edit so far. Returns what `look` sees of the document, and the number of the last edit in it."""
        async with self._writing:
            seen = look()
            edits, self._unstored = self._unstored, []
            counts = {client: client.received_edits for client in self.clients}
            if edits:
                merged = merge_updates(*edits) if len(edits) > 1 else edits[0]
                try:
                    self._sequence = await self._store.append(self.notebook, merged)
                except BaseException:
                    self._unstored = edits + self._unstored
                    raise
                self._stored_edits += 1
            sequence = self._sequence
        for client, count in counts.items():
            if count > client.stored_edits:
                client.stored_edits = count
                client.send(Stored(frames=count))
        return seen, sequence

    def _receive_sync(self, client: Client, frame: bytes) -> None:
        if len(frame) < 2 or frame[1] not in _SYNC_KINDS:
            raise BadMessage("A sync frame of no known kind is no message.")
        has_edits = frame[1] != YSyncMessageType.SYNC_STEP1
        self._sender = client
        try:
            reply = handle_sync_message(frame[1:], self.doc)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the document's library is no Exception
            raise BadMessage("A sync frame could not be understood.") from error
        finally:
            self._sender = None
        if reply is not None:
            client.send_frame(reply)
        if has_edits:
            client.received_edits += 1
            self._edited.set()

    def _on_edit(self, event: TransactionEvent) -> None:
        edit = event.update
        if edit == b"\0\0":
            return
        for client in self.clients:
            if client is not self._sender:
                client.send_edit(edit)
        self._unstored.append(edit)
        self._edited.set()
        self._save_wanted.set()

    async def _keep_stored(self) -> None:
        while True:
            await self._edited.wait()
            self._edited.clear()
            try:
                await self.store()
            except Exception as error:
                log.error("edits of notebook %s could not be stored, trying again: %s", self.notebook, error)
                self.broadcast(SaveFailed(message=f"The edits could not be stored: {error}. Trying again."))
                self._edited.set()
                await asyncio.sleep(_RETRY_S)
            await asyncio.sleep(self._options.store_interval_s)

    async def _keep_saved(self) -> None:
        while True:
            await self._save_wanted.wait()
            await asyncio.sleep(self._options.save_delay_s)
            try:
                await self.save()
            except Exception as error:
                log.error("notebook %s could not be saved, trying again: %s", self.notebook, error)
                self.broadcast(SaveFailed(message=f"{self.title} could not be written: {error}. Trying again."))
                await asyncio.sleep(_RETRY_S)

    async def _merge_file(self, raw: bytes) -> None:
        """Bring the changes that somebody made to the file into the document, and the outputs that came with them."""
        digest = _digest(raw)
        parsed = await asyncio.to_thread(load_notebook, raw)
        present = await self._results.results(self.notebook)
        stored = await self._store.load(self.notebook)
        saved: Doc[Any] = Doc()
        if stored is not None:
            for edit in (stored.snapshot, *stored.saved_edits):
                saved.apply_update(edit)
        theirs = align(saved, parsed)
        apply_file_change(saved, theirs)
        await self._store.rebase(self.notebook, saved.get_update(), digest)
        self.doc.apply_update(saved.get_update(self.doc.get_state()))
        nothing = CellResult()
        changed = {cell: new for cell, new in theirs.results.items() if new != present.get(cell, nothing)}
        await self._results.adopt(self.notebook, changed)
        self._known_digests |= {digest}
        self._in_file = digest, self._in_file[1]
        self._fingerprint = await self._file.fingerprint()
        self._save_wanted.set()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
