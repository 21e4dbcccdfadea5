"""A drive over a real database and a real folder, two users, and a clock that jumps."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from ownlab.accounts.model import User
from ownlab.accounts.store import users
from ownlab.base.database import Database, metadata
from ownlab.drive.drive import Drive

BEGINNING = datetime(2036, 1, 1, tzinfo=UTC)
ADA = User("ada", "Ada", "ada@localhost", BEGINNING)
EVE = User("eve", "Eve", "eve@localhost", BEGINNING)


class JumpingClock:
    """Stands still until it is told to jump. Ahead of the disk's clock, so that files are never newer."""

    def __init__(self) -> None:
        self._now = BEGINNING

    def now(self) -> datetime:
        return self._now

    def jump(self, **by: float) -> None:
        self._now += timedelta(**by)


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def ada() -> User:
    return ADA


@pytest.fixture
def eve() -> User:
    return EVE


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and the two users, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "test.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        metadata.create_all(connection)
        for user in (ADA, EVE):
            connection.execute(insert(users).values({**asdict(user), "local": False}))
    engine.dispose()
    return file


@pytest.fixture
async def database(tmp_path: Path, template: Path) -> AsyncIterator[Database]:
    database = Database.at(Path(shutil.copy(template, tmp_path)))
    yield database
    await database.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the drives of all users lie."""
    return tmp_path / "drive"


@pytest.fixture
def drive(database: Database, clock: JumpingClock, root: Path) -> Drive:
    return Drive(database, clock, root)
