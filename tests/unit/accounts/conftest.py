"""Accounts over a real database, and a clock that jumps."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.options import AccountsOptions
from ownlab.base.database import Database, metadata


class JumpingClock:
    """Stands still until it is told to jump."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def jump(self, **by: float) -> None:
        self._now += timedelta(**by)


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "test.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture
async def database(tmp_path: Path, template: Path) -> AsyncIterator[Database]:
    database = Database.at(Path(shutil.copy(template, tmp_path)))
    yield database
    await database.close()


@pytest.fixture
def accounts(database: Database, clock: JumpingClock) -> Accounts:
    return Accounts(database, clock, AccountsOptions(link_hours=24, session_days=30))
