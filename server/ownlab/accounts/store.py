"""Users, links and sessions in the database. Of a secret it holds the fingerprint only."""

from __future__ import annotations

from collections.abc import Callable
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
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from ownlab.accounts.model import Link, User
from ownlab.base.database import Database, Moment, metadata

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("local", Boolean, nullable=False, doc="the user made on first start, whom links sign in"),
)

links = Table(
    "signin_links",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

_local = text("local")

Index("ix_users_local", users.c.local, unique=True, sqlite_where=_local, postgresql_where=_local)


class AccountStore:
    """The queries of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def local_user(self, make: Callable[[], User]) -> User:
        """The local user; `make` says who it is when there is none yet."""
        async with self._database.begin() as connection:
            row = (await connection.execute(select(users).where(users.c.local))).first()
            if row is not None:
                return _user(row)
            user = make()
            await connection.execute(insert(users).values({**_values(user), "local": True}))
            return user

    async def user(self, id: str) -> User | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(users).where(users.c.id == id))).first()
        return None if row is None else _user(row)

    async def users(self) -> list[User]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(users).order_by(users.c.created_at, users.c.id))
        return [_user(row) for row in rows]

    async def count(self) -> int:
        async with self._database.read() as connection:
            return (await connection.execute(select(func.count()).select_from(users))).scalar_one()

    async def add_link(self, fingerprint: str, link: Link) -> None:
        values = {"fingerprint": fingerprint, "user_id": link.user, "expires_at": link.expires_at}
        async with self._database.begin() as connection:
            await connection.execute(insert(links).values(values))

    async def use_link(self, fingerprint: str, now: datetime, session: str, session_end: datetime) -> Link | None:
        """Use up a link that is neither used nor expired and begin a session; the link as it was before."""
        async with self._database.begin() as connection:
            row = (await connection.execute(select(links).where(links.c.fingerprint == fingerprint))).first()
            if row is None:
                return None
            link = Link(row.user_id, row.expires_at, row.used_at)
            if link.used_at is None and link.expires_at > now:
                used = update(links).where(links.c.fingerprint == fingerprint).values(used_at=now)
                await connection.execute(used)
                begun = {"fingerprint": session, "user_id": link.user, "created_at": now, "expires_at": session_end}
                await connection.execute(insert(sessions).values(begun))
        return link

    async def session(self, fingerprint: str) -> tuple[User, datetime] | None:
        """Whose session this is, and until when."""
        query = select(users, sessions.c.expires_at).join(sessions, sessions.c.user_id == users.c.id)
        async with self._database.read() as connection:
            row = (await connection.execute(query.where(sessions.c.fingerprint == fingerprint))).first()
        return None if row is None else (_user(row), row.expires_at)

    async def extend_session(self, fingerprint: str, expires_at: datetime) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                update(sessions).where(sessions.c.fingerprint == fingerprint).values(expires_at=expires_at)
            )

    async def end_session(self, fingerprint: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.fingerprint == fingerprint))

    async def forget_ended(self, sessions_before: datetime, links_before: datetime) -> None:
        """Remove the sessions and links that ended before these moments."""
        async with self._database.begin() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires_at < sessions_before))
            await connection.execute(delete(links).where(links.c.expires_at < links_before))


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, row.email, row.created_at)


def _values(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "email": user.email, "created_at": user.created_at}
