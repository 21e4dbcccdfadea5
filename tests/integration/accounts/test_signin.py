"""Signing in, as a browser does it, over a real server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.caller import Caller
from ownlab.accounts.routes import router
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.web.errors import add_error_handlers
from ownlab.web.guard import Guard


@dataclass
class Site:
    """A server that knows its users, and a browser on it."""

    accounts: Accounts
    address: str
    browser: httpx.AsyncClient

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())

    async def token(self) -> str:
        return await self.accounts.one_time_token(await self.accounts.local_user())

    async def sign_in(self) -> None:
        answer = await self.browser.get(f"/signin?token={await self.token()}")
        assert answer.status_code == 302

    async def hear(self, origin: str | None) -> str:
        """What the WebSocket says first."""
        address = f"{self.address.replace('http', 'ws')}/api/live"
        async with connect(address, origin=origin, additional_headers={"cookie": self.cookie}, proxy=None) as socket:  # type: ignore[arg-type]
            return str(await socket.recv())


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    app = FastAPI()
    app.state.accounts = Accounts(database, SystemClock())
    app.include_router(router)
    add_error_handlers(app)

    @app.websocket("/api/live")
    async def live(socket: WebSocket, user: Caller) -> None:
        await socket.accept()
        await socket.send_text(f"hello {user.name}")

    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(Guard(app), log_config=None, lifespan="off", ws="websockets-sansio"))
    async with asyncio.TaskGroup() as tasks, httpx.AsyncClient(base_url=address, trust_env=False) as browser:
        tasks.create_task(server.serve(sockets=[listener]))
        yield Site(app.state.accounts, address, browser)
        server.should_exit = True
    await database.close()


async def test_a_link_signs_in_and_leads_home(site: Site) -> None:
    answer = await site.browser.get(f"/signin?token={await site.token()}")
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert answer.headers["cache-control"] == "no-store"
    me = await site.browser.get("/api/me")
    user = await site.accounts.local_user()
    assert me.json() == {"id": user.id, "name": user.name, "email": user.email}


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = await site.browser.get(f"/signin?token={await site.token()}")
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie.key == f"ownlab_session_{site.browser.base_url.port}"
    attributes = {name: cookie[name] for name in ("httponly", "samesite", "path", "domain", "max-age", "secure")}
    assert attributes == {
        "httponly": True,
        "samesite": "lax",
        "path": "/",
        "domain": "",
        "max-age": str(30 * 24 * 3600),
        "secure": "",
    }


async def test_the_page_keeps_its_visitor_signed_in(site: Site) -> None:
    await site.sign_in()
    answer = await site.browser.get("/api/me")
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (cookie["max-age"], cookie.value) == (str(30 * 24 * 3600), next(iter(site.browser.cookies.values())))


async def test_a_link_leads_to_the_page_it_names_but_to_no_other_site(site: Site) -> None:
    for asked, led in [
        ("/notebooks/abc?x=1", "/notebooks/abc?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ]:
        answer = await site.browser.get("/signin", params={"token": await site.token(), "next": asked})
        assert answer.headers["location"] == led


async def test_a_used_link_shows_a_page_that_says_what_to_do(site: Site) -> None:
    token = await site.token()
    async with httpx.AsyncClient(base_url=site.address, trust_env=False) as other:
        await other.get(f"/signin?token={token}")
    answer = await site.browser.get(f"/signin?token={token}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")
    assert "was used already" in answer.text
    assert "ownlab link" in answer.text


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%00%ff", "?token=<script>alert(1)</script>"])
async def test_a_wrong_link_signs_nobody_in(site: Site, query: str) -> None:
    answer = await site.browser.get(f"/signin{query}")
    assert (answer.status_code, dict(site.browser.cookies)) == (403, {})
    assert "<script>" not in answer.text


async def test_who_is_signed_in_may_follow_the_link_again(site: Site) -> None:
    token = await site.token()
    await site.browser.get(f"/signin?token={token}")
    answer = await site.browser.get(f"/signin?token={token}&next=/x")
    assert (answer.status_code, answer.headers["location"]) == (302, "/x")


@pytest.mark.parametrize("header", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}])
async def test_a_browser_that_looks_ahead_uses_up_nothing(site: Site, header: dict[str, str]) -> None:
    token = await site.token()
    assert (await site.browser.get(f"/signin?token={token}", headers=header)).status_code == 503
    assert (await site.browser.head(f"/signin?token={token}")).status_code == 405
    assert (await site.browser.get(f"/signin?token={token}")).status_code == 302


async def test_who_is_not_signed_in_is_told_so(site: Site) -> None:
    for headers in ({}, {"cookie": "ownlab_session=wrong"}, {"cookie": f"ownlab_session={'a' * 3000}"}):
        answer = await site.browser.get("/api/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_signing_out_ends_the_session_and_takes_the_cookie(site: Site) -> None:
    await site.sign_in()
    stolen = site.cookie
    answer = await site.browser.post("/api/signout", headers={"origin": site.address})
    assert (answer.status_code, dict(site.browser.cookies)) == (204, {})
    assert (await site.browser.get("/api/me", headers={"cookie": stolen})).status_code == 401


async def test_another_site_can_not_sign_out(site: Site) -> None:
    await site.sign_in()
    for headers in ({"origin": "http://evil.example"}, {"origin": "http://127.0.0.1:1"}, {}):
        assert (await site.browser.post("/api/signout", headers=headers)).status_code == 403
    assert (await site.browser.get("/api/me")).status_code == 200


async def test_a_new_sign_in_ends_the_session_before(site: Site) -> None:
    await site.sign_in()
    old = site.cookie
    await site.sign_in()
    assert (await site.browser.get("/api/me", headers={"cookie": old})).status_code == 401


async def test_two_labs_on_one_host_do_not_sign_each_other_out(site: Site) -> None:
    await site.sign_in()
    other_lab = f"ownlab_session_1=x; {site.cookie}; ownlab_session=y"
    assert (await site.browser.get("/api/me", headers={"cookie": other_lab})).status_code == 200


async def test_an_own_page_opens_a_socket(site: Site) -> None:
    await site.sign_in()
    assert await site.hear(site.address) == f"hello {(await site.accounts.local_user()).name}"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_another_sites_page_opens_no_socket(site: Site, origin: str | None) -> None:
    await site.sign_in()
    with pytest.raises(InvalidStatus) as refused:
        await site.hear(origin)
    assert refused.value.response.status_code == 403


async def test_a_socket_of_nobody_is_closed_with_a_code_that_the_page_can_see(site: Site) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        await site.hear(site.address)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "not_signed_in")
