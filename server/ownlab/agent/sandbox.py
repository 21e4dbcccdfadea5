"""Starting one sandbox: its folders, its listening socket, the launcher process, its network."""

from __future__ import annotations

import asyncio
import contextlib
import json
import marshal
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ownlab.agent import network, plain, plan
from ownlab.agent.environments import Environment
from ownlab.agent.errors import LaunchFailed
from ownlab.agent.machine import Machine
from ownlab.agent.model import Launch
from ownlab.agent.plan import Descriptors, Folders, Limits
from ownlab.agent.processes import Process

_LAUNCHER = Path(__file__).with_name("launcher.py")
_DEADLINE_S = 20


@dataclass(frozen=True)
class Order:
    """Everything that one launch needs besides the machine."""

    launch: Launch
    environment: Environment
    folders: Folders
    uid: int | None
    """Whom root becomes for it; None when the agent is an ordinary user."""
    limits: Limits
    network: bool
    blackholes: tuple[str, ...]
    variables: Mapping[str, str]


@dataclass
class Started:
    """A sandbox whose launcher runs; its outer process is known at once, the others in `finish`."""

    outer: subprocess.Popen[bytes]
    plain: bool
    _info: int
    _control: socket.socket

    async def inner(self) -> Process:
        """Process 1 inside, once bubblewrap has made it.

        Raises:
            LaunchFailed: the launcher or bubblewrap gave up.
        """
        try:
            text = await asyncio.wait_for(_read_json(self._info), _DEADLINE_S)
        except TimeoutError:
            text = b""
        if self.plain:
            # There is no other process: the launcher became the server when its end of the pipe closed.
            inner = Process.of(self.outer.pid) if self.outer.poll() is None else None
        else:
            inner = Process.of(json.loads(text)["child-pid"]) if text else None
        if inner is None:
            raise LaunchFailed("The sandbox did not start.")
        return inner

    async def connect(self, slirp: str | None, *, uid: int | None, users: bool) -> subprocess.Popen[bytes] | None:
        """Attach the network, if there is to be one; runs beside the start of the processes inside."""
        with contextlib.closing(self._control) as control:
            if slirp is None:
                return None
            control.setblocking(False)
            await asyncio.wait_for(network.readable(control.fileno()), _DEADLINE_S)
            _, descriptors, _, _ = socket.recv_fds(control, 64, 2)
        if len(descriptors) != 2:
            raise LaunchFailed("The sandbox did not start.")
        try:
            owner, private = descriptors
            return await network.attach(slirp, owner if users else None, private, uid=uid if users else None)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def make_folders(order: Order, *, overlay: bool) -> None:
    """Make the runtime's folders, empty, owned by the sandbox's user. Nobody enters them: their parent is closed."""
    folders = order.folders
    laid_over = [folders.environment_changes, *([] if folders.seed is None else [folders.content])] if overlay else []
    for folder in (
        folders.root,
        folders.root / "root",
        folders.content,
        folders.spool,
        folders.environment_changes,
        *(changes / part for changes in laid_over for part in ("upper", "work")),
    ):
        _make(folder, order.uid)
    for shared in ("tmp", "var", "var/tmp", "run", "srv", "mnt", "opt"):
        _make(folders.root / shared, order.uid, 0o1777 if shared.endswith("tmp") else 0o755)
    # Left to bubblewrap, the folders on the way to a target belong to whoever started it and are closed to others.
    for mount in plan.mounts(folders, overlay=overlay):
        target = folders.root / mount.target.lstrip("/")
        for place in (*reversed(target.relative_to(folders.root).parents), target.relative_to(folders.root)):
            if not (folders.root / place).exists():
                _make(folders.root / place, order.uid)


async def copy_lowers(machine: Machine, order: Order) -> None:
    """Where no overlay can be had, give the runtime copies of what it would lie over."""
    folders = order.folders
    if machine.is_plain:
        plain.scratch(folders.runtime.name).mkdir(mode=0o700)
        pairs = [] if folders.seed is None else [(folders.seed, folders.content)]
    elif machine.host.overlay:
        return
    else:
        pairs = [(folders.environment, folders.environment_changes / "upper")]
        pairs += [] if folders.seed is None else [(folders.seed, folders.content / "upper")]
    for source, target in pairs:
        await _run("cp", "--archive", "--reflink=auto", f"{source}/.", str(target))
        target.chmod(0o755)
        if order.uid is not None:
            await _run("chown", "--recursive", "--no-dereference", f"{order.uid}:{order.uid}", str(target))


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise LaunchFailed(f"{command[0]} failed: {said.decode(errors='replace')[-500:]}")


