"""Runtimes in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Row, String, Table, Text, insert, select, update

from ownlab.base.database import Database, Moment, metadata
from ownlab.runtimes.lifecycle import FINAL, Life
from ownlab.runtimes.model import Runtime
from ownlab.runtimes.schemas import RuntimeState

runtimes = Table(
    "runtimes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("notebook", String(64), nullable=False),
    Column("environment", String(200), nullable=False),
    Column("token", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("message", Text),
    Column("started_at", Moment, nullable=False),
    Index("ix_runtimes_notebook", "notebook"),
    Index("ix_runtimes_state", "state"),
)


class RuntimeStore:
    """Reads and writes runtimes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, runtime: Runtime) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                insert(runtimes).values(
                    id=runtime.id,
                    owner=runtime.owner,
                    notebook=runtime.notebook,
                    environment=runtime.environment,
                    token=runtime.token,
                    state=runtime.life.state.value,
                    message=runtime.life.message,
                    started_at=runtime.started_at,
                )
            )

    async def set_life(self, runtime: str, life: Life) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                update(runtimes).where(runtimes.c.id == runtime).values(state=life.state.value, message=life.message)
            )

    async def living(self) -> list[Runtime]:
        """Every runtime whose life is not over, oldest first."""
        final = [state.value for state in FINAL]
        query = select(runtimes).where(runtimes.c.state.not_in(final)).order_by(runtimes.c.started_at)
        async with self._database.read() as connection:
            return [_runtime(row) for row in await connection.execute(query)]


def _runtime(row: Row[Any]) -> Runtime:
    return Runtime(
        row.id,
        row.owner,
        row.notebook,
        row.environment,
        row.token,
        Life(RuntimeState(row.state), row.message),
        row.started_at,
    )
