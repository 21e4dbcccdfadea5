"""The one gate to what users own, and what can be done behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path as FilePath

from ownlab.accounts.model import User
from ownlab.base.clock import Clock
from ownlab.base.database import Database
from ownlab.base.ids import is_id, new_id
from ownlab.base.locks import locked
from ownlab.base.tasks import finish
from ownlab.drive.access import most_allowed
from ownlab.drive.disk import Disk
from ownlab.drive.errors import DiskRefused, ItemMissing, NameTaken, NoSuchItem, NotAFile, NotAFolder, NotAllowed
from ownlab.drive.model import Item, Kind, Need, Path
from ownlab.drive.names import UNTITLED, free_name, key, named_like, valid_name
from ownlab.drive.reconcile import differences
from ownlab.drive.store import DriveStore, path_of

NOTEBOOK_FOLDER = "Colab Notebooks"


class Drive:
    """Items of all users: rows in the database, plain files below `<folder>/<user id>/`.

    An item is handed out by `open_item` only. Changes of one drive come one after another, whichever process makes
    them; once begun they are finished, also when who asked is cancelled. Each is ordered so that a crash in between
    loses no file, and `reconcile` sets the database right afterwards.
    """

    def __init__(self, database: Database, clock: Clock, folder: FilePath) -> None:
        self._store = DriveStore(database)
        self._clock = clock
        self._root = folder
        self._turns: dict[str, asyncio.Lock] = {}

    async def open_item(self, caller: User, id: str, need: Need = Need.READ) -> OpenItem:
        """The item, for as much as `need` says.

        Raises:
            NoSuchItem: it does not exist, is in the trash, or caller may not know of it.
            NotAllowed: caller may read it, but not do what is needed.
        """
        item = (await self._chain(id))[0]
        allowed = most_allowed(caller, item)
        if allowed is None:
            raise NoSuchItem(id)
        if allowed < need:
            raise NotAllowed(item.name, need)
        return OpenItem(self, item, need)

    async def create_notebook(
        self, caller: User, title: str | None = None, content: bytes = b"", *, folder: str | None = None
    ) -> Item:
        """A new notebook, in "Colab Notebooks" unless a folder's id is given.

        Its name is the title, numbered where that is taken: Untitled.ipynb, Untitled1.ipynb.
        """
        name = UNTITLED if title is None else named_like(title, Kind.NOTEBOOK)
        return await self._create(caller, Kind.NOTEBOOK, name, content, folder)

    async def create_file(self, caller: User, name: str, content: bytes, *, folder: str | None = None) -> Item:
        """A new file that is no notebook; as `create_notebook`."""
        return await self._create(caller, Kind.FILE, named_like(name, Kind.FILE), content, folder)

    async def create_folder(self, caller: User, name: str, *, folder: str | None = None) -> Item:
        """A new folder at the top of caller's drive, or in the folder whose id is given."""
        parent = folder or (await self._root_of(caller.id)).id
        return await self._create(caller, Kind.FOLDER, valid_name(name), b"", parent)

    async def recent(self, caller: User, kind: Kind = Kind.NOTEBOOK, limit: int = 200) -> list[Item]:
        """Caller's own items of a kind, the last opened or changed first."""
        return await self._store.recent(caller.id, kind, limit)

    async def owner_of(self, id: str) -> str:
        """Whose item this is, for the server's own work on it (a save after the last page was closed).

        That work opens the item in its owner's name. Raises NoSuchItem.
        """
        return (await self._chain(id))[0].owner

    async def reconcile(self, owners: Iterable[User]) -> None:
        """Make the database tell what is on disk: at start, and whenever files were changed from outside."""
        for owner in owners:
            await finish(self._reconcile(owner.id))

    async def _reconcile(self, owner: str) -> None:
        root = await self._root_of(owner)
        disk = self._disk(owner)
        async with self._turn(owner):
            await asyncio.to_thread(disk.sweep)
            found = await asyncio.to_thread(disk.walk)
            in_trash = await asyncio.to_thread(disk.in_trash)
            result = differences(root, await self._store.all_of(owner), found, in_trash, self._clock.now())
            await self._store.settle(result, self._clock.now())

    async def _create(self, caller: User, kind: Kind, name: str, content: bytes, folder: str | None) -> Item:
        opened = await self.open_item(caller, folder, Need.WRITE) if folder else None
        owner = opened.item.owner if opened else caller.id
        return await finish(self._create_in(owner, folder, kind, name, content))

    async def _create_in(self, owner: str, folder: str | None, kind: Kind, name: str, content: bytes) -> Item:
        async with self._turn(owner):
            return await self._place(folder or await self._notebook_folder(owner), kind, name, content)

    async def _notebook_folder(self, owner: str) -> str:
        root = await self._root_of(owner)
        for item in await self._store.inside(root.id):
            if item.kind is Kind.FOLDER and key(item.name) == key(NOTEBOOK_FOLDER):
                return item.id
        return (await self._place(root.id, Kind.FOLDER, NOTEBOOK_FOLDER, b"")).id

    async def _place(self, folder: str, kind: Kind, wanted: str, content: bytes) -> Item:
        chain = await self._chain(folder)
        if chain[0].kind is not Kind.FOLDER:
            raise NotAFolder(chain[0].name)
        disk, path = self._disk(chain[0].owner), path_of(chain)
        taken = await self._taken(folder, path, disk)
        while True:
            name = free_name(wanted, taken)
            try:
                with _disk_errors(name):
                    if kind is Kind.FOLDER:
                        await asyncio.to_thread(disk.make_folder, (*path, name))
                    else:
                        await asyncio.to_thread(disk.create, (*path, name), content)
                break
            except FileExistsError:
                taken.add(key(name))
        now = self._clock.now()
        item = Item(new_id(), chain[0].owner, folder, name, kind, now, now)
        await self._store.add(item)
        return item

    async def _taken(self, folder: str, path: Path, disk: Disk) -> set[str]:
        """The keys of the names that are used in a folder, in the database or on disk."""
        names = [item.name for item in await self._store.inside(folder)]
        return {key(name) for name in [*names, *await asyncio.to_thread(disk.names, path)]}

    async def _root_of(self, owner: str) -> Item:
        now = self._clock.now()
        return await self._store.root(Item(new_id(), owner, None, "", Kind.FOLDER, now, now))

    async def _chain(self, id: str) -> list[Item]:
        """The item and the folders it is in, up to the root, none of them in the trash."""
        chain = await self._store.chain(id) if is_id(id) else []
        if not chain or any(item.trashed_at for item in chain):
            raise NoSuchItem(id)
        return chain

    def _disk(self, owner: str) -> Disk:
        return Disk(self._root / owner)

    @asynccontextmanager
    async def _turn(self, owner: str) -> AsyncIterator[None]:
        """The right to change a drive, among this process's tasks and other processes (`ownlab run`)."""
        async with self._turns.setdefault(owner, asyncio.Lock()), locked(self._root / f".{owner}.lock"):
            yield


