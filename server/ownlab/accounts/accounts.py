"""Who is asking: users, links that sign in once, sessions."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta

from ownlab.accounts.errors import LinkExpired, LinkUnusable, LinkUsed, NoSuchUser
from ownlab.accounts.model import Link, User, fingerprint, new_secret, renewed
from ownlab.accounts.options import AccountsOptions
from ownlab.accounts.store import AccountStore
from ownlab.base.clock import Clock
from ownlab.base.database import Database
from ownlab.base.ids import new_id

_REMEMBERED_S = 5
_REMEMBERED_MOST = 10_000
_LINKS_KEPT = timedelta(days=30)


class Accounts:
    """The users of this OwnLab."""

    def __init__(self, database: Database, clock: Clock, options: AccountsOptions | None = None) -> None:
        self._store = AccountStore(database)
        self._clock = clock
        self._options = options or AccountsOptions()
        self._remembered: dict[str, tuple[User, datetime]] = {}

    @property
    def session_lifetime(self) -> timedelta:
        """How long a session lasts after the last visit."""
        return timedelta(days=self._options.session_days)

    async def local_user(self) -> User:
        """The user of a laptop or a lab of one; made on first call, named after who runs the server."""
        return await self._store.local_user(self._whoever_runs_this)

    async def user(self, id: str) -> User:
        """The user of this id.

        Raises:
            NoSuchUser: there is none.
        """
        user = await self._store.user(id)
        if user is None:
            raise NoSuchUser(id)
        return user

    async def users(self) -> list[User]:
        """Everybody, the first to come first."""
        return await self._store.users()

    async def count(self) -> int:
        """How many users there are; more than one need full isolation of their runtimes."""
        return await self._store.count()

    async def one_time_token(self, user: User) -> str:
        """A secret for `/signin?token=` that signs this user in once, within `link_hours`."""
        token = new_secret()
        expires_at = self._clock.now() + timedelta(hours=self._options.link_hours)
        await self._store.add_link(fingerprint(token), Link(user.id, expires_at, None))
        return token

    async def sign_in(self, token: str) -> str:
        """Use up the token and begin a session; returns its secret, which nothing but the browser's cookie holds.

        Raises:
            LinkUnusable: LinkUsed, LinkExpired, or itself for a token that was never given out.
        """
        now = self._clock.now()
        session = new_secret()
        await self._store.forget_ended(now, now - _LINKS_KEPT)
        link = await self._store.use_link(fingerprint(token), now, fingerprint(session), now + self.session_lifetime)
        if link is None:
            raise LinkUnusable
        if link.used_at is not None:
            raise LinkUsed
        if link.expires_at <= now:
            raise LinkExpired
        return session

    async def user_of(self, session: str) -> User | None:
        """Whose session this secret belongs to, and keep it alive; None when it ended or never was.

        An answer is remembered for some seconds, so that a request costs no query.
        """
        now = self._clock.now()
        key = fingerprint(session)
        if (remembered := self._remembered.get(key)) and now < remembered[1]:
            return remembered[0]
        found = await self._store.session(key)
        if found is None or found[1] <= now:
            self._remembered.pop(key, None)
            return None
        user, expires_at = found
        if until := renewed(expires_at, now, self.session_lifetime):
            await self._store.extend_session(key, until)
        if len(self._remembered) >= _REMEMBERED_MOST:
            self._remembered.clear()
        self._remembered[key] = user, min(expires_at, now + timedelta(seconds=_REMEMBERED_S))
        return user

    async def sign_out(self, session: str) -> None:
        """End the session, here at once. Repeating does nothing."""
        key = fingerprint(session)
        await self._store.end_session(key)
        self._remembered.pop(key, None)

    def _whoever_runs_this(self) -> User:
        try:
            login = getpass.getuser()
        except (OSError, KeyError, ImportError):
            login = "user"
        return User(new_id(), login, f"{login}@localhost", self._clock.now())
