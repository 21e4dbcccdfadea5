"""The end of a room's connection when its user signs out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.websockets import WebSocket

from ownlab.accounts.accounts import Accounts
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.notebooks import live
from ownlab.notebooks.client import Client


class Left:
    """A room as far as leaving it goes."""

    def __init__(self) -> None:
        self.clients: list[Client] = []

    def leave(self, client: Client) -> None:
        self.clients.append(client)


async def test_a_connection_ends_when_its_user_has_signed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_LOOK_AGAIN_S", 0.001)
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    app = FastAPI()
    app.state.accounts = accounts = Accounts(database, SystemClock())
    session = await accounts.sign_in(await accounts.one_time_token(await accounts.local_user()))
    cookie = [(b"cookie", b"ownlab_session=" + session.encode()), (b"host", b"localhost")]
    nobody: Any = None
    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": cookie, "app": app}
    socket = WebSocket(scope, nobody, nobody)
    client, room = Client(nobody, "c", "ada"), Left()
    as_room: Any = room
    watch = asyncio.create_task(live._end_with_session(socket, as_room, client))
    done, _ = await asyncio.wait([watch], timeout=0.05)
    assert not done
    assert not client.has_ended
    await accounts.sign_out(session)
    await asyncio.wait_for(watch, 5)
    assert client.has_ended
    assert room.clients == [client]
    await database.close()
