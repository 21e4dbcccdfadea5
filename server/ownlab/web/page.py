"""The built page: its index for every path that the page itself routes, and its files."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from ownlab.base.errors import NotFound

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FRESH = {"Cache-Control": "no-cache"}


def page_router(static: Path) -> APIRouter:
    """Routes for the files below static. Hashed file names are cached for ever, everything else is asked for anew."""
    router = APIRouter(include_in_schema=False)

    @router.get("/assets/{path:path}")
    @router.get("/frame/assets/{path:path}")
    async def asset(request: Request, path: str) -> Response:
        return _file(static, request.url.path, _FOREVER)

    @router.get("/frame/{path:path}")
    async def frame(path: str) -> Response:
        return _file(static, f"frame/{path or 'index.html'}", _FRESH)

    @router.get("/{path:path}")
    async def page(path: str) -> Response:
        if path.startswith("api/"):
            raise NotFound(f"There is no /{path} here.")
        if "." in path.rsplit("/", 1)[-1]:
            return _file(static, path, _FRESH)
        if not (static / "index.html").is_file():
            return PlainTextResponse("The page is not built. Run ./dev build, then reload.", 503)
        return _file(static, "index.html", _FRESH)

    return router


def _file(static: Path, path: str, headers: dict[str, str]) -> Response:
    found = (static / path.lstrip("/")).resolve()
    if not found.is_relative_to(static.resolve()) or not found.is_file():
        raise NotFound(f"There is no /{path.lstrip('/')} here.")
    return FileResponse(found, headers=headers)
