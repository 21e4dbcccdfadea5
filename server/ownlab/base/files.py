"""Files that are never torn, and reads that never leave their folder."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import secrets
import stat
import struct
from contextlib import suppress
from pathlib import Path

from ownlab.base.errors import BadInput

_SYS_OPENAT2 = 437
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08
_RENAME_NOREPLACE = 1
_TEMPORARY = re.compile(r"\.ownlab-[0-9a-f]{16}\.tmp")

_libc = ctypes.CDLL(None, use_errno=True)


class EscapesFolder(BadInput):
    """A path, or a link on it, leads out of the folder that it was asked for in."""

    code = "escapes_folder"


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace the file at path: whoever reads it, whenever the process dies, sees the old bytes or the new."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        write_in(folder, path.name, content, mode=mode)
    finally:
        os.close(folder)


def write_in(folder: int, name: str, content: bytes, *, mode: int = 0o600, replace: bool = True) -> None:
    """Write the file called name in an open folder, as `write_atomically`. A link of that name is not followed.

    Raises:
        FileExistsError: the name is taken and replace is false.
    """
    temporary = f".ownlab-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, mode, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            rename_in(folder, temporary, folder, name)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def is_temporary(name: str) -> bool:
    """Whether this is the name of a file that `write_in` had not finished; older than a write takes, it is rubbish."""
    return _TEMPORARY.fullmatch(name) is not None


def rename_in(source: int, name: str, target: int, new_name: str) -> None:
    """Move a file or folder from one open folder to another without replacing anything.

    Raises:
        FileExistsError: new_name is taken.
        OSError: as rename(2).
    """
    renamed = _libc.renameat2(source, os.fsencode(name), target, os.fsencode(new_name), _RENAME_NOREPLACE)
    number = ctypes.get_errno()
    if renamed == 0:
        return
    if number not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(number, os.strerror(number), new_name)
    # Some network file systems can not refuse to replace: look first. Another process may still get between.
    with suppress(FileNotFoundError):
        os.lstat(new_name, dir_fd=target)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)
    os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)


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
