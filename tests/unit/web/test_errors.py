"""Every error has the one shape."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel

import ownlab
from ownlab.base.errors import LabError
from ownlab.web.errors import add_error_handlers


def all_errors() -> list[type[LabError]]:
    """Every class under LabError, of all domains."""
    for module in pkgutil.walk_packages(ownlab.__path__, "ownlab."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)

    def below(kind: type[LabError]) -> Iterator[type[LabError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    return sorted(set(below(LabError)), key=lambda kind: (kind.__module__, kind.__name__))


class Body(BaseModel):
    title: str


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    add_error_handlers(app)

    @app.get("/error/{name}")
    async def fail(name: str) -> None:
        kind = next(kind for kind in all_errors() if kind.__name__ == name)
        error = kind.__new__(kind)
        LabError.__init__(error, "It broke. Mend it.", queue_position=2)
        raise error

    @app.post("/body")
    async def take(body: Body, size: Annotated[int, Query(gt=0)] = 1) -> None:
        """Takes what fits."""

    @app.get("/unexpected")
    async def unexpected() -> None:
        raise ZeroDivisionError("secret detail")

    @app.get("/http")
    async def http() -> None:
        raise HTTPException(418, "I am a teapot", {"x-tea": "green"})

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("kind", all_errors())
async def test_every_lab_error_leaves_as_code_message_and_fields(
    client: httpx.AsyncClient, kind: type[LabError]
) -> None:
    answer = await client.get(f"/error/{kind.__name__}")
    body = {"code": kind.code, "message": "It broke. Mend it.", "fields": {"queue_position": 2}}
    assert (answer.status_code, answer.json()) == (kind.status, body)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code)
    assert 400 <= kind.status < 600


async def test_a_request_that_does_not_fit_names_the_fields(client: httpx.AsyncClient) -> None:
    answer = await client.post("/body?size=0", json={"name": "x"})
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "invalid_request",
        "message": "The request can not be understood: query.size: Input should be greater than 0; "
        "body.title: Field required.",
        "fields": {
            "problems": [
                {"where": "query.size", "message": "Input should be greater than 0"},
                {"where": "body.title", "message": "Field required"},
            ]
        },
    }


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_json_is_told_so(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/body", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/body", 405, "method_not_allowed"),
        ("GET", "/http", 418, "im_a_teapot"),
    ],
)
async def test_what_the_framework_refuses_has_the_shape_too(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"], answer.json()["fields"]) == (status, code, {})


async def test_an_unexpected_error_tells_a_reference_and_the_log_the_rest(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/unexpected")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (500, "internal")
    assert "secret detail" not in answer.text
    assert body["fields"]["reference"] in body["message"]
    assert body["fields"]["reference"] in caplog.text
    assert "ZeroDivisionError: secret detail" in caplog.text
