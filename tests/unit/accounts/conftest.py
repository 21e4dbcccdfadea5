"""Accounts over a real database, and a clock that jumps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

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


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.at(tmp_path / "test.sqlite3")
    async with database.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def accounts(database: Database, clock: JumpingClock) -> Accounts:
    return Accounts(database, clock, AccountsOptions(link_hours=24, session_days=30))
