"""Items in the database. The files are the truth; a row gives one its id and remembers when it was used."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    case,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from ownlab.base.database import Database, Moment, metadata
from ownlab.drive.model import Item, Kind, Path
from ownlab.drive.reconcile import Differences

items = Table(
    "items",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", ForeignKey("users.id"), nullable=False),
    Column("parent", ForeignKey("items.id"), index=True),
    Column("name", String(255), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("modified_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("trashed_at", Moment),
    Column("missing", Boolean, nullable=False),
    Column("renaming_to", String(255)),
)

_present = text("trashed_at IS NULL AND NOT missing")
_is_root = text("parent IS NULL")

Index("ix_items_owner", items.c.owner, items.c.kind)
Index(
    "uq_items_parent_name", items.c.parent, items.c.name, unique=True, sqlite_where=_present, postgresql_where=_present
)
Index("uq_items_root", items.c.owner, unique=True, sqlite_where=_is_root, postgresql_where=_is_root)


class DriveStore:
    """The queries of the drive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chain(self, id: str) -> list[Item]:
        """The item, then the folder it is in, up to the root of its drive; nothing for an unknown id."""
        steps = select(items.c.id, items.c.parent).where(items.c.id == id).cte("steps", recursive=True)
        steps = steps.union_all(select(items.c.id, items.c.parent).join(steps, items.c.id == steps.c.parent))
        async with self._database.read() as connection:
            found = await _items(connection, select(items).join(steps, items.c.id == steps.c.id))
        by_id = {item.id: item for item in found}
        chain = [by_id[id]] if id in by_id else []
        while chain and chain[-1].parent is not None:
            chain.append(by_id[chain[-1].parent])
        return chain

    async def root(self, new: Item) -> Item:
        """The root of the drive of new.owner; new becomes it when there is none yet."""
        async with self._database.begin() as connection:
            found = await _items(connection, select(items).where(items.c.owner == new.owner, _is_root))
            if not found:
                await connection.execute(insert(items).values(asdict(new)))
        return found[0] if found else new

    async def inside(self, folder: str) -> list[Item]:
        """What is in a folder, without what is trashed or missing."""
        async with self._database.read() as connection:
            return await _items(connection, select(items).where(items.c.parent == folder, _present))

    async def recent(self, owner: str, kind: Kind, limit: int) -> list[Item]:
        """The items of a kind, the last opened or changed first."""
        used_at = case((items.c.opened_at > items.c.modified_at, items.c.opened_at), else_=items.c.modified_at)
        query = select(items).where(items.c.owner == owner, items.c.kind == kind, _present)
        async with self._database.read() as connection:
            return await _items(connection, query.order_by(used_at.desc(), items.c.id).limit(limit))

    async def all_of(self, owner: str) -> list[Item]:
        """Every item of an owner that is not in the trash, the missing included."""
        async with self._database.read() as connection:
            return await _items(connection, select(items).where(items.c.owner == owner, items.c.trashed_at.is_(None)))

    async def add(self, item: Item) -> None:
        """Add an item."""
        async with self._database.begin() as connection:
            await connection.execute(insert(items).values(asdict(item)))

    async def change(self, id: str, **values: Any) -> None:
        """Set these columns of an item."""
        async with self._database.begin() as connection:
            await connection.execute(update(items).where(items.c.id == id).values(values))

    async def settle(self, found: Differences, now: datetime) -> None:
        """Write down what differed between database and disk, all or nothing."""
        async with self._database.begin() as connection:
            # Who lost a name first, so that who has it now can take it.
            for id, values in sorted(found.changed.items(), key=lambda change: not change[1].get("missing", False)):
                await connection.execute(update(items).where(items.c.id == id).values(values))
            for id in found.trashed:
                await _trash(connection, id, now)
            for item in found.new:
                await connection.execute(insert(items).values(asdict(item)))

    async def trash(self, id: str, at: datetime) -> None:
        """Mark an item, and for a folder all that is in it, as trashed."""
        async with self._database.begin() as connection:
            await _trash(connection, id, at)


def path_of(chain: list[Item]) -> Path:
    """Where the first item of a `chain` lies on disk."""
    return tuple(item.name for item in reversed(chain[:-1]))


async def _trash(connection: AsyncConnection, id: str, at: datetime) -> None:
    steps = select(items.c.id).where(items.c.id == id).cte("steps", recursive=True)
    steps = steps.union_all(select(items.c.id).join(steps, items.c.parent == steps.c.id))
    inside = items.c.id.in_(select(steps.c.id))
    await connection.execute(update(items).where(inside, items.c.trashed_at.is_(None)).values(trashed_at=at))


async def _items(connection: AsyncConnection, query: Any) -> list[Item]:
    return [_item(row) for row in await connection.execute(query)]


def _item(row: Row[Any]) -> Item:
    values = dict(row._mapping)
    return Item(**{**values, "kind": Kind(values["kind"])})
