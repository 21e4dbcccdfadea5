"""Folders whose content a hostile process chose: measuring and removing them without following anything out."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
from collections import deque
from pathlib import Path

from ownlab.base.errors import LabError
from ownlab.base.files import open_beneath

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_REMOVING = ".removing"


def disk_bytes(folder: Path) -> int:
    """Space that the folder takes on disk. Links are not followed and what vanishes meanwhile is not counted."""
    total = 0
    waiting = deque([""])
    top = os.open(folder, _FOLDER)
    try:
        while waiting:
            below = waiting.popleft()
            with contextlib.suppress(OSError, LabError):
                total += _bytes_in(top, below, waiting)
    finally:
        os.close(top)
    return total


def _bytes_in(top: int, below: str, waiting: deque[str]) -> int:
    total = 0
    descriptor = open_beneath(top, below, os.O_RDONLY | os.O_DIRECTORY, follow_links=False)
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{below}/{entry.name}" if below else entry.name)
    finally:
        os.close(descriptor)
    return total


def doom(folder: Path) -> Path:
    """Move a folder out of the way at once, to a name that says that it is being removed; returns where it is."""
    if is_doomed(folder):
        return folder
    grave = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{_REMOVING}")
    grave.mkdir(mode=0o700)
    try:
        folder.rename(grave / "0")
    except OSError:
        grave.rmdir()
        raise
    return grave


def is_doomed(folder: Path) -> bool:
    """Whether `doom` made this folder, or another agent's `doom` before."""
    return folder.name.startswith(".") and folder.name.endswith(_REMOVING)


def remove(folder: Path) -> None:
    """Remove a folder with everything in it, whatever its depth, names, modes and links; nothing if it is not there.

    Its processes must have ended. Interrupted, it leaves a doomed folder, which can be given to this function again.
    """
    with contextlib.suppress(FileNotFoundError):
        _clear(doom(folder))


def _clear(grave: Path) -> None:
    # Folders move up into the grave before they are emptied, so no depth exceeds what paths and descriptors can hold.
    top = os.open(grave, _FOLDER)
    try:
        waiting = deque(os.listdir(top))
        numbers = itertools.count(1 + max((int(name) for name in waiting if name.isdigit()), default=0))
        while waiting:
            name = waiting.popleft()
            inner = os.open(name, _FOLDER, dir_fd=top)
            try:
                waiting.extend(_empty(inner, top, numbers))
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    grave.rmdir()


def _empty(folder: int, top: int, numbers: itertools.count[int]) -> list[str]:
    moved = []
    with os.scandir(folder) as listing:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in listing]
    for name, is_folder in entries:
        if is_folder:
            _open_up(folder, name)
            moved.append(str(next(numbers)))
            os.rename(name, moved[-1], src_dir_fd=folder, dst_dir_fd=top)
        else:
            os.unlink(name, dir_fd=folder)
    return moved


def _open_up(parent: int, name: str) -> None:
    descriptor = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        os.chmod(f"/proc/self/fd/{descriptor}", 0o700)
    finally:
        os.close(descriptor)
