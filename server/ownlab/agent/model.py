"""The words of the agent's protocol: what can be launched, and what is told about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

PROTOCOL = 1
"""Raised by one whenever an older client or agent would misunderstand a message."""


@dataclass(frozen=True)
class Launch:
    """One runtime to be: repeating the same `runtime` changes nothing."""

    runtime: str
    environment: str
    """`name` (its newest version) or `name@version`."""
    token: str
    """What the Jupyter Server inside asks for in every request."""
    seed: Path | None = None
    """A folder whose files appear in /content. They can be changed inside; the folder itself never changes."""
    memory_bytes: int | None = None
    processes: int = 512
    network: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"seed": None if self.seed is None else str(self.seed)}

    @classmethod
    def from_json(cls, message: dict[str, Any]) -> Launch:
        known = {field.name: message[field.name] for field in fields(cls) if field.name in message}
        seed = known.get("seed")
        return cls(**(known | {"seed": None if seed is None else Path(seed)}))


@dataclass(frozen=True)
class Exit:
    """How a sandbox ended."""

    code: int | None
    """Exit status of the process inside; None when a signal ended it or nobody saw it."""
    signal: int | None
    reason: str
    """A sentence for people."""


@dataclass(frozen=True)
class SandboxStatus:
    """A runtime that was launched and not yet stopped."""

    id: str
    alive: bool
    started_at: float
    """Seconds since the epoch."""
    environment: str
    network: bool
    exit: Exit | None = None

    @classmethod
    def from_json(cls, message: dict[str, Any]) -> SandboxStatus:
        ended = message.get("exit")
        return cls(**(message | {"exit": None if ended is None else Exit(**ended)}))


@dataclass(frozen=True)
class Usage:
    """What one runtime uses now, everything that belongs to it counted."""

    memory_bytes: int
    """Proportional set sizes, added up: bubblewrap and the network process included."""
    processes: int
    disk_bytes: int
    """Everything that the runtime wrote: /content, the environment's changes, /root, /tmp, spool and log."""


@dataclass(frozen=True)
class AgentStatus:
    """The agent itself, and how strongly it can isolate."""

    pid: int
    version: str
    protocol: int
    isolation: str
    """`full`, `no-userns`, `landlock` or `none`."""
    warnings: tuple[str, ...] = field(default=())
    """What is missing for full isolation and how to get it, one sentence each."""
    memory_limit: str = "rlimit"
    """What enforces `Launch.memory_bytes`: `cgroup` for the whole runtime, or `rlimit` for each process."""
    network: bool = False
    """Whether a runtime can have a network."""
    overlay: str = "overlay"
    """How a runtime gets its own copy of the environment: `overlay` (at once) or `copy` (slow)."""
    runtimes: int = 0
    """How many are alive."""
    age_s: float = 0
    """Seconds since it looked at the machine."""

    @classmethod
    def from_json(cls, message: dict[str, Any]) -> AgentStatus:
        return cls(**(message | {"warnings": tuple(message["warnings"])}))
