"""Who sends a request, for HTTP routes and WebSockets alike."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.errors import NotSignedIn
from ownlab.accounts.model import User

COOKIE = "ownlab_session"


def accounts_of(connection: HTTPConnection) -> Accounts:
    """The accounts that the application was built with, as `app.state.accounts`."""
    accounts: Accounts = connection.app.state.accounts
    return accounts


async def caller(connection: HTTPConnection) -> User:
    """The signed-in user who sends this request.

    Raises:
        NotSignedIn: there is none.
    """
    session = session_of(connection)
    user = await accounts_of(connection).user_of(session) if session else None
    if user is None:
        raise NotSignedIn
    return user


Caller = Annotated[User, Depends(caller)]
"""The type of a route's parameter that wants to know who asks."""


def session_of(connection: HTTPConnection) -> str | None:
    """The session's secret from the cookie, if there is one."""
    return connection.cookies.get(cookie_name(connection)) or connection.cookies.get(COOKIE)


def cookie_name(connection: HTTPConnection) -> str:
    """The cookie of the OwnLab at this port: browsers share cookies among the ports of a host, two labs must not."""
    port = connection.url.port
    return f"{COOKIE}_{port}" if port else COOKIE
