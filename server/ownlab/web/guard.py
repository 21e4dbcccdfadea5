"""The gate before the application: which host name, which origin and how large a body a request may have.

The rules, in the order in which they are checked:

1. Host. The name must be localhost, the address that the server listens on, or one that was configured. A page of a
   foreign site whose name is made to point here (DNS rebinding) sends that foreign name.
2. Origin, of every request that may change something and of every WebSocket. A browser names the page's origin; it
   must be this server's own or a configured one. Where a request names none, Sec-Fetch-Site decides; where that is
   absent too, a request with cookies is refused: browsers send one of the two, and what is no browser has no need for
   cookies.
3. Size of the body, counted as it streams in.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from socket import gethostname
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ownlab.base.errors import BadInput, LabError
from ownlab.web.errors import problem
from ownlab.web.headers import completed, part_of, security_headers

log = logging.getLogger(__name__)

MEBIBYTE = 2**20

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignHost(LabError):
    """The request was meant for a server of another name."""

    status = 421
    code = "foreign_host"


class ForeignOrigin(LabError):
    """Another site's page asks for a change in the name of whoever is looking at it."""

    status = 403
    code = "foreign_origin"


class BodyTooLarge(BadInput):
    """More was sent than is taken."""

    status: ClassVar[int] = 413
    code = "body_too_large"


@dataclass(frozen=True)
class Names:
    """What this server goes by."""

    hosts: frozenset[str]
    origins: frozenset[str]
    every_address: bool
    """It listens on all addresses, so each of the machine's is its own; a rebound name is never an address."""

    @classmethod
    def of(cls, host: str, allowed: str) -> Names:
        entries = [entry.strip().lower().rstrip("/") for entry in allowed.split(",") if entry.strip()]
        origins = frozenset(entry for entry in entries if "://" in entry)
        named = {urlsplit(entry if entry in origins else f"//{entry}").hostname or entry for entry in entries}
        wildcard = host in ("", "0.0.0.0", "::")  # noqa: S104
        own = {"localhost", "127.0.0.1", "::1", gethostname().lower() if wildcard else host.lower()}
        return cls(frozenset(named | own), origins, wildcard)


class Guard:
    """ASGI middleware, to be put around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str = "127.0.0.1",
        allowed_hosts: str = "",
        body_limit_bytes: int = 8 * MEBIBYTE,
        upload_limit_bytes: int = 256 * MEBIBYTE,
    ) -> None:
        """host: where the server listens. allowed_hosts: its further names, separated by commas; one that is written as
        scheme://name:port (behind a proxy that hides them) is an origin of OwnLab's own pages as well.

        upload_limit_bytes holds for paths that end in /upload, body_limit_bytes for all others.
        """
        self._app = app
        self._names = Names.of(host, allowed_hosts)
        self._body_limit = body_limit_bytes
        self._upload_limit = upload_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _single_headers(scope)
        host = headers.get(b"host", b"").decode("latin-1")
        try:
            check_host(host, self._names)
            own = f"{_page_scheme(scope)}://{host.lower()}"
            check_origin(scope["type"], scope.get("method", "GET"), headers, self._names.origins | {own})
        except LabError as refusal:
            log.warning("refused %s: %s", scope["path"], refusal.message)
            await _refuse(scope, send, refusal)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            limit = self._upload_limit if scope["path"].endswith("/upload") else self._body_limit
            await _Exchange(scope, receive, send, host, limit).run(self._app, headers)


class _Exchange:
    """One HTTP request and its answer, with headers added and the body counted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, host: str, limit: int) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._left = limit
        self._limit = limit
        self._more = security_headers(part_of(scope["path"]), _page_scheme(scope), host)
        self._started = False
        self._cut_off = False

    async def run(self, app: ASGIApp, headers: Mapping[bytes, bytes]) -> None:
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._limit:
            await self._too_large()
            return
        try:
            await app(self._scope, self.receive, self.send)
        except Exception:
            if not self._cut_off:
                raise

    async def receive(self) -> Message:
        if self._cut_off:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        await self._too_large()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self._cut_off:
            return
        if message["type"] == "http.response.start":
            self._started = True
            message = {**message, "headers": completed(message.get("headers", ()), self._more)}
        await self._send(message)

    async def _too_large(self) -> None:
        """Answer in place of the application, which is told that the client went away."""
        self._cut_off = True
        if not self._started:
            limit = f"{self._limit / MEBIBYTE:g} MiB"
            await _refuse(
                self._scope, self._send, BodyTooLarge(f"This is more than {limit}, the most that is taken here.")
            )


def check_host(host: str, names: Names) -> None:
    """Whether a Host header names this server.

    Raises:
        ForeignHost: it does not.
    """
    match = _HOST.fullmatch(host)
    name = match["name"].strip("[]").lower().removesuffix(".") if match else ""
    if not (name in names.hosts or (names.every_address and _is_address(name))):
        raise ForeignHost(
            f"This OwnLab does not go by the name {name or host!r}. Open it as localhost, "
            f"or start it with OWNLAB_ALLOWED_HOSTS={name or 'NAME'}."
        )


def check_origin(kind: str, method: str, headers: Mapping[bytes, bytes], origins: frozenset[str]) -> None:
    """Whether a request may act for whoever is signed in, by where it comes from.

    Raises:
        ForeignOrigin: it may not.
    """
    if kind == "http" and method in _SAFE:
        return
    origin = headers.get(b"origin")
    if origin is not None:
        allowed = origin.decode("latin-1").lower() in origins
    elif (site := headers.get(b"sec-fetch-site")) is not None:
        allowed = site in (b"same-origin", b"none")
    else:
        allowed = b"cookie" not in headers
    if not allowed:
        told = origin.decode("latin-1") if origin is not None else "an unknown page"
        raise ForeignOrigin(
            f"A request of {told} was refused: only OwnLab's own pages may change something. Behind a proxy, "
            "let it pass on Host and X-Forwarded-Proto, or put the page's https://NAME into OWNLAB_ALLOWED_HOSTS.",
            origin=told,
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _single_headers(scope: Scope) -> dict[bytes, bytes]:
    """Headers by name; of Host and Origin, which can come only once, a second makes both unusable."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = b"," if name in headers and name in (b"host", b"origin") else value
    return headers


def _page_scheme(scope: Scope) -> str:
    return "https" if scope.get("scheme") in ("https", "wss") else "http"


async def _refuse(scope: Scope, send: Send, refusal: LabError) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000 + refusal.status, "reason": refusal.code})
        return
    body = problem(refusal.code, refusal.message, refusal.fields)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    more = security_headers("/api/", "http", "")
    await send({"type": "http.response.start", "status": refusal.status, "headers": completed(headers, more)})
    await send({"type": "http.response.body", "body": body})
