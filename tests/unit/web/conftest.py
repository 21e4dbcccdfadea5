"""An application that is all ear, behind the guard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from ownlab.web.guard import Guard


@dataclass
class Inner:
    """An ASGI application that takes what comes, and says what it saw."""

    requests: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the client went away")
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"inner"})


@dataclass
class Answer:
    """What came out of the guard."""

    sent: list[Message]

    @property
    def status(self) -> int:
        """Of HTTP; for a WebSocket 101 or the close code."""
        first = self.sent[0]
        return {"websocket.accept": 101}.get(first["type"]) or int(first.get("status") or first["code"])

    @property
    def headers(self) -> dict[str, str]:
        pairs = [(name.decode(), value.decode()) for name, value in self.sent[0]["headers"]]
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def ask(inner: Inner) -> Callable[..., Any]:
    """Send a request through a guard and tell the answer."""

    async def ask(
        method: str = "GET",
        path: str = "/",
        *,
        host: str = "localhost:8765",
        scheme: str = "http",
        listen: str = "127.0.0.1",
        body: tuple[bytes, ...] = (b"",),
        headers: dict[str, str] | None = None,
        more_headers: tuple[tuple[bytes, bytes], ...] = (),
        **guard: Any,
    ) -> Answer:
        given = [
            (b"host", host.encode()),
            *((n.encode(), v.encode()) for n, v in (headers or {}).items()),
            *more_headers,
        ]
        scope = {
            "type": "websocket" if method == "WEBSOCKET" else "http",
            "method": method,
            "path": path,
            "scheme": scheme,
            "headers": given,
            "server": ("127.0.0.1", 8765),
        }
        parts = [{"type": "http.request", "body": part, "more_body": True} for part in body]
        parts[-1]["more_body"] = False
        sent: list[Message] = []

        async def receive() -> Message:
            return parts.pop(0)

        async def send(message: Message) -> None:
            sent.append(message)

        await Guard(inner, host=listen, **guard)(scope, receive, send)
        return Answer(sent)

    return ask
