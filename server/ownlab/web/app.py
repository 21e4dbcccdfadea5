"""The ASGI application over the parts of a lab."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from ownlab import __version__
from ownlab.accounts.routes import router as accounts_router
from ownlab.execution.routes import router as execution_router
from ownlab.lab.lab import Lab
from ownlab.notebooks.live import router as live_router
from ownlab.notebooks.routes import router as notebooks_router
from ownlab.web.errors import add_error_handlers
from ownlab.web.guard import Guard
from ownlab.web.page import page_router

STATIC = Path(__file__).parent.parent / "static"


class Health(BaseModel):
    """That the server answers."""

    status: str
    version: str


def make_api() -> FastAPI:
    """The routes of all domains, without parts: enough to describe them."""
    app = FastAPI(
        title="OwnLab",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=_operation_name,
    )
    app.include_router(accounts_router)
    app.include_router(notebooks_router)
    app.include_router(execution_router)
    app.include_router(live_router)

    @app.get("/api/health")
    async def health() -> Health:
        """Whether the server answers, and its version."""
        return Health(status="ok", version=__version__)

    add_error_handlers(app)
    return app


def make_app(lab: Lab, static: Path = STATIC) -> Guard:
    """The application, behind its guard."""
    app = make_api()
    app.state.accounts = lab.accounts
    app.state.drive = lab.drive
    app.state.rooms = lab.rooms
    app.state.runtimes = lab.runtimes
    app.state.execution = lab.execution
    app.include_router(page_router(static))
    return Guard(app, host=lab.options.server.host, allowed_hosts=lab.options.server.allowed_hosts)


def _operation_name(route: APIRoute) -> str:
    return route.name
