"""The plain files of one drive. Whatever links somebody plants in the folder, nothing here follows one out of it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path as FilePath

from ownlab.base.files import EscapesFolder, is_temporary, open_beneath, rename_in, write_in
from ownlab.drive.model import Path

TRASH = ".trash"

_RUBBISH_AFTER_S = 3600
_FOLDER = os.O_RDONLY | os.O_DIRECTORY


@dataclass(frozen=True)
class Found:
    """A file or folder that is on disk."""

    is_folder: bool
    modified_at: datetime


class Disk:
    """The folder of one owner. Blocks; every method may be called from any thread.

    Raises:
        EscapesFolder: a link lies where a folder or file should; nothing was read or changed.
        OSError: as the system calls.
    """

    def __init__(self, root: FilePath) -> None:
        self._root = root

    def read(self, path: Path) -> bytes:
        """The file's bytes."""
        with self._root_folder() as root:
            descriptor = open_beneath(root, "/".join(path), follow_links=False)
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def state(self, path: Path) -> tuple[int, int, int]:
        """Modification time in ns, size in bytes and inode: differs after the file was changed."""
        with self._folder(path[:-1]) as folder:
            found = os.stat(path[-1], dir_fd=folder, follow_symlinks=False)
        return found.st_mtime_ns, found.st_size, found.st_ino

    def write(self, path: Path, content: bytes) -> None:
        """Replace the file, whole or not at all; folders that are gone come back."""
        with self._folder(path[:-1], make=True) as folder:
            write_in(folder, path[-1], content)

    def create(self, path: Path, content: bytes) -> None:
        """A new file; FileExistsError when the name is taken."""
        with self._folder(path[:-1], make=True) as folder:
            write_in(folder, path[-1], content, replace=False)

    def make_folder(self, path: Path) -> None:
        """A new folder; FileExistsError when the name is taken."""
        with self._folder(path[:-1], make=True) as folder:
            os.mkdir(path[-1], 0o700, dir_fd=folder)
            os.fsync(folder)

    def rename(self, path: Path, name: str) -> None:
        """Give the file or folder another name in its folder; FileExistsError when that is taken."""
        with self._folder(path[:-1]) as folder:
            rename_in(folder, path[-1], folder, name)
            os.fsync(folder)

    def trash(self, path: Path, id: str) -> None:
        """Move the file or folder into `.trash/<id>`, where it keeps its name."""
        with self._folder(path[:-1]) as folder, self._folder((TRASH, id), make=True) as trash:
            rename_in(folder, path[-1], trash, path[-1])
            os.fsync(trash)
            os.fsync(folder)

    def in_trash(self) -> set[str]:
        """The ids of which something lies in the trash."""
        ids = set()
        with suppress(FileNotFoundError), self._folder((TRASH,)) as trash:
            for id in os.listdir(trash):
                with suppress(OSError), self._folder((TRASH, id)) as folder:
                    if os.listdir(folder):
                        ids.add(id)
        return ids

    def names(self, path: Path) -> list[str]:
        """What is in a folder; nothing when it is gone."""
        with suppress(FileNotFoundError), self._folder(path) as folder:
            return os.listdir(folder)
        return []

    def walk(self) -> dict[Path, Found]:
        """Every file and folder that is not hidden, folders before what is in them. Links and devices are left out."""
        found: dict[Path, Found] = {}
        with self._root_folder() as root:
            for base, folders, files, descriptor in os.fwalk(".", dir_fd=root, follow_symlinks=False):
                above = tuple(base.split("/")[1:])
                folders[:] = [name for name in folders if _is_shown(name)]
                for name in (*folders, *filter(_is_shown, files)):
                    with suppress(FileNotFoundError):
                        status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                        if stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode):
                            modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
                            found[(*above, name)] = Found(stat.S_ISDIR(status.st_mode), modified_at)
        return found

    def sweep(self) -> None:
        """Remove what writes that were killed left behind."""
        oldest = time.time() - _RUBBISH_AFTER_S
        with self._root_folder() as root:
            for _, _, files, descriptor in os.fwalk(".", dir_fd=root, follow_symlinks=False):
                for name in filter(is_temporary, files):
                    with suppress(FileNotFoundError):
                        if os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mtime < oldest:
                            os.unlink(name, dir_fd=descriptor)

    @contextmanager
    def _root_folder(self) -> Iterator[int]:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._root.is_symlink():
            raise EscapesFolder(f"{self._root} is a link. Put the folder itself there.")
        descriptor = os.open(self._root, _FOLDER | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _folder(self, path: Path, *, make: bool = False) -> Iterator[int]:
        with self._root_folder() as root:
            folder = (
                _make_folders(root, path) if make else open_beneath(root, "/".join(path), _FOLDER, follow_links=False)
            )
        try:
            yield folder
        finally:
            os.close(folder)


def _make_folders(root: int, path: Path) -> int:
    """Open a folder below root; make it, and those above it, where it is not there."""
    folder = os.dup(root)
    for name in path:
        try:
            with suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=folder)
                os.fsync(folder)
            inner = open_beneath(folder, name, _FOLDER, follow_links=False)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _is_shown(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not name.startswith(".")
