"""The database: SQLite in WAL mode by default, one short session a unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of every domain: a domain's `store.py` declares its own on it."""


_READS = "ownlab_reads"
_BRIEF_MS = 20

Result = TypeVar("Result")


class Moment(TypeDecorator[datetime]):
    """A point in time: aware and UTC in Python, without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Database:
    """Hands out connections. A store holds one for a few statements, never across a network call."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _configure_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
            self._brief: Engine | None = create_engine(self.engine.url.set(drivername="sqlite"))
            event.listen(self._brief, "connect", _configure_sqlite_briefly)
            event.listen(self._brief, "begin", _begin_sqlite)
        else:
            self._brief = None
        self._reader = self.engine.execution_options(**{_READS: True})
        self._turn = asyncio.Lock()
        self._writer: asyncio.Task[Any] | None = None

    @classmethod
    def at(cls, path: Path) -> Database:
        """The SQLite database in this file."""
        return cls(f"sqlite+aiosqlite:///{path}")

    async def migrate(self) -> None:
        """Bring the schema up to date; safe to repeat."""
        await asyncio.to_thread(_upgrade, alembic_config(self.url))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back by an exception.

        It is the only one that writes, from its first statement on: what it read holds until it writes. The others of
        this process wait in order, those of another process by SQLite's own means.

        Raises:
            RuntimeError: this task is in a transaction already; the inner one would wait for the outer for ever.
        """
        if self._writer is not None and self._writer is asyncio.current_task():
            raise RuntimeError("a transaction was begun inside another")
        async with self._turn:
            self._writer = asyncio.current_task()
            try:
                async with self.engine.begin() as connection:
                    yield connection
            finally:
                self._writer = None

    async def brief(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction of a few small statements; as `begin`, but several times quicker on SQLite.

        There the statements run in the event loop itself: to hand them to a thread costs more than they do. Where
        another process writes at this moment the loop is not held up: the work is done as in `begin`.
        """
        if self._brief is not None:
            async with self._turn:
                try:
                    with self._brief.begin() as connection:
                        return work(connection)
                except OperationalError as error:
                    if "locked" not in str(error.orig):
                        raise
        async with self.begin() as patient:
            return await patient.run_sync(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view, for statements that only read; waits for nobody."""
        async with self._reader.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()
        if self._brief is not None:
            self._brief.dispose()


def alembic_config(url: str) -> Config:
    """The configuration of the migrations in `ownlab/migrations`, for this database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


_one_upgrade = Lock()  # Alembic keeps what it works on in a global


def _upgrade(config: Config) -> None:
    from alembic import command

    with _one_upgrade:
        command.upgrade(config, "head")


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _configure_sqlite_briefly(connection: Any, record: Any) -> None:
    _configure_sqlite(connection, record)
    connection.execute(f"PRAGMA busy_timeout={_BRIEF_MS}")


def _begin_sqlite(connection: Connection) -> None:
    # The driver's own BEGIN comes late, before the first write: two transactions could both read and then both write.
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
