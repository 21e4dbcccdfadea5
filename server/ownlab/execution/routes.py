"""Runs and outputs over HTTP, for clients that do not sit in a room, and what a page fetches by reference."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import HTTPConnection

from ownlab.accounts.caller import Caller
from ownlab.drive.model import Need
from ownlab.execution.execution import Execution
from ownlab.execution.schemas import CellOutputs, RunCells
from ownlab.notebooks.live import drive_of, rooms_of

router = APIRouter(prefix="/api/notebooks/{notebook}")

_INLINE = re.compile(r"(image/(png|jpeg|gif|webp|bmp|avif)|audio/[\w.+-]+|video/[\w.+-]+|application/json|text/plain)")
"""MIME types that a browser shows without running anything that they hold."""


def execution_of(connection: HTTPConnection) -> Execution:
    """The execution that the application was built with."""
    execution: Execution = connection.app.state.execution
    return execution


_Execution = Annotated[Execution, Depends(execution_of)]


@router.post("/runs", status_code=202)
async def run_cells(
    notebook: str, body: RunCells, user: Caller, execution: _Execution, connection: HTTPConnection
) -> None:
    """Run cells in order, starting a runtime if there is none. The same run twice is run once."""
    await drive_of(connection).open_item(user, notebook, Need.WRITE)
    async with rooms_of(connection).use(notebook) as room:
        await execution.run(room, body.runs, user)


@router.get("/outputs")
async def read_outputs(
    notebook: str, user: Caller, execution: _Execution, connection: HTTPConnection
) -> list[CellOutputs]:
    """The latest run of every cell with its outputs, head and tail."""
    await drive_of(connection).open_item(user, notebook, Need.READ)
    async with rooms_of(connection).use(notebook):
        results = (await execution.executor(notebook)).results
        return [CellOutputs(summary=output.run.summary(), outputs=output.outputs()) for output in results.all()]


@router.get("/runs/{run}/outputs/{index}/text", response_class=Response)
async def read_text(
    notebook: str, run: str, index: int, user: Caller, execution: _Execution, connection: HTTPConnection
) -> Response:
    """The whole text of one stream of a run."""
    await drive_of(connection).open_item(user, notebook, Need.READ)
    text = (await execution.executor(notebook)).results.whole_text(run, index)

    async def chunks() -> AsyncIterator[bytes]:
        async for chunk in iterate_in_threadpool(text):
            yield chunk.encode(errors="replace")

    return StreamingResponse(chunks(), media_type="text/plain; charset=utf-8")


@router.get("/blobs/{blob}", response_class=Response)
async def read_blob(
    notebook: str,
    blob: str,
    user: Caller,
    execution: _Execution,
    connection: HTTPConnection,
    type: str = "application/octet-stream",
) -> Response:
    """A payload that an output refers to. A type that could run something is sent as plain bytes."""
    await drive_of(connection).open_item(user, notebook, Need.READ)
    content = await (await execution.executor(notebook)).results.read_blob(blob)
    media_type = type if _INLINE.fullmatch(type) else "application/octet-stream"
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline" if media_type == type else "attachment",
    }
    return Response(content, media_type=media_type, headers=headers)
