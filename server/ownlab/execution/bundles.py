"""MIME bundles: what of them is sent along, and what is left in the notebook's blobs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from ownlab.execution.schemas import BlobRef

PutBlob = Callable[[bytes], str]
"""Keeps bytes and returns their sha256, hexadecimal."""

DEEPEST = 64
"""How deep containers are nested at most; every encoder on the way can do more."""

_BINARY = ("image/", "audio/", "video/", "font/")
_BINARY_TYPES = frozenset({"application/pdf", "application/octet-stream", "application/zip", "application/wasm"})


def is_binary(mime: str) -> bool:
    """Whether payloads of this type travel as base64."""
    return (mime.startswith(_BINARY) and mime != "image/svg+xml") or mime in _BINARY_TYPES


def is_json(mime: str) -> bool:
    """Whether payloads of this type are JSON values and not text (as nbformat decides it)."""
    return mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json"))


def divide(
    data: Mapping[str, Any], inline_limit: int, put_blob: PutBlob | None
) -> tuple[dict[str, Any], dict[str, BlobRef]]:
    """A bundle as (what is sent along, references): payloads above the limit go to `put_blob`."""
    inline: dict[str, Any] = {}
    refs: dict[str, BlobRef] = {}
    for mime, payload in data.items():
        payload = joined(mime, payload)
        if put_blob is None or size(payload) <= inline_limit:
            inline[mime] = payload
        else:
            raw = to_bytes(mime, payload)
            refs[mime] = BlobRef(blob=put_blob(raw), bytes=len(raw))
    return inline, refs


def joined(mime: str, payload: Any) -> Any:
    """A payload with the lines of a text joined; nbformat files and some kernels send lists of them."""
    if isinstance(payload, list) and not is_json(mime) and all(isinstance(line, str) for line in payload):
        return "".join(payload)
    return payload


def size(payload: Any) -> int:
    """Characters of a payload as it would be sent."""
    return len(payload) if isinstance(payload, str) else len(json.dumps(payload))


def to_bytes(mime: str, payload: Any) -> bytes:
    """A payload as a blob holds it: base64 decoded, JSON and text as UTF-8. `from_bytes` is the way back."""
    if not isinstance(payload, str) or is_json(mime):
        return json.dumps(payload, ensure_ascii=False).encode()
    if is_binary(mime):
        try:
            return base64.b64decode("".join(payload.split()), validate=True)
        except (binascii.Error, ValueError):
            return payload.encode()
    return payload.encode()


def from_bytes(mime: str, raw: bytes) -> Any:
    """The payload that a blob was made of."""
    if is_binary(mime):
        return base64.b64encode(raw).decode("ascii")
    text = raw.decode("utf-8", "replace")
    if is_json(mime):
        return json.loads(text)
    return text


def clean(value: Any, depth: int = DEEPEST) -> Any:
    """A JSON value that can travel: lone surrogates become U+FFFD, and what is nested too deeply becomes JSON text."""
    if isinstance(value, str):
        return clean_text(value)
    if not isinstance(value, (dict, list)):
        return value
    if not depth:
        return _as_text(value)
    if isinstance(value, dict):
        return {clean_text(key): clean(item, depth - 1) for key, item in value.items()}
    return [clean(item, depth - 1) for item in value]


def clean_text(text: str) -> str:
    """Text without lone surrogates, which no UTF-8 can carry."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _as_text(value: Any) -> str:
    try:
        return json.dumps(value)
    except RecursionError:
        return "nested too deeply"
