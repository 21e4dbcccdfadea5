"""The system calls that a sandbox may not make, as a program for the kernel's filter.

A deny list: what notebooks need is open-ended, what has been used to escape sandboxes is not. Written by us for the two
architectures, so that no library is needed.

Source: seccomp(2), linux/seccomp.h, asm/unistd.h of both architectures.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24

_NEW_NAMESPACES = 0x7E020000
"""Every CLONE_NEW* flag that clone(2) takes."""
_SOCKET_FAMILIES = (40, 38, 17, 31, 9)
"""vsock, the kernel's crypto, packet, bluetooth, x25."""
_TERMINAL_INJECTION = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: typing into a terminal as if a person did."""

_COMMON = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
    "quotactl_fd": 443,
}


@dataclass(frozen=True)
class Architecture:
    """The numbers of one architecture."""

    audit: int
    denied: dict[str, int]
    clone: int
    clone3: int
    socket: int
    ioctl: int
    foreign_from: int | None = None
    """Numbers from here on belong to another ABI of the same machine (x32)."""


ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E,
        clone=56,
        clone3=435,
        socket=41,
        ioctl=16,
        foreign_from=0x40000000,
        denied=_COMMON
        | {
            "acct": 163,
            "add_key": 248,
            "adjtimex": 159,
            "bpf": 321,
            "clock_adjtime": 305,
            "clock_settime": 227,
            "delete_module": 176,
            "finit_module": 313,
            "init_module": 175,
            "ioperm": 173,
            "iopl": 172,
            "kexec_file_load": 320,
            "kexec_load": 246,
            "keyctl": 250,
            "lookup_dcookie": 212,
            "mount": 165,
            "name_to_handle_at": 303,
            "nfsservctl": 180,
            "open_by_handle_at": 304,
            "perf_event_open": 298,
            "personality": 135,
            "pivot_root": 155,
            "quotactl": 179,
            "reboot": 169,
            "request_key": 249,
            "setns": 308,
            "settimeofday": 164,
            "swapoff": 168,
            "swapon": 167,
            "syslog": 103,
            "umount2": 166,
            "unshare": 272,
            "userfaultfd": 323,
            "vhangup": 153,
        },
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        clone=220,
        clone3=435,
        socket=198,
        ioctl=29,
        denied=_COMMON
        | {
            "acct": 89,
            "add_key": 217,
            "adjtimex": 171,
            "bpf": 280,
            "clock_adjtime": 266,
            "clock_settime": 112,
            "delete_module": 106,
            "finit_module": 273,
            "init_module": 105,
            "kexec_file_load": 294,
            "kexec_load": 104,
            "keyctl": 219,
            "lookup_dcookie": 18,
            "mount": 40,
            "name_to_handle_at": 264,
            "nfsservctl": 42,
            "open_by_handle_at": 265,
            "perf_event_open": 241,
            "personality": 92,
            "pivot_root": 41,
            "quotactl": 60,
            "reboot": 142,
            "request_key": 218,
            "setns": 268,
            "settimeofday": 170,
            "swapoff": 225,
            "swapon": 224,
            "syslog": 116,
            "umount2": 39,
            "unshare": 97,
            "userfaultfd": 282,
            "vhangup": 58,
        },
    ),
}


def program(machine: str) -> bytes | None:
    """The filter for this machine (as `uname -m` names it), or None where its numbers are not known to us."""
    architecture = ARCHITECTURES.get(machine)
    return None if architecture is None else _assemble(architecture)


def _assemble(numbers: Architecture) -> bytes:
    code: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, numbers.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if numbers.foreign_from is not None:
        code += [(_AT_LEAST, 0, 1, numbers.foreign_from), (_RETURN, 0, 0, _KILL)]
    for number in sorted(numbers.denied.values()):
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _FAIL | errno.EPERM)]
    # glibc falls back to clone, whose flags a filter can read; clone3 keeps them in memory, where it can not.
    code += [(_EQUAL, 0, 1, numbers.clone3), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    code += _when_called(numbers.clone, _FIRST_ARGUMENT, [(_ANY_BIT, _NEW_NAMESPACES)], errno.EPERM)
    code += _when_called(
        numbers.socket, _FIRST_ARGUMENT, [(_EQUAL, family) for family in _SOCKET_FAMILIES], errno.EAFNOSUPPORT
    )
    code += _when_called(
        numbers.ioctl, _SECOND_ARGUMENT, [(_EQUAL, request) for request in _TERMINAL_INJECTION], errno.EPERM
    )
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", operation, yes, no, value) for operation, yes, no, value in code)


def _when_called(
    number: int, argument: int, tests: list[tuple[int, int]], error: int
) -> list[tuple[int, int, int, int]]:
    body: list[tuple[int, int, int, int]] = [(_LOAD, 0, 0, argument)]
    for test, value in tests:
        body += [(test, 0, 1, value), (_RETURN, 0, 0, _FAIL | error)]
    body.append((_RETURN, 0, 0, _ALLOW))
    return [(_EQUAL, 0, len(body), number), *body]
