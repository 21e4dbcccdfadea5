"""Runs in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    false,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from ownlab.base.database import Database, Moment, metadata
from ownlab.execution.model import UNDER_WAY, Run
from ownlab.execution.schemas import RunState

runs = Table(
    "runs",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("notebook", String(64), nullable=False),
    Column("cell", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("runtime", String(64)),
    Column("by", String(200)),
    Column("state", String(20), nullable=False),
    Column("execution_count", Integer),
    Column("queued_at", Moment),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("is_hidden", Boolean, nullable=False, server_default=false()),
    Index("ix_runs_notebook", "notebook", "sequence"),
    Index("ix_runs_state", "state"),
    sqlite_autoincrement=True,
)

_UNDER_WAY = [state.value for state in UNDER_WAY]


class RunStore:
    """Reads and writes runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: Sequence[Run]) -> list[Run]:
        """Add runs, in their order. Returns those whose ids were not taken yet, by a run of any notebook."""
        if not new:
            return []
        statement = insert(runs).on_conflict_do_nothing(index_elements=[runs.c.id]).returning(runs.c.id)
        values = [_values(run) for run in new]
        added = await self._database.brief(lambda connection: set(connection.execute(statement, values).scalars()))
        return [run for run in new if run.id in added]

    async def put(self, changed: Sequence[Run]) -> None:
        """Write what changes while runs go on."""
        statement = (
            update(runs)
            .where(runs.c.id == bindparam("run"))
            .values(
                state=bindparam("new_state"),
                execution_count=bindparam("count"),
                started_at=bindparam("started"),
                finished_at=bindparam("finished"),
            )
        )
        values = [
            {
                "run": run.id,
                "new_state": run.state.value,
                "count": run.execution_count,
                "started": run.started_at,
                "finished": run.finished_at,
            }
            for run in changed
        ]
        if values:
            await self._database.brief(lambda connection: connection.execute(statement, values))

    async def latest(self, notebook: str) -> tuple[list[Run], list[Run]]:
        """The runs of a notebook that are not hidden, oldest first.

        Returns the latest started run of each cell with all that are under way, and the other runs that started.
        """
        query = select(runs).where(runs.c.notebook == notebook, ~runs.c.is_hidden).order_by(runs.c.sequence)
        async with self._database.read() as connection:
            rows = [_run(row) for row in await connection.execute(query)]
        last = {run.cell: run.id for run in rows if run.has_started}
        present = [run for run in rows if run.is_under_way or last.get(run.cell) == run.id]
        earlier = [run for run in rows if run.has_started and not run.is_under_way and last[run.cell] != run.id]
        return present, earlier

    async def under_way(self) -> dict[str, list[Run]]:
        """Every run that is under way, by notebook, oldest first."""
        query = select(runs).where(runs.c.state.in_(_UNDER_WAY)).order_by(runs.c.sequence)
        found: dict[str, list[Run]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.notebook, []).append(_run(row))
        return found

    async def last_finished(self) -> dict[str, datetime]:
        """When the last run of each notebook ended."""
        query = select(runs.c.notebook, func.max(runs.c.finished_at)).group_by(runs.c.notebook)
        async with self._database.read() as connection:
            return {notebook: at for notebook, at in await connection.execute(query) if at is not None}

    async def hide(self, notebook: str, cells: Sequence[str]) -> None:
        """Forget the runs of these cells that are over."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(runs)
                .where(runs.c.notebook == notebook, runs.c.cell.in_(cells), runs.c.state.not_in(_UNDER_WAY))
                .values(is_hidden=True)
            )

    async def delete(self, ids: Sequence[str]) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(runs).where(runs.c.id.in_(ids)))

    async def delete_notebook(self, notebook: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(runs).where(runs.c.notebook == notebook))


def _values(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "notebook": run.notebook,
        "cell": run.cell,
        "source": run.source,
        "runtime": run.runtime,
        "by": run.by,
        "state": run.state.value,
        "execution_count": run.execution_count,
        "queued_at": run.queued_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.notebook,
        row.cell,
        row.source,
        row.runtime,
        row.by,
        RunState(row.state),
        row.execution_count,
        row.queued_at,
        row.started_at,
        row.finished_at,
    )
