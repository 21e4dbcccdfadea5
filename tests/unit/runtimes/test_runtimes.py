"""Runtimes over an engine that does as it is told, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from ownlab.accounts.model import User
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.base.errors import Unavailable
from ownlab.base.events import Events
from ownlab.runtimes.engines.engine import Placed
from ownlab.runtimes.lifecycle import Answered
from ownlab.runtimes.model import Runtime, RuntimeChanged, Shape
from ownlab.runtimes.options import RuntimesOptions
from ownlab.runtimes.runtimes import Runtimes
from ownlab.runtimes.schemas import RuntimeState
from ownlab.runtimes.store import RuntimeStore

ADA = User("ada", "Ada", "ada@localhost", datetime(2026, 1, 1, tzinfo=UTC))


class ObedientEngine:
    """Keeps a list of what runs. `refusal` makes it refuse, `gate` makes starts wait, `kill` ends a runtime."""

    def __init__(self) -> None:
        self.running: dict[str, Placed] = {}
        self.starts: list[str] = []
        self.refusal: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def start(self, runtime: Runtime, shape: Shape) -> None:
        await self.gate.wait()
        if self.refusal:
            raise self.refusal
        self.starts.append(runtime.id)
        self.running.setdefault(runtime.id, Placed(runtime.id, True))

    async def stop(self, runtime: str) -> None:
        self.running.pop(runtime, None)

    async def placed(self) -> list[Placed]:
        return list(self.running.values())

    async def memory_bytes(self, runtime: str) -> int:
        raise Unavailable("no usage")

    def connector(self, runtime: str) -> aiohttp.BaseConnector:
        raise NotImplementedError

    def kill(self, runtime: str) -> None:
        self.running[runtime] = Placed(runtime, False, "It ran out of memory.")


class World:
    """An engine and a database, over which runtimes can be opened again."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engine = ObedientEngine()
        self.changes: list[Runtime] = []
        self.opened: list[Runtimes] = []

    async def open(self) -> Runtimes:
        events = Events()

        async def note(event: RuntimeChanged) -> None:
            self.changes.append(event.runtime)

        events.on(RuntimeChanged, note)
        options = RuntimesOptions(watch_interval_s=0.005, start_timeout_s=5)
        runtimes = Runtimes(RuntimeStore(self.database), self.engine, events, SystemClock(), options)
        await runtimes.open()
        self.opened.append(runtimes)
        return runtimes


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    world = World(database)
    yield world
    for runtimes in world.opened:
        await runtimes.close()
    await database.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_a_notebook_has_one_runtime_however_often_it_is_asked_for(world: World) -> None:
    runtimes = await world.open()
    started = await asyncio.gather(*(runtimes.start(ADA, "notebook") for _ in range(5)))
    assert len({runtime.id for runtime in started}) == 1
    await runtimes.wait_launched(started[0].id)
    assert world.engine.starts == [started[0].id]


async def test_the_watch_leaves_a_runtime_alone_that_is_not_launched_yet(world: World) -> None:
    runtimes = await world.open()
    await runtimes.start(ADA, "other")
    world.engine.gate.clear()
    runtime = await runtimes.start(ADA, "notebook")
    # many turns of the watch
    await asyncio.sleep(0.1)
    assert runtimes.of_notebook("notebook") == runtime
    world.engine.gate.set()
    await runtimes.wait_launched(runtime.id)
    await runtimes.take(runtime.id, Answered())
    assert [change.life.state for change in world.changes if change.id == runtime.id] == [
        RuntimeState.STARTING,
        RuntimeState.READY,
    ]


async def test_a_refused_start_is_told_with_its_reason(world: World) -> None:
    runtimes = await world.open()
    world.engine.refusal = Unavailable("The disk is full. Make room.")
    runtime = await runtimes.start(ADA, "notebook")
    await runtimes.wait_launched(runtime.id)
    await until(lambda: runtimes.of_notebook("notebook") is None)
    assert (world.changes[-1].life.state, world.changes[-1].life.message) == (
        RuntimeState.FAILED,
        "The disk is full. Make room.",
    )


async def test_a_runtime_that_went_away_is_noticed_and_cleared_away(world: World) -> None:
    runtimes = await world.open()
    runtime = await runtimes.start(ADA, "notebook")
    await runtimes.wait_launched(runtime.id)
    world.engine.kill(runtime.id)
    await until(lambda: runtime.id not in world.engine.running)
    assert world.changes[-1].life.message == "It ran out of memory."
    again = await runtimes.start(ADA, "notebook")
    assert again.id != runtime.id


async def test_a_stop_during_the_start_leaves_nothing_behind(world: World) -> None:
    runtimes = await world.open()
    world.engine.gate.clear()
    runtime = await runtimes.start(ADA, "notebook")
    await runtimes.stop(runtime.id)
    world.engine.gate.set()
    await until(lambda: world.changes[-1].life.state is RuntimeState.ENDED)
    assert world.engine.running == {}


async def test_a_new_control_plane_adopts_what_runs(world: World) -> None:
    first = await world.open()
    runtime = await first.start(ADA, "notebook")
    await first.wait_launched(runtime.id)
    await first.take(runtime.id, Answered())
    await first.close()
    second = await world.open()
    adopted = second.of_notebook("notebook")
    assert adopted is not None
    assert (adopted.id, adopted.token, adopted.life.state) == (runtime.id, runtime.token, RuntimeState.READY)
    assert world.engine.starts == [runtime.id]


async def test_a_start_that_a_crash_cut_off_is_made_again(world: World) -> None:
    first = await world.open()
    world.engine.gate.clear()
    runtime = await first.start(ADA, "notebook")
    await first.close()
    world.engine.gate.set()
    second = await world.open()
    await second.wait_launched(runtime.id)
    assert world.engine.starts == [runtime.id]


async def test_what_went_away_while_nobody_watched_has_failed(world: World) -> None:
    first = await world.open()
    runtime = await first.start(ADA, "notebook")
    await first.wait_launched(runtime.id)
    await first.take(runtime.id, Answered())
    await first.close()
    world.engine.running.clear()
    second = await world.open()
    assert second.of_notebook("notebook") is None
    assert world.changes[-1].life.state is RuntimeState.FAILED


async def test_a_runtime_that_nobody_knows_is_ended(world: World) -> None:
    world.engine.running["stray"] = Placed("stray", True)
    await world.open()
    await until(lambda: world.engine.running == {})
