"""What an engine does for the runtimes domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import aiohttp

from ownlab.runtimes.model import Runtime, Shape


@dataclass(frozen=True)
class Placed:
    """A runtime as its engine sees it now."""

    runtime: str
    is_alive: bool
    end: str = ""
    """For one that is not alive: what happened, in a sentence for its owner."""


class Engine(Protocol):
    """Places runtimes. Every call may be repeated."""

    async def start(self, runtime: Runtime, shape: Shape) -> None:
        """Start the sandbox. Returns when requests to it are accepted, which may be before they are answered."""

    async def stop(self, runtime: str) -> None:
        """End the sandbox and everything in it; returns when it is gone."""

    async def placed(self) -> list[Placed]:
        """Every runtime that this engine knows, the dead ones included until they are stopped."""

    async def memory_bytes(self, runtime: str) -> int:
        """Memory that belongs to the runtime now (PSS)."""

    def connector(self, runtime: str) -> aiohttp.BaseConnector:
        """Connects an HTTP client to the runtime's Jupyter Server; the URL's host is ignored."""
