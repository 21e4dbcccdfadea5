"""The WebSocket of a room: one page's frames in, everybody's out."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.requests import HTTPConnection

from ownlab import __version__
from ownlab.accounts.caller import caller
from ownlab.accounts.errors import NotSignedIn
from ownlab.accounts.model import User
from ownlab.base.errors import LabError, NotFound
from ownlab.base.ids import new_id
from ownlab.drive.drive import Drive
from ownlab.drive.model import Need
from ownlab.notebooks.client import NO_SUCH_NOTEBOOK, Client
from ownlab.notebooks.room import Room
from ownlab.notebooks.rooms import Rooms
from ownlab.notebooks.schemas import Hello

log = logging.getLogger(__name__)

router = APIRouter()

NOT_SIGNED_IN = 4401
OTHER_GENERATION = 4409
BAD_MESSAGE = 4400
CANNOT_OPEN = 4422

_LOOK_AGAIN_S = 20.0


def rooms_of(connection: HTTPConnection) -> Rooms:
    """The rooms that the application was built with."""
    rooms: Rooms = connection.app.state.rooms
    return rooms


def drive_of(connection: HTTPConnection) -> Drive:
    """The Drive that the application was built with."""
    drive: Drive = connection.app.state.drive
    return drive


@router.websocket("/api/notebooks/{notebook}/live")
async def live(socket: WebSocket, notebook: str, generation: str = "") -> None:
    """Join the room of a notebook. Frames and close codes: docs/reference/document.md."""
    await socket.accept()
    try:
        user = await caller(socket)
        opened = await drive_of(socket).open_item(user, notebook, Need.WRITE)
        await opened.note_opened()
        async with rooms_of(socket).use(notebook) as room:
            if generation and generation != room.generation:
                await socket.close(OTHER_GENERATION, "the document was made anew")
                return
            await _serve(socket, room, rooms_of(socket), user)
    except NotSignedIn:
        await _close(socket, NOT_SIGNED_IN, "sign in first")
    except NotFound:
        await _close(socket, NO_SUCH_NOTEBOOK, "no such notebook")
    except LabError as error:
        await _close(socket, CANNOT_OPEN, error.message)


async def _serve(socket: WebSocket, room: Room, rooms: Rooms, user: User) -> None:
    client = Client(socket, new_id(), user.name)
    client.send(Hello(generation=room.generation, client=client.name, title=room.title, version=__version__))
    room.join(client)
    pump = asyncio.create_task(client.pump(lambda behind: rooms.listener.catch_up(room, behind)))
    watch = asyncio.create_task(_end_with_session(socket, room, client))
    try:
        await rooms.listener.joined(room, client)
        await _receive(socket, room, rooms, client, user)
    except LabError as error:
        await _close(socket, BAD_MESSAGE, error.message)
    finally:
        room.leave(client)
        watch.cancel()
        pump.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await pump


async def _end_with_session(socket: WebSocket, room: Room, client: Client) -> None:
    """Close the connection some time after whoever opened it has signed out."""
    while True:
        await asyncio.sleep(_LOOK_AGAIN_S)
        try:
            await caller(socket)
        except NotSignedIn:
            client.end(NOT_SIGNED_IN, "signed out")
            room.leave(client)
            return
        except Exception as error:
            log.warning("a session could not be looked up, trying again: %s", error)


async def _receive(socket: WebSocket, room: Room, rooms: Rooms, client: Client, user: User) -> None:
    """Take frames until the page goes."""
    while True:
        try:
            message = await socket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return
        if message["type"] == "websocket.disconnect":
            return
        if client.has_ended:
            continue
        payload = room.receive(client, message.get("bytes") or (message.get("text") or "").encode())
        if payload is not None:
            await rooms.listener.message(room, client, payload, user)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
        await socket.close(code, reason.encode()[:120].decode(errors="ignore"))
