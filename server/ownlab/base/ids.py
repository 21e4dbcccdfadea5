"""Identifiers: random, URL-safe, unguessable."""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 20
_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_id() -> str:
    """A new identifier: 20 characters of base 32, 100 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def is_id(text: str) -> bool:
    """Whether text can be an identifier: it is safe as one file name and as one part of a URL."""
    return _PATTERN.fullmatch(text) is not None
