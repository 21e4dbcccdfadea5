"""A runtime: who owns it, which notebook it serves, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ownlab.runtimes.lifecycle import Life


@dataclass(frozen=True)
class Shape:
    """What a notebook asks of its runtime."""

    environment: str = "core"
    memory_bytes: int | None = None
    seed: Path | None = None
    """A folder whose files appear in /content; writes inside never reach it."""


@dataclass(frozen=True)
class Runtime:
    """One sandbox with a Jupyter Server, serving one notebook."""

    id: str
    owner: str
    notebook: str
    environment: str
    token: str
    life: Life
    started_at: datetime


@dataclass(frozen=True)
class RuntimeChanged:
    """A runtime took a step of its life."""

    runtime: Runtime
