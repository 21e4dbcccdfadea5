"""The network of sandboxes: a private one each, whose only way out is slirp4netns."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_PRIVATE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
"""This network, private networks, link-local and the metadata services of clouds, multicast, reserved."""
_SLIRP_OWN = ("10.0.2.2", "10.0.2.3", "10.0.2.100")
"""slirp4netns's gateway (closed by --disable-host-loopback), its name server, and the sandbox itself."""


def blackholes(own_addresses: Iterable[str], allowed: str) -> list[str]:
    """Networks that sandboxes may not reach: private ones and this machine, less those of `allowed` (a,b,c)."""
    refused = [ipaddress.IPv4Network(network) for network in _PRIVATE]
    refused += [
        ipaddress.IPv4Network(address)
        for address in own_addresses
        if address not in _SLIRP_OWN and not any(ipaddress.IPv4Address(address) in network for network in refused)
    ]
    for exception in filter(None, (part.strip() for part in allowed.split(","))):
        refused = list(_without(refused, ipaddress.IPv4Network(exception, strict=False)))
    own = [ipaddress.IPv4Network(address) for address in own_addresses if address not in _SLIRP_OWN]
    return [str(network) for network in dict.fromkeys([*refused, *own])]


def _without(
    networks: Iterable[ipaddress.IPv4Network], exception: ipaddress.IPv4Network
) -> Iterable[ipaddress.IPv4Network]:
    for network in networks:
        if exception.supernet_of(network):
            continue
        if network.supernet_of(exception):
            yield from network.address_exclude(exception)
        else:
            yield network


def own_addresses() -> list[str]:
    """This machine's IPv4 addresses, the loopback's aside."""
    try:
        table = Path("/proc/net/fib_trie").read_text()
    except OSError:
        return []
    found = re.findall(r"\|-- (\S+)\n\s+/32 host LOCAL", table)
    return sorted({address for address in found if not address.startswith("127.")})


async def attach(slirp: str, users: int | None, network: int, *, uid: int | None) -> subprocess.Popen[bytes]:
    """Start slirp4netns on a network namespace (with the user namespace that owns it); ready when it returns.

    Raises:
        OSError: it did not come up; the message holds what it said.
    """
    ready, tell = os.pipe()
    command = [slirp, "--configure", "--mtu=65520", "--disable-host-loopback", "--enable-seccomp"]
    command += [f"--ready-fd={tell}", "--netns-type=path"]
    command += [] if users is None else [f"--userns-path=/proc/self/fd/{users}"]
    command += [f"/proc/self/fd/{network}", "tap0"]
    try:
        process = subprocess.Popen(  # noqa: ASYNC220
            command,
            env={"PATH": "/usr/bin:/bin"},
            pass_fds=[descriptor for descriptor in (users, network, tell) if descriptor is not None],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
    finally:
        os.close(tell)
    try:
        if not await asyncio.wait_for(read_once(ready), 10):
            raise OSError(f"slirp4netns ended with status {process.wait()}")
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


async def read_once(descriptor: int) -> bytes:
    """The next bytes of a pipe or socket, b"" at its end; the descriptor is closed."""
    try:
        await readable(descriptor)
        return os.read(descriptor, 65536)
    finally:
        os.close(descriptor)


async def readable(descriptor: int) -> None:
    """Wait until there is something to read, or nothing more will come."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, event.set)
    try:
        await event.wait()
    finally:
        loop.remove_reader(descriptor)
