"""The runtimes that live now, one for a notebook at most."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import aiohttp

from ownlab.accounts.model import User
from ownlab.base.clock import Clock
from ownlab.base.errors import LabError
from ownlab.base.events import Events
from ownlab.base.ids import new_id
from ownlab.runtimes.engines.engine import Engine
from ownlab.runtimes.lifecycle import Event, Gone, Life, Refused, StopAsked, step
from ownlab.runtimes.model import Runtime, RuntimeChanged, Shape
from ownlab.runtimes.options import RuntimesOptions
from ownlab.runtimes.schemas import RuntimeState
from ownlab.runtimes.store import RuntimeStore

log = logging.getLogger(__name__)


class Runtimes:
    """Starts, finds, ends and watches runtimes. Every step is in the database before it takes effect."""

    def __init__(
        self, store: RuntimeStore, engine: Engine, events: Events, clock: Clock, options: RuntimesOptions
    ) -> None:
        self._store = store
        self._engine = engine
        self._events = events
        self._clock = clock
        self._options = options
        self._living: dict[str, Runtime] = {}
        self._by_notebook: dict[str, str] = {}
        self._launches: dict[str, asyncio.Future[None]] = {}
        """Those that are not launched yet, from the moment that they are known."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Adopt what outlived the last control plane, and start to watch."""
        alive = {placed.runtime: placed for placed in await self._engine.placed()}
        for runtime in await self._store.living():
            self._remember(runtime)
            placed = alive.pop(runtime.id, None)
            if runtime.life.state is RuntimeState.STOPPING:
                self._spawn(self._stop(runtime.id))
            elif placed is not None and placed.is_alive:
                continue
            elif runtime.life.state is RuntimeState.STARTING and placed is None:
                self._launch(runtime, Shape(runtime.environment, self._memory_bytes))
            else:
                await self.take(runtime.id, Gone(_end(placed.end if placed else "")))
                self._spawn(self._engine.stop(runtime.id))
        for stray in alive:
            self._spawn(self._engine.stop(stray))
        self._spawn(self._watch())

    async def close(self) -> None:
        """Stop watching. Runtimes go on."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def living(self) -> list[Runtime]:
        """Every runtime whose life is not over, oldest first."""
        return list(self._living.values())

    def of_notebook(self, notebook: str) -> Runtime | None:
        """The runtime that serves this notebook."""
        found = self._by_notebook.get(notebook)
        return self._living.get(found) if found else None

    async def start(self, owner: User, notebook: str, shape: Shape | None = None) -> Runtime:
        """The runtime of notebook, started if it has none. Returns at once; the rest comes as `RuntimeChanged`."""
        present = self.of_notebook(notebook)
        if present is not None and present.life.state is not RuntimeState.STOPPING:
            return present
        shape = shape or Shape(self._options.environment, self._memory_bytes)
        runtime = Runtime(
            new_id(),
            owner.id,
            notebook,
            shape.environment,
            secrets.token_urlsafe(32),
            Life(RuntimeState.STARTING),
            self._clock.now(),
        )
        self._remember(runtime)
        self._launches[runtime.id] = asyncio.get_running_loop().create_future()
        try:
            await self._store.add(runtime)
        except BaseException:
            self._launched(runtime.id)
            self._forget(runtime)
            raise
        await self._events.emit(RuntimeChanged(runtime))
        self._launch(runtime, shape)
        return runtime

    async def stop(self, runtime: str) -> None:
        """End a runtime; returns when it is asked, `RuntimeChanged` tells when it is gone. May be repeated."""
        if runtime in self._living:
            await self.take(runtime, StopAsked())
            self._spawn(self._stop(runtime))

    async def wait_launched(self, runtime: str) -> None:
        """Return when the runtime accepts requests, or its launch has failed."""
        launch = self._launches.get(runtime)
        if launch is not None:
            await asyncio.wait([launch])

    async def take(self, runtime: str, event: Event) -> None:
        """Apply an event to a runtime and tell everybody. One that is already over ignores it."""
        present = self._living.get(runtime)
        if present is None:
            return
        life = step(present.life, event)
        if life == present.life:
            return
        changed = replace(present, life=life)
        self._living[runtime] = changed
        await self._store.set_life(runtime, life)
        if life.is_over:
            self._forget(changed)
        await self._events.emit(RuntimeChanged(changed))

    async def memory_bytes(self, runtime: str) -> int | None:
        """Memory in use by a runtime, or None where its agent can not tell now."""
        try:
            return await self._engine.memory_bytes(runtime)
        except (LabError, OSError):
            return None

    def client(self, runtime: Runtime) -> aiohttp.ClientSession:
        """An HTTP client of the runtime's Jupyter Server; the caller closes it."""
        return aiohttp.ClientSession(
            "http://runtime",
            connector=self._engine.connector(runtime.id),
            headers={"Authorization": f"token {runtime.token}"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        )

    @property
    def _memory_bytes(self) -> int | None:
        return self._options.runtime_memory or None

    def _launch(self, runtime: Runtime, shape: Shape) -> None:
        self._launches.setdefault(runtime.id, asyncio.get_running_loop().create_future())
        task = self._spawn(self._start(runtime, shape))
        task.add_done_callback(lambda _: self._launched(runtime.id))

    def _launched(self, runtime: str) -> None:
        launch = self._launches.pop(runtime, None)
        if launch is not None and not launch.done():
            launch.set_result(None)

    async def _start(self, runtime: Runtime, shape: Shape) -> None:
        try:
            async with asyncio.timeout(self._options.start_timeout_s):
                await self._engine.start(runtime, shape)
        except LabError as error:
            await self.take(runtime.id, Refused(error.message))
        except TimeoutError:
            await self.take(runtime.id, Refused("The runtime did not start in time. Try again, or see the log."))
        except OSError as error:
            await self.take(runtime.id, Refused(f"The runtime could not be started: {error}. See the agent's log."))

    async def _stop(self, runtime: str) -> None:
        await self.wait_launched(runtime)
        while True:
            try:
                await self._engine.stop(runtime)
                break
            except (LabError, OSError) as error:
                log.warning("runtime %s could not be stopped, trying again: %s", runtime, error)
                await asyncio.sleep(self._options.watch_interval_s)
        await self.take(runtime, Gone(""))

    async def _watch(self) -> None:
        """Notice runtimes that went away by themselves."""
        while True:
            await asyncio.sleep(self._options.watch_interval_s)
            expected = [runtime.id for runtime in self._living.values() if runtime.id not in self._launches]
            if not expected:
                continue
            try:
                placed = {found.runtime: found for found in await self._engine.placed()}
            except (LabError, OSError) as error:
                log.warning("the agent does not answer: %s", error)
                continue
            for runtime in expected:
                found = placed.get(runtime)
                present = self._living.get(runtime)
                if present is None or present.life.state is RuntimeState.STOPPING or (found and found.is_alive):
                    continue
                await self.take(runtime, Gone(_end(found.end if found else "")))
                self._spawn(self._engine.stop(runtime))

    def _remember(self, runtime: Runtime) -> None:
        self._living[runtime.id] = runtime
        self._by_notebook[runtime.notebook] = runtime.id

    def _forget(self, runtime: Runtime) -> None:
        self._living.pop(runtime.id, None)
        if self._by_notebook.get(runtime.notebook) == runtime.id:
            del self._by_notebook[runtime.notebook]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _end(why: str) -> str:
    return why or "The runtime went away: the machine or its agent was restarted. Connect again."
