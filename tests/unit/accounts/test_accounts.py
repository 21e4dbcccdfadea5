"""Links that sign in once, and the sessions that they begin."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.errors import LinkExpired, LinkUnusable, LinkUsed, NoSuchUser
from ownlab.base.database import Database


async def begin_session(accounts: Accounts) -> str:
    return await accounts.sign_in(await accounts.one_time_token(await accounts.local_user()))


async def test_the_local_user_is_made_once_and_named_after_the_login(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    first, second = await asyncio.gather(accounts.local_user(), accounts.local_user())
    assert first == second
    assert (first.name, first.email) == ("ada", "ada@localhost")
    assert await accounts.users() == [first]
    assert await accounts.count() == 1
    assert await accounts.user(first.id) == first


async def test_an_unknown_user_is_an_error(accounts: Accounts) -> None:
    with pytest.raises(NoSuchUser):
        await accounts.user("nobody")


async def test_a_link_signs_in(accounts: Accounts) -> None:
    session = await begin_session(accounts)
    assert await accounts.user_of(session) == await accounts.local_user()


async def test_a_link_signs_in_only_once(accounts: Accounts) -> None:
    token = await accounts.one_time_token(await accounts.local_user())
    await accounts.sign_in(token)
    with pytest.raises(LinkUsed):
        await accounts.sign_in(token)


async def test_of_many_who_use_a_link_at_once_one_gets_in(accounts: Accounts) -> None:
    token = await accounts.one_time_token(await accounts.local_user())
    results = await asyncio.gather(*(accounts.sign_in(token) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, LinkUsed) for result in results) == 7


async def test_a_link_works_until_its_time_is_over(accounts: Accounts, clock: Any) -> None:
    user = await accounts.local_user()
    early, late = await accounts.one_time_token(user), await accounts.one_time_token(user)
    clock.jump(hours=23, minutes=59)
    await accounts.sign_in(early)
    clock.jump(minutes=1)
    with pytest.raises(LinkExpired):
        await accounts.sign_in(late)


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\ud800", "%00", "a" * 100_000])
async def test_a_token_that_was_never_given_out_is_refused(accounts: Accounts, token: str) -> None:
    with pytest.raises(LinkUnusable):
        await accounts.sign_in(token)


async def test_the_database_holds_no_secret(accounts: Accounts, tmp_path: Path) -> None:
    token = await accounts.one_time_token(await accounts.local_user())
    session = await accounts.sign_in(token)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in stored
    assert session.encode() not in stored


async def test_a_link_is_no_session_and_a_session_no_link(accounts: Accounts) -> None:
    token = await accounts.one_time_token(await accounts.local_user())
    assert await accounts.user_of(token) is None
    session = await accounts.sign_in(token)
    with pytest.raises(LinkUnusable):
        await accounts.sign_in(session)


async def test_a_session_ends_when_it_was_not_used_for_its_time(accounts: Accounts, clock: Any) -> None:
    session = await begin_session(accounts)
    clock.jump(days=30)
    assert await accounts.user_of(session) is None


async def test_a_session_goes_on_as_long_as_it_is_used(accounts: Accounts, clock: Any) -> None:
    session = await begin_session(accounts)
    for _ in range(5):
        clock.jump(days=29)
        assert await accounts.user_of(session) is not None


async def test_signing_out_ends_one_session_at_once(accounts: Accounts) -> None:
    session, other = await begin_session(accounts), await begin_session(accounts)
    assert await accounts.user_of(session)
    await accounts.sign_out(session)
    await accounts.sign_out(session)
    assert await accounts.user_of(session) is None
    assert await accounts.user_of(other) is not None


async def test_a_session_outlives_the_server(accounts: Accounts, database: Database, clock: Any) -> None:
    session = await begin_session(accounts)
    assert await Accounts(database, clock).user_of(session) == await accounts.local_user()


async def test_a_known_session_costs_no_query(
    accounts: Accounts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await begin_session(accounts)
    user = await accounts.user_of(session)
    monkeypatch.delattr(database, "_reader")
    assert await accounts.user_of(session) == user


async def test_a_session_ended_elsewhere_ends_here_within_seconds(
    accounts: Accounts, database: Database, clock: Any
) -> None:
    session = await begin_session(accounts)
    assert await accounts.user_of(session)
    await Accounts(database, clock).sign_out(session)
    clock.jump(seconds=5)
    assert await accounts.user_of(session) is None
