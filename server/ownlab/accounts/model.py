"""What a user is, and the rules of links and sessions."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

_NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True)
class User:
    """Somebody who may sign in. Everything in OwnLab belongs to a user's id."""

    id: str
    name: str
    email: str
    created_at: datetime


@dataclass(frozen=True)
class Link:
    """A link that signs in once."""

    user: str
    expires_at: datetime
    used_at: datetime | None


def new_secret() -> str:
    """256 random bits, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What the database holds of a secret. Looking it up by this tells nobody, by its time, how close a guess was."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def renewed(expires_at: datetime, now: datetime, lifetime: timedelta) -> datetime | None:
    """The session's new end when it is worth a write: at most once in a hundredth of its lifetime."""
    full = now + lifetime
    return full if full - expires_at > lifetime / 100 else None


def local_path(path: str) -> str:
    """path when a browser can only understand it as a path of this server, "/" otherwise."""
    inside = path.startswith("/") and not path.startswith("//") and not _NOT_IN_A_PATH.search(path)
    return path if inside else "/"
