"""What the browser is told about an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


async def test_the_page_runs_own_scripts_only_and_is_shown_in_no_frame(ask: Ask) -> None:
    headers = (await ask(path="/notebooks/abc")).headers
    policy = headers.pop("content-security-policy")
    assert headers == {**ALWAYS, "cross-origin-resource-policy": "same-origin"}
    assert policy.split("; ") == [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https:",
        "connect-src 'self' ws://localhost:8765",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    ]


async def test_a_secure_page_connects_to_secure_sockets(ask: Ask) -> None:
    policy = (await ask(scheme="https")).headers["content-security-policy"]
    assert "connect-src 'self' wss://localhost:8765;" in policy


async def test_the_output_frame_is_an_origin_of_its_own_that_may_load_its_files(ask: Ask) -> None:
    headers = (await ask(path="/frame/index.html")).headers
    policy = headers.pop("content-security-policy").split("; ")
    assert policy[0] == "sandbox allow-scripts allow-popups allow-downloads allow-forms allow-modals"
    assert "frame-ancestors 'self'" in policy
    assert headers == {**ALWAYS, "access-control-allow-origin": "*"}


async def test_what_a_user_stored_runs_nothing_when_it_is_opened_by_address(ask: Ask) -> None:
    headers = (await ask(path="/api/notebooks/abc/blobs/0?type=text/html")).headers
    assert "sandbox" in headers["content-security-policy"].split("; ")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/framed", "/frame", "/x/frame/", "/notebooks/frame/"])
async def test_only_the_frames_own_files_may_be_read_by_other_origins(ask: Ask, path: str) -> None:
    assert "access-control-allow-origin" not in (await ask(path=path)).headers


async def test_what_a_route_says_itself_stays(ask: Ask, inner: Any) -> None:
    inner.headers = [(b"Cache-Control", b"immutable"), (b"content-type", b"image/png")]
    headers = (await ask(path="/api/x")).headers
    assert headers["Cache-Control"] == "immutable"
    assert "cache-control" not in headers


async def test_refusals_carry_the_headers_too(ask: Ask) -> None:
    headers = (await ask(host="evil.example")).headers
    assert ALWAYS.items() <= headers.items()
