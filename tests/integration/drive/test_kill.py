"""A drive whose process is killed at random moments: files stay whole, none is lost, every id stays."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.model import User
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.drive.drive import Drive
from ownlab.drive.model import Item, Need

SIZE = 300_000
KILLS = 8

PREAMBLE = """
import asyncio, itertools, sys
from pathlib import Path
from ownlab.accounts.model import User
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.drive.drive import Drive
from ownlab.drive.model import Need
from datetime import datetime, UTC

async def main(folder, user, notebook):
    drive = Drive(Database.at(folder / "test.sqlite3"), SystemClock(), folder / "drive")
    user = User(user, "", "", datetime.now(UTC))
    opened = await drive.open_item(user, notebook, Need.OWN)
    print("ready", flush=True)
    for number in itertools.count():
        await step(drive, user, opened, number)

"""
START = "\nasyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))\n"


@asynccontextmanager
async def lab(folder: Path) -> AsyncIterator[tuple[Drive, User]]:
    """The drive after a start, with its user."""
    database = Database.at(folder / "test.sqlite3")
    await database.migrate()
    try:
        user = await Accounts(database, SystemClock()).local_user()
        drive = Drive(database, SystemClock(), folder / "drive")
        await drive.reconcile([user])
        yield drive, user
    finally:
        await database.close()


async def run_and_kill(folder: Path, user: User, item: Item, step: str, after_s: float) -> None:
    """Repeat a step in a process of its own, and kill -9 it some time after it began."""
    script = PREAMBLE + step + START
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, str(folder), user.id, item.id),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"ready\n"
    await asyncio.sleep(after_s)
    process.kill()
    await process.wait()


async def kill_at_random_moments(
    folder: Path, step: str, check: Callable[[Drive, User, Item], Awaitable[None]], seed: int
) -> None:
    """Start, check, work, kill; again and again."""
    chance = random.Random(seed)
    async with lab(folder) as (drive, user):
        item = await drive.create_notebook(user, "a", b"0" * SIZE)
    for _ in range(KILLS):
        await run_and_kill(folder, user, item, step, chance.uniform(0, 0.08))
        async with lab(folder) as (drive, user):
            await check(drive, user, item)


def files(folder: Path) -> list[Path]:
    """Every file in the drives that is no rubbish of a killed write."""
    found = (folder / "drive").glob("*/**/*")
    return [path for path in found if path.is_file() and not path.name.startswith(".ownlab-")]


@pytest.fixture
def seed() -> int:
    """Printed by a test that fails, to be put here then."""
    seed = int(datetime.now(UTC).timestamp())
    print("seed", seed)
    return seed


async def test_a_killed_write_leaves_the_old_file_or_the_new_one(tmp_path: Path, seed: int) -> None:
    step = f"""
async def step(drive, user, opened, number):
    await opened.write(str(number % 10).encode() * {SIZE})
"""

    async def check(drive: Drive, user: User, item: Item) -> None:
        content = await (await drive.open_item(user, item.id)).read()
        assert (len(content), len(set(content))) == (SIZE, 1)
        assert [found.id for found in await drive.recent(user)] == [item.id]

    await kill_at_random_moments(tmp_path, step, check, seed)


async def test_a_killed_rename_keeps_file_and_id(tmp_path: Path, seed: int) -> None:
    step = """
async def step(drive, user, opened, number):
    await opened.rename(f"name {number % 7}")
"""

    async def check(drive: Drive, user: User, item: Item) -> None:
        (found,) = await drive.recent(user)
        assert (found.id, [path.name for path in files(tmp_path)]) == (item.id, [found.name])
        assert await (await drive.open_item(user, item.id)).read() == b"0" * SIZE

    await kill_at_random_moments(tmp_path, step, check, seed)


async def test_killed_creations_and_deletions_lose_no_file_and_list_each_once(tmp_path: Path, seed: int) -> None:
    step = """
async def step(drive, user, opened, number):
    made = await drive.create_notebook(user, None, b"precious")
    if number % 2:
        await (await drive.open_item(user, made.id, Need.OWN)).trash()
"""

    async def check(drive: Drive, user: User, item: Item) -> None:
        listed = await drive.recent(user, limit=10_000)
        on_disk = [path for path in files(tmp_path) if ".trash" not in path.parts]
        assert sorted(found.name for found in listed) == sorted(path.name for path in on_disk)
        contents = {path.read_bytes() for path in files(tmp_path)}
        assert contents <= {b"precious", b"0" * SIZE}

    await kill_at_random_moments(tmp_path, step, check, seed)


async def test_two_processes_never_take_each_others_file(tmp_path: Path) -> None:
    async with lab(tmp_path) as (one, user), lab(tmp_path) as (other, _):
        made = await asyncio.gather(*(drive.create_notebook(user, None, b"x") for drive in (one, other) * 5))
        assert len({item.name for item in made}) == 10
        assert len(files(tmp_path)) == 10
        opened = await one.open_item(user, made[0].id, Need.WRITE)
        beside = await other.open_item(user, made[0].id, Need.WRITE)
        contents = [letter * SIZE for letter in (b"a", b"b")]
        await asyncio.gather(opened.write(contents[0]), beside.write(contents[1]))
        assert await opened.read() in contents
