"""Every runtime of this machine: launching, watching, adopting and removing them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import subprocess
import threading
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from ownlab.agent import limits, network, plain, processes, sandbox, trees
from ownlab.agent.carry import Carried
from ownlab.agent.ending import how_it_ended, tail
from ownlab.agent.environments import Environment, find_environment, kernel_package
from ownlab.agent.errors import BadMessage, LaunchFailed, NoSuchRuntime, RuntimeEnded
from ownlab.agent.machine import Machine
from ownlab.agent.model import Launch, SandboxStatus, Usage
from ownlab.agent.options import AgentOptions
from ownlab.agent.plan import Folders
from ownlab.agent.processes import Process
from ownlab.agent.sandbox import Order
from ownlab.agent.state import State, read_state, write_state
from ownlab.base.ids import is_id

log = logging.getLogger(__name__)

_STOP_DEADLINE_S = 10
_REMOVAL_PATIENCE_S = 5
_MONITOR_DEADLINE_S = 0.5


class Runtimes:
    """The runtimes that this agent keeps. Every operation is safe to repeat."""

    def __init__(self, options: AgentOptions, machine: Machine, carried: Carried) -> None:
        self._options = options
        self._machine = machine
        self._carried = carried
        self._folder = options.folder / "runtimes"
        self._states: dict[str, State] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._watched: dict[str, int] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def adopt(self) -> None:
        """Take over what an earlier agent left: living sandboxes go on, the rest is cleared away."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in sorted(self._folder.iterdir()):
            if trees.is_doomed(folder):
                await self._clear(folder)
                continue
            state = read_state(folder)
            if state is None:
                log.warning("%s belongs to no runtime that is known; it is removed", folder)
                await self._clear(folder)
                continue
            self._states[state.id] = state
            if state.inner is not None and state.inner.alive():
                log.info("runtime %s goes on", state.id)
                self._watch(state.id)
            else:
                await self._end(state.id)
        self._carried.forget_unused({state.etc for state in self._states.values()})

    async def _clear(self, folder: Path) -> None:
        """Make the folder vanish. A large one is out of the way at once and goes on being removed behind our back."""
        if not trees.is_doomed(folder) and not folder.exists():
            return
        doomed = trees.doom(folder)
        removed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def remove() -> None:
            try:
                trees.remove(doomed)
            except OSError:
                log.exception("%s could not be removed", doomed)
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(removed.set)

        # Not of the loop's own threads, whose end the agent's end would wait for: the next agent goes on with it.
        threading.Thread(target=remove, name=f"remove {folder.name}", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(removed.wait(), _REMOVAL_PATIENCE_S)

    async def launch(self, launch: Launch, users: str) -> None:
        """Start the runtime; nothing when it was launched before."""
        if not is_id(launch.runtime):
            raise BadMessage(f"{launch.runtime!r} can not name a runtime.")
        async with self._locks[launch.runtime]:
            if launch.runtime in self._states:
                return
            self._machine.isolation.require(users)
            environment = find_environment(self._options.environments, launch.environment)
            if launch.seed is not None and not launch.seed.is_dir():
                raise BadMessage(f"The folder {launch.seed} for /content does not exist.")
            await self._launch(launch, environment)

    async def _launch(self, launch: Launch, environment: Environment) -> None:
        started_at = time.perf_counter()
        machine, folder = self._machine, self._folder / launch.runtime
        order = self._order(launch, environment, folder)
        folder.mkdir(mode=0o700)
        try:
            slirp = machine.slirp if order.network else None
            state = State(
                id=launch.runtime,
                started_at=time.time(),
                environment=f"{environment.name}@{environment.version}",
                network=order.network or machine.is_plain,
                uid=order.uid,
                etc=order.folders.etc.name,
                cgroups=tuple(map(str, order.limits.cgroups)),
            )
            self._states[launch.runtime] = state
            sandbox.make_folders(order, overlay=not machine.is_plain)
            await sandbox.copy_lowers(machine, order)
            started = sandbox.start(machine, order)
            self._children[started.outer.pid] = started.outer
            self._remember(replace(state, outer=Process.of(started.outer.pid)))
            inner, attached = await asyncio.gather(
                started.inner(),
                started.connect(slirp, uid=order.uid, users=machine.host.users),
                return_exceptions=True,
            )
            if isinstance(attached, subprocess.Popen):
                self._children[attached.pid] = attached
                self._remember(replace(self._states[launch.runtime], slirp=Process.of(attached.pid)))
            if isinstance(inner, BaseException):
                raise inner
            self._remember(replace(self._states[launch.runtime], inner=inner))
            if isinstance(attached, BaseException):
                raise attached
        except BaseException as error:
            said = tail(folder / "log", 2000).strip()
            log.exception("runtime %s did not start: %s", launch.runtime, said)
            await asyncio.shield(self._remove(launch.runtime))
            if isinstance(error, (OSError, LaunchFailed, TimeoutError)):
                raise LaunchFailed(f"The sandbox did not start: {said or error}", log=said) from error
            raise
        self._watch(launch.runtime)
        log.info("runtime %s started in %.0f ms", launch.runtime, 1000 * (time.perf_counter() - started_at))

    def _order(self, launch: Launch, environment: Environment, folder: Path) -> Order:
        etc, indexes, variables = self._carried.current()
        return Order(
            launch=launch,
            environment=environment,
            folders=Folders(
                runtime=folder,
                environment=environment.folder,
                python=environment.base_prefix if environment.mounts_python else None,
                kernel=kernel_package(),
                etc=etc,
                seed=launch.seed,
                indexes=indexes,
            ),
            uid=self._free_uid(),
            limits=limits.limit_memory(self._machine.control_groups, launch.runtime, launch.memory_bytes),
            network=launch.network and self._machine.slirp is not None and not self._machine.is_plain,
            blackholes=tuple(network.blackholes(network.own_addresses(), self._options.network_allow)),
            variables=variables,
        )

    def _free_uid(self) -> int | None:
        if not self._machine.is_root or self._machine.is_plain:
            return None
        taken = {state.uid for state in self._states.values()}
        while True:
            uid = self._machine.first_uid + secrets.randbelow(self._machine.uids)
            if uid not in taken:
                return uid

    async def stop(self, runtime: str) -> None:
        """End the runtime and remove everything of it; nothing when there is none."""
        async with self._locks[runtime]:
            if runtime in self._states:
                await asyncio.shield(self._remove(runtime))
                log.info("runtime %s stopped", runtime)

    async def _remove(self, runtime: str) -> None:
        state = self._states[runtime]
        self._unwatch(runtime)
        await self._kill(state)
        await self._clear(self._folder / runtime)
        await self._clear(plain.scratch(runtime))
        for group in state.cgroups:
            await asyncio.to_thread(limits.remove_group, Path(group))
        del self._states[runtime]

    async def _kill(self, state: State) -> None:
        """Kill what is left of the runtime and wait until it is gone."""
        if self._machine.is_plain and state.inner is not None:
            processes.kill_below(state.inner)
        known = state.processes()
        if state.inner is None and state.outer is not None:
            known += self._half_started(state.outer)
        elif state.inner is not None and state.outer is not None:
            # The monitor ends by itself when it has seen the end of process 1; a hostile sandbox may have stopped it.
            state.inner.kill()
            await state.outer.wait(_MONITOR_DEADLINE_S)
        for process in known:
            process.kill()
        deadline = time.monotonic() + _STOP_DEADLINE_S
        for process in known:
            await process.wait(deadline - time.monotonic())
            child = self._children.get(process.pid)
            if child is not None and child.poll() is not None:
                del self._children[process.pid]
        if any(process.alive() for process in known):
            log.error("processes of runtime %s do not end: %s", state.id, known)

    def _half_started(self, outer: Process) -> list[Process]:
        """What the launcher has started, when nobody got to know process 1."""
        child = self._children.get(outer.pid)
        if child is not None and child.returncode is None:
            processes.kill_session(outer.pid)
        if not outer.alive():
            return []
        return list(filter(None, map(Process.of, processes.descendants(outer.pid))))

    async def _end(self, runtime: str) -> None:
        """The sandbox has ended by itself, or was found dead: note how, and end what is left around it."""
        state = self._states[runtime]
        self._unwatch(runtime)
        monitor = None if state.outer is None else self._children.get(state.outer.pid)
        how = await how_it_ended(self._folder / runtime, state, monitor)
        await self._kill(state)
        log.info("runtime %s ended: %s %s", runtime, how.reason, tail(self._folder / runtime / "log", 500).strip())
        self._remember(state.ended(how))

    def _remember(self, state: State) -> None:
        self._states[state.id] = state
        write_state(self._folder / state.id, state)

    def _watch(self, runtime: str) -> None:
        """Notice when process 1 of the sandbox ends."""
        inner = self._states[runtime].inner
        descriptor = inner.open() if inner is not None else None
        loop = asyncio.get_running_loop()
        if descriptor is None:
            loop.call_soon(self._notice_end, runtime)
            return
        self._watched[runtime] = descriptor
        loop.add_reader(descriptor, self._notice_end, runtime)

    def _notice_end(self, runtime: str) -> None:
        self._unwatch(runtime)
        task = asyncio.get_running_loop().create_task(self._ended(runtime))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _ended(self, runtime: str) -> None:
        async with self._locks[runtime]:
            if runtime in self._states and self._states[runtime].exit is None:
                await self._end(runtime)

    def _unwatch(self, runtime: str) -> None:
        descriptor = self._watched.pop(runtime, None)
        if descriptor is not None:
            asyncio.get_running_loop().remove_reader(descriptor)
            os.close(descriptor)

    def list(self) -> list[SandboxStatus]:
        """Every runtime that was launched and not stopped."""
        return [
            SandboxStatus(
                id=state.id,
                alive=state.exit is None and state.inner is not None and state.inner.alive(),
                started_at=state.started_at,
                environment=state.environment,
                network=state.network,
                exit=state.exit,
            )
            for state in self._states.values()
        ]

    async def usage(self, runtime: str) -> Usage:
        """What the runtime uses now."""
        state = self._state(runtime)
        return await asyncio.to_thread(_usage, state, self._folder / runtime)

    def log(self, runtime: str, tail_bytes: int) -> str:
        """The end of what the processes inside printed."""
        self._state(runtime)
        return tail(self._folder / runtime / "log", tail_bytes)

    def socket_folder(self, runtime: str) -> Path:
        """The folder that holds the living runtime's `jupyter.sock`."""
        state = self._state(runtime)
        if state.exit is not None:
            raise RuntimeEnded(f"The runtime has ended: {state.exit.reason}", reason=state.exit.reason)
        return self._folder / runtime

    def _state(self, runtime: str) -> State:
        if runtime not in self._states:
            raise NoSuchRuntime(f"There is no runtime {runtime!r} on this machine.")
        return self._states[runtime]


def _usage(state: State, folder: Path) -> Usage:
    found: set[int] = set()
    for process in (state.outer, state.slirp):
        if process is not None and process.alive():
            found.update(processes.descendants(process.pid))
    memory = sum(processes.memory_bytes(pid) for pid in found)
    return Usage(memory_bytes=memory, processes=len(found), disk_bytes=trees.disk_bytes(folder))