def start(machine: Machine, order: Order) -> Started:
    """Start the launcher, which becomes bubblewrap. The folders exist, empty."""
    runtime = order.folders.runtime
    with contextlib.ExitStack() as mine:
        listening = mine.enter_context(_listen(runtime))
        control, theirs = socket.socketpair()
        mine.enter_context(theirs)
        info, tell = os.pipe()
        log = _append(mine, runtime / "log")
        descriptors = Descriptors(
            listen=listening.fileno(),
            control=theirs.fileno() if order.network else -1,
            info=_closing(mine, tell),
            status=_append(mine, runtime / "exit"),
            arguments=_closing(mine, os.memfd_create("ownlab")),
            seccomp=None if machine.seccomp is None else _memory_file(mine, machine.seccomp),
        )
        instructions = _memory_file(mine, marshal.dumps(_plan(machine, order, descriptors)))
        try:
            outer = _spawn(instructions, descriptors, log)
        except BaseException:
            os.close(info)
            control.close()
            raise
        return Started(outer, machine.is_plain, info, control)


def _plan(machine: Machine, order: Order, descriptors: Descriptors) -> dict[str, Any]:
    variables = plan.variables(
        order.launch, descriptors.listen, shared_python=order.environment.shared_python, extra=order.variables
    )
    if machine.is_plain:
        layer = plain.make_layer(order.environment, order.folders)
        return plain.launcher_plan(
            order.folders,
            layer,
            order.environment,
            variables,
            descriptors,
            order.limits,
            landlock=machine.isolation.level == "landlock",
        )
    mounted = plan.mounts(order.folders, overlay=machine.host.overlay)
    _fill(descriptors.arguments, _packed(plan.arguments(machine.host, mounted, variables, descriptors)))
    inner = plan.inner_command(machine.host, order.launch, order.uid)
    return plan.launcher_plan(machine.host, order.uid, mounted, inner, descriptors, order.limits, order.blackholes)


def _spawn(instructions: int, descriptors: Descriptors, log: int) -> subprocess.Popen[bytes]:
    numbers = [descriptors.listen, descriptors.info, descriptors.status, descriptors.arguments]
    numbers += [descriptors.control] if descriptors.control >= 0 else []
    return subprocess.Popen(
        [os.path.realpath(sys.executable), "-I", "-S", str(_LAUNCHER), str(instructions)],
        env={"PATH": "/usr/bin:/bin"},
        pass_fds=[instructions, *numbers, *([] if descriptors.seccomp is None else [descriptors.seccomp])],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        cwd="/",
    )


@contextlib.contextmanager
def _listen(runtime: Path) -> Iterator[socket.socket]:
    # Named through its folder's descriptor: a socket's whole path may have 107 bytes only.
    folder = os.open(runtime, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"/proc/self/fd/{folder}/jupyter.sock")
            os.chmod(runtime / "jupyter.sock", 0o600)
            listening.listen(128)
            yield listening
    finally:
        os.close(folder)


def _make(path: Path, uid: int | None, mode: int = 0o755) -> None:
    path.mkdir()
    path.chmod(mode)
    if uid is not None:
        os.chown(path, uid, uid)


def _packed(arguments: Sequence[str]) -> bytes:
    return b"".join(os.fsencode(argument) + b"\0" for argument in arguments)


def _append(stack: contextlib.ExitStack, path: Path) -> int:
    return _closing(stack, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _closing(stack: contextlib.ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _memory_file(stack: contextlib.ExitStack, content: bytes) -> int:
    descriptor = _closing(stack, os.memfd_create("ownlab"))
    _fill(descriptor, content)
    return descriptor


def _fill(descriptor: int, content: bytes) -> None:
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)


async def _read_json(descriptor: int) -> bytes:
    # It comes in several writes, and the end of the file may never come.
    text = b""
    try:
        while True:
            part = await network.read_once(os.dup(descriptor))
            text += part
            with contextlib.suppress(ValueError):
                json.loads(text)
                return text
            if not part:
                return b""
    finally:
        os.close(descriptor)
