"""Accounts on the wire."""

from __future__ import annotations

from pydantic import BaseModel


class Me(BaseModel):
    """The user that asks."""

    id: str
    name: str
    email: str
