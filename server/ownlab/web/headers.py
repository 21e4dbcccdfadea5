"""What the browser is told about every answer: what may run in it, who may show it, who may read it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

Headers = list[tuple[bytes, bytes]]

FRAME = "/frame/"
API = "/api/"

_EVERYWHERE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_OURS_ALONE: Headers = [(b"cross-origin-resource-policy", b"same-origin")]

_SANDBOX = b"sandbox allow-scripts allow-popups allow-downloads allow-forms allow-modals"
_FRAME_POLICY = _SANDBOX + b"; frame-ancestors 'self'; base-uri 'none'"
# What users stored and ask for by address (a picture, an SVG, a page) must not run as part of OwnLab when it is opened.
_API_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@lru_cache(maxsize=64)
def security_headers(path: str, scheme: str, host: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers for an answer at this path of the server that the browser knows as scheme://host."""
    if path == FRAME:
        own = [(b"content-security-policy", _FRAME_POLICY), (b"access-control-allow-origin", b"*")]
    elif path == API:
        own = [(b"content-security-policy", _API_POLICY), (b"cache-control", b"no-store"), *_OURS_ALONE]
    else:
        own = [(b"content-security-policy", _page_policy(scheme, host)), *_OURS_ALONE]
    return (*_EVERYWHERE, *own)


def part_of(path: str) -> str:
    """Which of the parts of the server with headers of their own a path belongs to."""
    return next((part for part in (FRAME, API) if path.startswith(part)), "/")


def completed(headers: Iterable[tuple[bytes, bytes]], more: Iterable[tuple[bytes, bytes]]) -> Headers:
    """headers, and of the others those that are not set yet."""
    present = list(headers)
    names = {name.lower() for name, _ in present}
    return present + [(name, value) for name, value in more if name not in names]


def _page_policy(scheme: str, host: str) -> bytes:
    socket = f"{'wss' if scheme == 'https' else 'ws'}://{host}"
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob: https:",
            f"connect-src 'self' {socket}",
            "frame-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        ]
    ).encode()
