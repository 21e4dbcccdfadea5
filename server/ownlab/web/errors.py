"""Errors as they travel: always {"code", "message", "fields"}."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocketState

from ownlab.base.errors import LabError
from ownlab.base.ids import new_id

log = logging.getLogger(__name__)

_CLOSE_CODES = 4000
_OURS = {401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def add_error_handlers(app: FastAPI) -> None:
    """Make every error of the application, expected or not, leave in the one shape.

    On a WebSocket an error closes the connection with 4000 + its HTTP status (4401 not signed in, 4404 not found).
    """
    answers: dict[type[Exception], Any] = {
        LabError: _lab_error,
        RequestValidationError: _invalid_request,
        WebSocketRequestValidationError: _invalid_request,
        HTTPException: _http_error,
        Exception: _unexpected,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, answer)


def problem(code: str, message: str, fields: Mapping[str, Any] | None = None) -> bytes:
    """The body of an error."""
    body = {"code": code, "message": message, "fields": dict(fields or {})}
    return json.dumps(body, default=str, ensure_ascii=False).encode("utf-8", "replace")


async def _lab_error(connection: HTTPConnection, error: Exception) -> Response | None:
    assert isinstance(error, LabError)  # noqa: S101
    return await _answer(connection, error.status, error.code, error.message, error.fields)


async def _invalid_request(connection: HTTPConnection, error: Exception) -> Response | None:
    assert isinstance(error, RequestValidationError | WebSocketRequestValidationError)  # noqa: S101
    problems = [{"where": ".".join(map(str, found["loc"])), "message": found["msg"]} for found in error.errors()]
    told = "; ".join(f"{found['where']}: {found['message']}" for found in problems)
    return await _answer(
        connection, 422, "invalid_request", f"The request can not be understood: {told}.", {"problems": problems}
    )


async def _http_error(connection: HTTPConnection, error: Exception) -> Response | None:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = error.status_code
    code = _OURS.get(status, HTTPStatus(status).name.lower())
    message = {
        404: f"There is nothing at {connection.url.path}. Check the address.",
        405: f"{connection.url.path} does not take this kind of request.",
    }.get(status, str(error.detail))
    return await _answer(connection, status, code, message, {}, error.headers)


async def _unexpected(connection: HTTPConnection, error: Exception) -> Response | None:
    if isinstance(error, ClientDisconnect):
        return Response(status_code=499)
    reference = new_id()
    log.error("unexpected error %s at %s", reference, connection.url.path, exc_info=error)
    message = f"OwnLab failed at this. The server's log tells more under {reference}; trying again may help."
    return await _answer(connection, 500, "internal", message, {"reference": reference})


async def _answer(
    connection: HTTPConnection,
    status: int,
    code: str,
    message: str,
    fields: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response | None:
    if isinstance(connection, WebSocket):
        await _close(connection, status, code)
        return None
    assert isinstance(connection, Request)  # noqa: S101
    return Response(problem(code, message, fields), status, headers, media_type=JSONResponse.media_type)


async def _close(socket: WebSocket, status: int, code: str) -> None:
    """Close with a code of ours. A page sees it only on a connection that was accepted."""
    if socket.application_state is WebSocketState.CONNECTING:
        await socket.accept()
    if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
        await socket.close(_CLOSE_CODES + status, code)
