"""Notebooks over HTTP: list, make, upload, rename, delete, download."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from ownlab.accounts.caller import Caller
from ownlab.drive.drive import Drive
from ownlab.drive.model import Item, Need
from ownlab.notebooks.ipynb import dump, load_notebook
from ownlab.notebooks.live import drive_of, rooms_of
from ownlab.notebooks.new import new_notebook
from ownlab.notebooks.rooms import Rooms
from ownlab.notebooks.schemas import NewNotebook, NotebookItem, NotebookList, RenameNotebook

router = APIRouter(prefix="/api/notebooks")

_Drive = Annotated[Drive, Depends(drive_of)]
_Rooms = Annotated[Rooms, Depends(rooms_of)]


@router.get("")
async def list_notebooks(user: Caller, drive: _Drive, rooms: _Rooms) -> NotebookList:
    """The caller's notebooks, the last opened or changed first."""
    return NotebookList(notebooks=[_item(item, rooms) for item in await drive.recent(user)])


@router.post("", status_code=201)
async def create_notebook(body: NewNotebook, user: Caller, drive: _Drive, rooms: _Rooms) -> NotebookItem:
    """A new notebook with one empty code cell."""
    return _item(await drive.create_notebook(user, body.title, dump(new_notebook())), rooms)


@router.post(
    "/upload",
    status_code=201,
    openapi_extra={"requestBody": {"content": {"application/x-ipynb+json": {"schema": {"type": "string"}}}}},
)
async def upload_notebook(request: Request, title: str, user: Caller, drive: _Drive, rooms: _Rooms) -> NotebookItem:
    """A new notebook from the bytes of an `.ipynb`, kept as they are."""
    content = await request.body()
    await run_in_threadpool(load_notebook, content)
    return _item(await drive.create_notebook(user, title, content), rooms)


@router.get("/{notebook}")
async def read_notebook(notebook: str, user: Caller, drive: _Drive, rooms: _Rooms) -> NotebookItem:
    """What a list shows of a notebook; noted as opened now."""
    opened = await drive.open_item(user, notebook, Need.READ)
    return _item(await opened.note_opened(), rooms)


@router.patch("/{notebook}")
async def rename_notebook(
    notebook: str, body: RenameNotebook, user: Caller, drive: _Drive, rooms: _Rooms
) -> NotebookItem:
    """Give a notebook another name."""
    opened = await drive.open_item(user, notebook, Need.WRITE)
    item = await opened.rename(body.title)
    room = rooms.present(notebook)
    if room is not None:
        await room.renamed(item.name)
    return _item(item, rooms)


@router.delete("/{notebook}", status_code=204)
async def delete_notebook(notebook: str, user: Caller, drive: _Drive, rooms: _Rooms) -> None:
    """Move a notebook to the trash, with its last changes; its runtime ends."""
    opened = await drive.open_item(user, notebook, Need.OWN)
    await rooms.delete(notebook, opened.trash)
    await rooms.listener.forget(notebook)


@router.get("/{notebook}/file", response_class=Response)
async def download_notebook(notebook: str, user: Caller, drive: _Drive, rooms: _Rooms) -> Response:
    """The `.ipynb`, with everything that was typed and printed until now."""
    opened = await drive.open_item(user, notebook, Need.READ)
    async with rooms.use(notebook) as room:
        if not room.is_saved:
            await room.save()
    name = quote(opened.title, safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(await opened.read(), media_type="application/x-ipynb+json", headers=headers)


def _item(item: Item, rooms: Rooms) -> NotebookItem:
    return NotebookItem(
        id=item.id,
        title=item.name,
        created_at=item.created_at,
        modified_at=item.modified_at,
        opened_at=item.opened_at,
        running=rooms.listener.has_runtime(item.id),
    )
