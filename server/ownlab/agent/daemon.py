"""The agent as a process: one per data folder, adopting what its predecessor left."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from ownlab import __version__
from ownlab.agent.carry import Carried
from ownlab.agent.machine import Machine
from ownlab.agent.model import PROTOCOL, AgentStatus
from ownlab.agent.options import AgentOptions
from ownlab.agent.probe import examine
from ownlab.agent.runtimes import Runtimes
from ownlab.agent.server import AgentServer, Connection

log = logging.getLogger(__name__)


def lock(options: AgentOptions) -> int | None:
    """The lock that makes this the data folder's only agent, held until the process ends; None if another has it."""
    descriptor = os.open(options.folder / "agent.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def make_folder(options: AgentOptions) -> None:
    """The agent's folder: nobody else enters."""
    options.data.expanduser().mkdir(parents=True, exist_ok=True, mode=0o700)
    options.folder.mkdir(exist_ok=True, mode=0o700)
    options.folder.chmod(0o700)


async def serve(options: AgentOptions, ready: int | None) -> None:
    """Be the agent until SIGTERM or a shutdown request; runtimes are left running.

    `ready`: a pipe to which b"ready" is written once requests are answered.
    """
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    machine = await examine(options)
    for sentence in machine.isolation.missing:
        log.warning("%s", sentence)
    if machine.isolation.level != "full":
        log.warning("ISOLATION IS WEAK (%s): run only notebooks that you trust.", machine.isolation.level)
    runtimes = Runtimes(options, machine, Carried(options.folder, os.environ, Path.home()))
    await runtimes.adopt()
    looked_at = loop.time()
    server = AgentServer(runtimes, lambda: _status(machine, runtimes, loop.time() - looked_at), over.set)
    listening = await loop.create_unix_server(lambda: Connection(server), sock=_listen(options.folder))
    log.info("agent %s answers (isolation: %s)", os.getpid(), machine.isolation.level)
    if ready is not None:
        with suppress(OSError):
            os.write(ready, b"ready")
        os.close(ready)
    await over.wait()
    listening.close()
    for connection in list(server.connections):
        if connection.transport is not None:
            connection.transport.close()
    log.info("agent %s ends; %s runtimes stay", os.getpid(), len(runtimes.list()))


def _listen(folder: Path) -> socket.socket:
    # Named through its folder's descriptor: a socket's whole path may have 107 bytes only.
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        (folder / "agent.sock").unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(f"/proc/self/fd/{descriptor}/agent.sock")
        (folder / "agent.sock").chmod(0o600)
        return listening
    finally:
        os.close(descriptor)


def _status(machine: Machine, runtimes: Runtimes, age_s: float) -> AgentStatus:
    return AgentStatus(
        pid=os.getpid(),
        version=__version__,
        protocol=PROTOCOL,
        isolation=machine.isolation.level,
        warnings=machine.isolation.missing,
        memory_limit="rlimit" if machine.control_groups is None else "cgroup",
        network=machine.slirp is not None,
        overlay="overlay" if machine.host.overlay else "copy",
        age_s=age_s,
        runtimes=sum(runtime.alive for runtime in runtimes.list()),
    )
