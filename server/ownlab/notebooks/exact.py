"""JSON values in a Y document, and back with nothing changed.

A document keeps numbers as JavaScript does: 1 and 1.0 are the same, and integers beyond 2**53 are rounded. It can not
hold lone surrogates. So beside the values that pages read and write, the few that would come back different are kept
as JSON text; they count as long as nobody has changed the value in the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import NoneType
from typing import Any

_SAFE_INTEGER = 2**53 - 1
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(value: Any) -> Any:
    """The value as a document holds it: the nearest that JavaScript and UTF-8 can express."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            return str(value)
    if isinstance(value, dict):
        return {storable_text(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def storable_text(text: str) -> str:
    """Text with U+FFFD in place of lone surrogates."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def plain(value: Any) -> Any:
    """A value read from a document as JavaScript would write it to JSON: 5 and not 5.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _SAFE_INTEGER:
        return int(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def json_value(value: Any) -> Any:
    """A value read from a document with null for what JSON has no word for: bytes, documents in the document."""
    if isinstance(value, dict):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_value(item) for item in value]
    return value if isinstance(value, (str, int, float, NoneType)) else None


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values mean the same, to the type of every number."""
    return canonical(one) == canonical(other)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def needs_exact(value: Any) -> bool:
    """Whether the value would come back different from a document."""
    if isinstance(value, str):
        return not value.isascii() and _LONE_SURROGATE.search(value) is not None
    if isinstance(value, int):
        return abs(value) > _SAFE_INTEGER
    if isinstance(value, float):
        return value.is_integer() and abs(value) <= _SAFE_INTEGER
    if isinstance(value, dict):
        return any(map(needs_exact, value)) or any(map(needs_exact, value.values()))
    return isinstance(value, list) and any(map(needs_exact, value))


def divide(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """A mapping as (what goes into the document, what is kept as JSON text): [key, value] by the document's key."""
    if not needs_exact(dict(values)):
        return dict(values), {}
    stored: dict[str, Any] = {}
    exact: dict[str, list[Any]] = {}
    for key, value in values.items():
        name = storable_text(key)
        while name in stored:
            name += "\ufffd"
        stored[name] = storable(value)
        if name != key or needs_exact(value):
            exact[name] = [key, value]
    return stored, exact


def rejoin(read: Mapping[str, Any], exact: Mapping[str, Any]) -> dict[str, Any]:
    """The way back from `divide`, with whatever was changed in the document since."""
    joined: dict[str, Any] = {}
    for name, value in read.items():
        kept = exact.get(name)
        if isinstance(kept, list) and len(kept) == 2 and is_unchanged(value, kept[1]):
            joined[kept[0]] = kept[1]
        else:
            joined[name] = plain(value)
    return joined


def is_unchanged(read: Any, original: Any) -> bool:
    """Whether what the document holds is still what `original` became there."""
    return is_same(storable(read), storable(original))
