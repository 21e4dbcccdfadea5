"""Transactions, and the way to the present tables."""

from __future__ import annotations

import asyncio
import pkgutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import ownlab
from ownlab.base.database import Database, Moment, metadata


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.at(tmp_path / "test.sqlite3")
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield database
    await database.close()


class OnPurpose(Exception):
    """What a test breaks off with."""


async def count_up(database: Database) -> None:
    async with database.begin() as connection:
        value = (await connection.execute(text("SELECT value FROM counter"))).scalar_one()
        await asyncio.sleep(0)
        await connection.execute(text("UPDATE counter SET value = :value"), {"value": value + 1})


async def value_of(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT value FROM counter"))).scalar_one())


async def test_of_two_transactions_that_read_and_then_write_none_is_lost(database: Database) -> None:
    await asyncio.gather(*(count_up(database) for _ in range(20)))
    assert await value_of(database) == 20


async def test_two_databases_over_one_file_do_not_lose_either(database: Database, tmp_path: Path) -> None:
    other = Database.at(tmp_path / "test.sqlite3")
    await asyncio.gather(*(count_up(each) for each in (database, other) * 5))
    assert await value_of(database) == 10
    await other.close()


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with suppress(OnPurpose):
        async with database.begin() as connection:
            await connection.execute(text("UPDATE counter SET value = 7"))
            raise OnPurpose
    assert await value_of(database) == 0


async def test_a_failed_transaction_takes_back_a_new_table_too(database: Database) -> None:
    with suppress(OnPurpose):
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE other (value INTEGER)"))
            raise OnPurpose
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'other'"))).all() == []


async def test_a_transaction_inside_another_is_refused_at_once(database: Database) -> None:
    async with database.begin():
        with pytest.raises(RuntimeError, match="inside another"):
            await count_up(database)


async def test_reading_does_not_wait_for_who_writes(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE counter SET value = 7"))
        assert await asyncio.wait_for(value_of(database), 5) == 0


def test_a_moment_keeps_the_instant_whatever_the_zone(database: Database) -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=timezone(timedelta(hours=2)))
    dialect = database.engine.dialect
    stored = Moment().process_bind_param(noon, dialect)
    assert Moment().process_result_value(stored, dialect) == datetime(2026, 1, 2, 10, tzinfo=UTC)


async def test_the_migrations_make_the_tables_that_the_stores_declare(tmp_path: Path) -> None:
    for domain in pkgutil.iter_modules(ownlab.__path__):
        if domain.ispkg and (Path(ownlab.__path__[0]) / domain.name / "store.py").exists():
            import_module(f"ownlab.{domain.name}.store")
    database = Database.at(tmp_path / "migrated.sqlite3")
    await database.migrate()
    await database.migrate()

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with database.read() as connection:
        found = await connection.run_sync(differences)
    await database.close()
    assert found == [], 'Tables changed: python -m ownlab.migrations "What changed."'


async def test_a_brief_transaction_waits_its_turn_and_is_rolled_back_by_an_exception(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.brief(lambda connection: connection.exec_driver_sql("CREATE TABLE t (n INTEGER)"))

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.brief(fail)
    async with database.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO t VALUES (2)")
        waiting = asyncio.create_task(
            database.brief(lambda brief: brief.exec_driver_sql("SELECT n FROM t ORDER BY n").scalars().all())
        )
        await asyncio.sleep(0)
        await connection.exec_driver_sql("INSERT INTO t VALUES (3)")
    assert await waiting == [2, 3]
    await database.close()


async def test_a_brief_transaction_lets_the_loop_go_on_while_another_process_writes(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.brief(lambda connection: connection.exec_driver_sql("CREATE TABLE t (n INTEGER)"))
    with closing(sqlite3.connect(tmp_path / "test.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(
            database.brief(lambda connection: connection.exec_driver_sql("INSERT INTO t VALUES (1)").rowcount)
        )
        while not database.engine.pool.checkedout():  # type: ignore[attr-defined]
            await asyncio.sleep(0.001)
        other.execute("COMMIT")
        assert await waiting == 1
    await database.close()
