"""Files that are never torn, and reads that never leave their folder."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import stat
import struct
from pathlib import Path

from ownlab.base.errors import BadInput

_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08

_libc = ctypes.CDLL(None, use_errno=True)


class EscapesFolder(BadInput):
    """A path, or a link on it, leads out of the folder that it was asked for in."""

    code = "escapes_folder"


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace the file at path: whoever reads it, whenever the process dies, sees the old bytes or the new."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def open_beneath(folder: Path | int, path: str, flags: int = os.O_RDONLY, *, follow_links: bool = True) -> int:
    """Open path below folder as the kernel resolves it, whatever links a hostile process puts there meanwhile.

    Never blocks on a FIFO; the result is a regular file or a folder.

    Raises:
        EscapesFolder: the path or a link on it leaves the folder, or the file is neither regular nor a folder.
        OSError: as open(2).
    Source: openat2(2), RESOLVE_BENEATH.
    """
    resolve = _RESOLVE_BENEATH | _RESOLVE_NO_MAGICLINKS | (0 if follow_links else _RESOLVE_NO_SYMLINKS)
    root = folder if isinstance(folder, int) else os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        how = struct.pack("QQQ", flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o600 if flags & os.O_CREAT else 0, resolve)
        opened = int(_libc.syscall(_SYS_OPENAT2, root, os.fsencode(path or "."), how, len(how)))
        number = ctypes.get_errno()
    finally:
        if root is not folder:
            os.close(root)
    if opened < 0:
        if number in (errno.EXDEV, errno.ELOOP):
            raise EscapesFolder(f"{path!r} leads out of its folder. Remove the link and try again.")
        raise OSError(number, os.strerror(number), path)
    kind = os.fstat(opened).st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        os.close(opened)
        raise EscapesFolder(f"{path!r} is not a regular file or folder.")
    return opened


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
