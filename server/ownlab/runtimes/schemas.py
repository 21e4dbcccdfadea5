"""Runtimes on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class RuntimeState(StrEnum):
    """Where a notebook's runtime stands; `none` where the notebook has none."""

    NONE = "none"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    ENDED = "ended"
    FAILED = "failed"


class RuntimeItem(BaseModel):
    """A runtime in a list."""

    id: str
    notebook: str
    state: RuntimeState
    started_at: datetime
    memory_bytes: int | None = None
