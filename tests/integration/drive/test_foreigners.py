"""Somebody else's notebook: for every route of the API it is as if it did not exist."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.model import User
from ownlab.accounts.store import users
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.drive.drive import Drive
from ownlab.drive.model import Item
from ownlab.web.app import make_api

VALUES = {"run": "12345678", "index": "0", "blob": "0" * 64}
BODIES: dict[str, Any] = {"runs": {"runs": [{"run": "12345678", "cell": "a"}]}, "rename_notebook": {"title": "stolen"}}


def operations() -> list[tuple[str, str]]:
    """Every operation on one notebook, as method and path."""
    paths = make_api().openapi()["paths"]
    return [(method, path) for path, methods in paths.items() if "{notebook}" in path for method in methods]


class Nothing:
    """Stands for the parts behind the gate. Whoever reaches them has passed it, and fails here."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def drive(database: Database, tmp_path: Path) -> Drive:
    return Drive(database, SystemClock(), tmp_path / "drive")


@pytest.fixture
async def notebook(database: Database, drive: Drive) -> Item:
    """A notebook of Eve's."""
    eve = User("eve", "Eve", "eve@localhost", datetime.now(UTC))
    async with database.begin() as connection:
        await connection.execute(insert(users).values({**asdict(eve), "local": False}))
    return await drive.create_notebook(eve, "plans", b"secret")


@pytest.fixture
async def browser(database: Database, drive: Drive) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which the local user is signed in."""
    app = make_api()
    accounts = Accounts(database, SystemClock())
    app.state.accounts, app.state.drive = accounts, drive
    app.state.rooms = app.state.runtimes = app.state.execution = Nothing()
    session = await accounts.sign_in(await accounts.one_time_token(await accounts.local_user()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    cookies = {"ownlab_session": session}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies) as browser:
        yield browser


async def ask(browser: httpx.AsyncClient, method: str, path: str, notebook: str) -> httpx.Response:
    filled = re.sub(r"\{(\w+)\}", lambda part: {**VALUES, "notebook": notebook}[part[1]], path)
    last = path.rsplit("/", 1)[-1]
    body = BODIES.get(last, BODIES["rename_notebook"]) if method in ("post", "patch", "put") else None
    return await browser.request(method, filled, json=body)


@pytest.mark.parametrize(("method", "path"), operations())
async def test_it_can_not_be_told_from_none(
    browser: httpx.AsyncClient, notebook: Item, tmp_path: Path, method: str, path: str
) -> None:
    foreign = await ask(browser, method, path, notebook.id)
    absent = await ask(browser, method, path, "a" * len(notebook.id))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "no_such_item")
    assert foreign.text == absent.text.replace("a" * len(notebook.id), notebook.id)
    assert (tmp_path / "drive" / "eve" / "Colab Notebooks" / "plans.ipynb").read_bytes() == b"secret"


@pytest.mark.parametrize(("method", "path"), operations())
async def test_who_is_not_signed_in_is_told_that_and_nothing_else(
    browser: httpx.AsyncClient, notebook: Item, method: str, path: str
) -> None:
    browser.cookies.clear()
    answer = await ask(browser, method, path, notebook.id)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_it_is_in_no_list(browser: httpx.AsyncClient, notebook: Item) -> None:
    assert (await browser.get("/api/notebooks")).json() == {"notebooks": []}


async def test_its_room_is_closed_as_if_there_were_none(browser: httpx.AsyncClient, notebook: Item) -> None:
    for id in (notebook.id, "a" * len(notebook.id)):
        assert await close_code(browser, f"/api/notebooks/{id}/live") == 4404
    browser.cookies.clear()
    assert await close_code(browser, f"/api/notebooks/{notebook.id}/live") == 4401


async def close_code(browser: httpx.AsyncClient, path: str) -> int:
    """What a WebSocket is closed with, spoken in ASGI."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "ws",
        "headers": [(b"host", b"localhost"), (b"cookie", cookie.encode())],
        "subprotocols": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    assert isinstance(browser._transport, httpx.ASGITransport)
    await browser._transport.app(scope, receive, send)
    return int(sent[-1]["code"])
