"""What is wrong with this machine and what to do about it, found out by looking; nothing is changed."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ownlab.agent import isolation
from ownlab.agent.client import AgentClient, may_stay
from ownlab.agent.environments import find_environment, kernel_package
from ownlab.agent.errors import AgentOutdated, AgentUnreachable, EnvironmentMissing
from ownlab.agent.isolation import Isolation, Probe
from ownlab.agent.machine import runtime_uids
from ownlab.agent.options import AgentOptions
from ownlab.agent.probe import probe_host

_LEAST_SPACE = 1 << 30
_OLDEST_BWRAP = (0, 5)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: str
    """`ok`, `warning` (works, with less) or `failure`."""
    name: str
    message: str
    remedy: str = ""
    """What to do; empty when all is well."""


async def diagnose(options: AgentOptions, host: str, port: int) -> list[Finding]:
    """Look at everything that OwnLab needs on this machine, for these options and this address."""
    findings = await asyncio.to_thread(lambda: list(_diagnose(options, host, port)))
    return [*findings, await check_agent(options)]


def _diagnose(options: AgentOptions, host: str, port: int) -> Iterator[Finding]:
    yield check_python(sys.version_info[:3])
    data = options.data.expanduser()
    space = check_space(data)
    yield space
    yield check_writable(data)
    probe = look(data)
    yield check_bwrap(probe)
    yield check_isolation(probe, isolation.decide(probe), options.users)
    yield check_network(probe)
    yield check_environment(options)
    yield check_port(host, port)


def look(data: Path) -> Probe:
    """Try the sandbox where the data folder is, or in a temporary folder when that can not be written."""
    uids = runtime_uids(Path("/proc/self/uid_map").read_text()) if os.geteuid() == 0 else None
    place = _existing(data)
    try:
        with tempfile.TemporaryDirectory(prefix=".ownlab-doctor-", dir=place) as folder:
            return probe_host(Path(folder), uids)[1]
    except OSError:
        with tempfile.TemporaryDirectory(prefix=".ownlab-doctor-") as folder:
            return probe_host(Path(folder), uids)[1]


def check_python(version: tuple[int, ...]) -> Finding:
    """OwnLab needs Python 3.11."""
    text = ".".join(map(str, version))
    if version < (3, 11):
        return Finding("failure", "Python", f"This is Python {text}.", "Install Python 3.11 or newer.")
    return Finding("ok", "Python", text)


def check_space(data: Path) -> Finding:
    """A gigabyte must be free where the data folder is, or will be."""
    place = _existing(data)
    there = os.statvfs(place)
    free = there.f_bavail * there.f_frsize
    if free < _LEAST_SPACE:
        return Finding(
            "failure",
            "Disk",
            f"Only {free / 1e6:,.0f} MB are free at {place}: notebooks and outputs could not be saved.",
            "Free at least 1 GB there, or choose another folder with --data.",
        )
    return Finding("ok", "Disk", f"{free / 1e9:,.0f} GB free at {place}")


def check_writable(data: Path) -> Finding:
    """The data folder, or the place where it will be, must be ours to write."""
    place = _existing(data)
    if os.access(place, os.W_OK | os.X_OK):
        return Finding("ok", "Data folder", str(data))
    return Finding(
        "failure", "Data folder", f"{place} can not be written by this user.", "Choose another folder with --data."
    )


def check_bwrap(probe: Probe) -> Finding:
    """bubblewrap, not too old."""
    if probe.bwrap is None:
        return Finding(
            "warning",
            "bubblewrap",
            "It is not installed, so notebooks run without a sandbox.",
            "sudo apt install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora)",
        )
    text = ".".join(map(str, probe.bwrap_version))
    if probe.bwrap_version < _OLDEST_BWRAP:
        return Finding("failure", "bubblewrap", f"Version {text} is too old.", "Install 0.5 or newer.")
    if probe.bwrap_version < (0, 8):
        return Finding(
            "warning", "bubblewrap", f"Version {text} can not forbid nested user namespaces.", "Install 0.8 or newer."
        )
    return Finding("ok", "bubblewrap", f"{text} ({probe.bwrap})")


def check_isolation(probe: Probe, decided: Isolation, users: str) -> Finding:
    """How strongly notebooks are isolated."""
    if decided.level == "full":
        return Finding("ok", "Isolation", "full")
    words = {
        "no-userns": "Notebooks run in a sandbox without a user namespace",
        "landlock": "Notebooks run without a sandbox; only files are shielded (Landlock)",
        "none": "Notebooks run unconfined, with everything that this user may do",
    }
    missing = [sentence for sentence in decided.missing if "slirp4netns" not in sentence and "tun" not in sentence]
    if users == "many":
        return Finding(
            "failure", "Isolation", f"{words[decided.level]}; for many users that is refused.", " ".join(missing)
        )
    return Finding(
        "warning", "Isolation", f"{words[decided.level]}. Run only notebooks that you trust.", " ".join(missing)
    )


def check_network(probe: Probe) -> Finding:
    """Whether notebooks reach the internet, and only that."""
    if probe.slirp is None:
        return Finding(
            "warning",
            "Network",
            "slirp4netns is not installed, so notebooks have no network and `pip install` does not work in them.",
            "sudo apt install slirp4netns (Debian, Ubuntu), sudo dnf install slirp4netns (Fedora)",
        )
    if not probe.tun:
        return Finding("warning", "Network", "/dev/net/tun can not be opened.", "sudo modprobe tun")
    return Finding("ok", "Network", f"slirp4netns ({probe.slirp})")


def check_environment(options: AgentOptions) -> Finding:
    """The default environment, and our own package for it."""
    try:
        kernel_package()
        found = find_environment(options.environments, "core")
    except EnvironmentMissing as error:
        return Finding("warning", "Environment", error.message.partition(" Run ")[0], "ownlab env build core")
    return Finding("ok", "Environment", f"{found.name}@{found.version}, {len(found.packages)} packages")


async def check_agent(options: AgentOptions) -> Finding:
    """Whether an agent runs, and fits this version."""
    try:
        status = await AgentClient(options.socket).status()
        may_stay(status)
    except AgentUnreachable:
        return Finding("ok", "Agent", "not running; OwnLab starts it")
    except AgentOutdated as error:
        return Finding("failure", "Agent", error.message, "End the runtimes with the version that started them.")
    told = f"running (process {status.pid}), isolation {status.isolation}, {status.runtimes} runtimes"
    return Finding("ok", "Agent", told)


def check_port(host: str, port: int) -> Finding:
    """Whether OwnLab can listen where it is told to."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = addresses[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        return Finding(
            "failure",
            "Port",
            f"{host}:{port} can not be used ({error.strerror or error}). Perhaps OwnLab runs already.",
            "End what uses it, or choose another port with --port.",
        )
    return Finding("ok", "Port", f"{host}:{port} is free")


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.absolute().parents) if place.exists())
