"""The kernel's calls for namespaces and mounts, which Python does not offer.

Used by the launcher, whose imports delay every start: only modules that load in no time.

Source: mount_setattr(2), open_tree(2), move_mount(2), user_namespaces(7), netlink(7).
"""

from __future__ import annotations

import _socket
import ctypes
import fcntl
import os
import struct

NEW_MOUNTS, NEW_USERS, NEW_NETWORK = 0x20000, 0x10000000, 0x40000000

_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_HERE, _EMPTY_PATH, _CLONE, _CLOSE_ON_EXEC, _INTO_EMPTY_PATH = -100, 0x1000, 1, 0o2000000, 4
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _ID_MAPPED = 1, 2, 4, 0x100000
_RECURSIVE, _SLAVE = 0x4000, 0x80000
_SET_DUMPABLE = 4
_LAST_ID = 2**32 - 2

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _check(_libc.unshare(flags), "unshare")


def mount(kind: str, target: str, options: str) -> None:
    """Mount a file system without devices and setuid programs."""
    flags = _NO_SETUID | _NO_DEVICES
    _check(
        _libc.mount(kind.encode(), os.fsencode(target), kind.encode(), flags, os.fsencode(options)),
        f"mount {kind} with {options}",
    )


def receive_mounts_only() -> None:
    """Let nothing that is mounted here reach other namespaces."""
    _check(_libc.mount(None, b"/", None, _RECURSIVE | _SLAVE, None), "make mounts private")


def clone_tree(path: str) -> int:
    """A mount of the folder or file at path that is attached nowhere yet."""
    return _check(_libc.syscall(_OPEN_TREE, _HERE, os.fsencode(path), _CLONE | _CLOSE_ON_EXEC), f"open_tree {path}")


def restrict(tree: int, *, read_only: bool, users: int | None) -> None:
    """Forbid setuid programs and devices in a cloned tree, and show files as the user namespace `users` maps them."""
    flags = _NO_SETUID | _NO_DEVICES | (_READ_ONLY if read_only else 0) | (0 if users is None else _ID_MAPPED)
    attributes = struct.pack("QQQQ", flags, 0, 0, users or 0)
    _check(_libc.syscall(_MOUNT_SETATTR, tree, b"", _EMPTY_PATH, attributes, len(attributes)), "mount_setattr")


def attach(tree: int, path: str) -> None:
    """Put a cloned tree at path."""
    _check(_libc.syscall(_MOVE_MOUNT, tree, b"", _HERE, os.fsencode(path), _INTO_EMPTY_PATH), f"move_mount {path}")


def stay_readable() -> None:
    """Keep /proc/self writable to us after a change of user."""
    _check(_libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0), "prctl")


def enter_new_users(flags: int) -> None:
    """Become the owner of a new user namespace (and namespaces of `flags`) in which nobody changes identity."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(NEW_USERS | flags)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {uid} 1")
    write("/proc/self/gid_map", f"{gid} {gid} 1")


def swapping_users(owner: tuple[int, int], runtime: int) -> int:
    """A user namespace in which files of `owner` (uid, gid) appear as the runtime's; for `restrict`. Needs root."""
    (ready, tell), (held, hold) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(hold)
            unshare(NEW_USERS)
            os.write(tell, b"1")
            os.read(held, 1)
        finally:
            os._exit(0)
    try:
        os.close(tell)
        if not os.read(ready, 1):
            raise PermissionError("a user namespace for mapping files could not be made")
        write(f"/proc/{child}/uid_map", extents(owner[0], runtime))
        write(f"/proc/{child}/gid_map", extents(owner[1], runtime))
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        for descriptor in (ready, held, hold):
            os.close(descriptor)
        os.waitpid(child, 0)


def extents(owner: int, runtime: int) -> str:
    """The mapping that shows owner's files as the runtime's and leaves everybody else as they are."""
    # Without a mapping of their own, changing the files of others would fail with EOVERFLOW.
    lines = [f"{owner} {runtime} 1"]
    taken = sorted({owner, runtime})
    start = 0
    for end in [*taken, _LAST_ID]:
        if end > start:
            lines.append(f"{start} {start} {end - start}")
        start = end + 1
    return "\n".join(lines)


def isolate_network(blackholes: list[str]) -> None:
    """In a new network namespace: bring up the loopback and forbid the way to these networks, whatever comes later."""
    plain = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    fcntl.ioctl(plain.fileno(), 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))
    plain.close()
    netlink = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW, 0)
    for network in blackholes:
        _forbid(netlink, network)
    netlink.close()


def _forbid(netlink: _socket.socket, network: str) -> None:
    address, _, prefix = network.partition("/")
    main_table, by_administrator, blackhole, new_route, request = 254, 4, 6, 24, 0x1 | 0x4 | 0x100 | 0x400
    kind = (int(prefix), 0, 0, main_table, by_administrator, 0, blackhole, 0)
    destination = struct.pack("HH4s", 8, 1, _socket.inet_aton(address))
    body = struct.pack("BBBBBBBBI", _socket.AF_INET, *kind) + destination
    netlink.send(struct.pack("IHHII", 16 + len(body), new_route, request, 1, 0) + body)
    error = struct.unpack_from("i", netlink.recv(4096), 16)[0]
    if error:
        raise OSError(-error, f"{os.strerror(-error)}: route to {network}")


def send_descriptors(control: int, descriptors: list[int]) -> None:
    """Send open files over a socket, which is closed."""
    sender = _socket.socket(fileno=control)
    rights = struct.pack(f"{len(descriptors)}i", *descriptors)
    sender.sendmsg([b"descriptors"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    sender.close()


def write(path: str, text: str) -> None:
    """Write a file of the kernel's in one piece."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} ({what})")
    return result
