"""How Alembic reaches the database. Run by `Database.migrate`, and by `alembic revision --autogenerate`."""

from __future__ import annotations

import asyncio
import pkgutil
from importlib import import_module
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text

import ownlab
from ownlab.base.database import Database, metadata


def _load_tables() -> None:
    """Import every domain's `store.py`, so that `metadata` knows all tables."""
    for domain in pkgutil.iter_modules(ownlab.__path__):
        if domain.ispkg and any(
            file.name == "store" for file in pkgutil.iter_modules([f"{ownlab.__path__[0]}/{domain.name}"])
        ):
            import_module(f"ownlab.{domain.name}.store")


def _migrate(connection: Connection) -> None:
    autogenerate = getattr(context.config.cmd_opts, "autogenerate", False)
    if autogenerate or context.config.attributes.get("compare"):
        _load_tables()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=True,
        user_module_prefix="base.",
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
        raise RuntimeError(f"the migration left a row in {broken[0]} that points to nothing in {broken[2]}")


def _let_go_of_foreign_keys(connection: Any, _record: Any) -> None:
    # SQLite rebuilds a table to change it; dropping the old one would delete what refers to it.
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


async def _run() -> None:
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None, "the configuration names no database"  # noqa: S101
    database = Database(url)
    if database.engine.dialect.name == "sqlite":
        event.listen(database.engine.sync_engine, "connect", _let_go_of_foreign_keys)
    try:
        async with database.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await database.close()


asyncio.run(_run())
