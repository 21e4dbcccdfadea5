"""What a process can forbid itself without namespaces: files (Landlock), system calls, new privileges.

Used by the launcher where this machine allows no sandbox: standard library only.

Source: landlock(7), seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER, _SUBREAPER = 38, 22, 2, 36
_READ = 0b1101
"""Execute, read files, list folders."""
_ON_FILES = 0b111 | 1 << 14 | 1 << 15
"""What applies to a file rather than a folder: execute, write, read, truncate, control devices."""
_NOT_ABSTRACT_SOCKETS_NOT_SIGNALS = 3

_DROP_FROM_BOUNDING_SET = 24

_libc = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """The version of the kernel's Landlock, 0 without."""
    return max(0, int(_libc.syscall(_CREATE, None, 0, 1)))


def allow_only(read: Iterable[str], write: Iterable[str]) -> None:
    """Forbid this process and its children all files but those below these paths. Missing paths are skipped."""
    version = landlock_version()
    everything = (1 << 13) - 1
    for bit, since in ((13, 2), (14, 3), (15, 5)):
        everything |= 1 << bit if version >= since else 0
    attributes = struct.pack("QQQ", everything, 0, _NOT_ABSTRACT_SOCKETS_NOT_SIGNALS if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = _check(_libc.syscall(_CREATE, attributes, size, 0), "landlock_create_ruleset")
    for paths, access in ((read, _READ), (write, everything)):
        for path in paths:
            _allow(rules, path, access & everything)
    forbid_new_privileges()
    _check(_libc.syscall(_RESTRICT, rules, 0), "landlock_restrict_self")
    os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            access &= _ON_FILES
        _check(_libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", access, place), 0), f"landlock_add_rule {path}")
    finally:
        os.close(place)


def forbid_new_privileges() -> None:
    """No program that is executed from now on gains anything."""
    _check(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")


def drop_capabilities() -> None:
    """Let root keep none of its powers beyond its own files once it executes a program. Nothing for other users."""
    for capability in range(64):
        _libc.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def filter_calls(program: bytes) -> None:
    """Put this process and its children under a system call filter; see seccomp.py."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    code = ctypes.create_string_buffer(program, len(program))
    filled = Program(len(program) // 8, ctypes.cast(code, ctypes.c_char_p))
    _check(_libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filled), 0, 0), "seccomp")


def keep_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that all can be found."""
    _check(_libc.prctl(_SUBREAPER, 1, 0, 0, 0), "prctl")


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} ({what})")
    return result