class OpenItem:
    """An item that somebody may use as much as `need` says. Stays good when the item is renamed."""

    def __init__(self, drive: Drive, item: Item, need: Need) -> None:
        self._drive = drive
        self._need = need
        self.item = item
        """The item as it was when it was last read or changed here."""

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def title(self) -> str:
        """The name; for a notebook with .ipynb."""
        return self.item.name

    async def read(self) -> bytes:
        """The file's bytes.

        Raises:
            ItemMissing: the file is gone from the disk.
        """
        try:
            return await asyncio.to_thread(self._disk.read, await self._file_path())
        except (FileNotFoundError, NotADirectoryError):
            # It may have been renamed in between: look once more while nobody can.
            return await finish(self._read_or_miss())

    async def fingerprint(self) -> object:
        """Something that differs after the file was changed; None when it is gone."""
        return await finish(self._fingerprint())

    async def write(self, content: bytes) -> None:
        """Replace the file's bytes: after a crash it holds the old ones or these. A file that is gone comes back.

        Raises:
            DiskRefused: the disk is full or broken; the old bytes are still there.
        """
        self._demand(Need.WRITE)
        await finish(self._write(content))

    async def rename(self, name: str) -> Item:
        """Give the item another name; a notebook stays a .ipynb.

        Raises:
            BadName, NameTaken, ItemMissing: nothing was changed.
        """
        self._demand(Need.WRITE)
        return await finish(self._rename(name))

    async def trash(self) -> None:
        """Move the item, a folder with all that is in it, to the trash. Nobody can open it from then on."""
        self._demand(Need.OWN)
        await finish(self._trash())

    async def note_opened(self) -> Item:
        """Remember that somebody opened the item now; `Drive.recent` goes by it."""
        await self._set(opened_at=self._drive._clock.now())
        return self.item

    async def _fingerprint(self) -> object:
        async with self._drive._turn(self.item.owner):
            path = await self._file_path()
            try:
                return await asyncio.to_thread(self._disk.state, path)
            except (FileNotFoundError, NotADirectoryError):
                return None

    async def _read_or_miss(self) -> bytes:
        async with self._drive._turn(self.item.owner):
            path = await self._file_path()
            try:
                return await asyncio.to_thread(self._disk.read, path)
            except (FileNotFoundError, NotADirectoryError):
                await self._set(missing=True)
                raise ItemMissing(self.item.name) from None

    async def _write(self, content: bytes) -> None:
        async with self._drive._turn(self.item.owner):
            path = await self._file_path()
            if self.item.missing:
                path = await self._claim_name(path)
            with _disk_errors(self.item.name):
                await asyncio.to_thread(self._disk.write, path, content)
            await self._set(modified_at=self._drive._clock.now(), missing=False, name=path[-1])

    async def _claim_name(self, path: Path) -> Path:
        """A free name for a file that comes back: another may have taken its own meanwhile."""
        assert self.item.parent is not None  # noqa: S101
        taken = await self._drive._taken(self.item.parent, path[:-1], self._disk)
        return (*path[:-1], free_name(path[-1], taken))

    async def _rename(self, wanted: str) -> Item:
        async with self._drive._turn(self.item.owner):
            path = await self._path()
            self._refuse_root()
            name = named_like(wanted, self.item.kind, self.item.name)
            if name == self.item.name:
                return self.item
            assert self.item.parent is not None  # noqa: S101
            siblings = await self._drive._store.inside(self.item.parent)
            if key(name) in {key(sibling.name) for sibling in siblings if sibling.id != self.item.id}:
                raise NameTaken(name)
            await self._set(renaming_to=name)
            try:
                with _disk_errors(name):
                    await asyncio.to_thread(self._disk.rename, path, name)
            except BaseException as problem:
                await self._set(renaming_to=None, missing=isinstance(problem, FileNotFoundError))
                if isinstance(problem, FileExistsError):
                    raise NameTaken(name) from None
                if isinstance(problem, FileNotFoundError):
                    raise ItemMissing(self.item.name) from None
                raise
            return await self._set(renaming_to=None, name=name)

    async def _trash(self) -> None:
        async with self._drive._turn(self.item.owner):
            path = await self._path()
            self._refuse_root()
            try:
                with _disk_errors(self.item.name):
                    await asyncio.to_thread(self._disk.trash, path, self.item.id)
            except FileNotFoundError:
                pass
            await self._drive._store.trash(self.item.id, self._drive._clock.now())

    def _demand(self, need: Need) -> None:
        if self._need < need:
            raise NotAllowed(self.item.name, need)

    def _refuse_root(self) -> None:
        if self.item.parent is None:
            raise NotAllowed("My Drive", Need.OWN)

    async def _path(self) -> Path:
        """Where the item lies now; also refreshes `item`."""
        chain = await self._drive._chain(self.item.id)
        self.item = chain[0]
        return path_of(chain)

    async def _file_path(self) -> Path:
        path = await self._path()
        if self.item.kind is Kind.FOLDER:
            raise NotAFile(self.item.name or "My Drive")
        return path

    async def _set(self, **values: object) -> Item:
        await self._drive._store.change(self.item.id, **values)
        self.item = replace(self.item, **values)  # type: ignore[arg-type]
        return self.item

    @property
    def _disk(self) -> Disk:
        return self._drive._disk(self.item.owner)


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    """Turn what the disk refuses into a sentence; that a name is taken or gone is for the caller."""
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as problem:
        raise DiskRefused(name, problem.strerror or str(problem)) from problem
