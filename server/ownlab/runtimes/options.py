"""Options of runtimes."""

from __future__ import annotations

from dataclasses import dataclass

from ownlab.base.options import option


@dataclass(frozen=True)
class RuntimesOptions:
    """How runtimes are placed and watched."""

    environment: str = option("core", "environment of a notebook that names none")
    runtime_memory: int = option(0, "memory limit of a runtime; 0 for none", unit="bytes")
    watch_interval_s: float = option(1.0, "how often the agent is asked which runtimes live", unit="s")
    start_timeout_s: float = option(60.0, "how long a runtime may take until it answers", unit="s")
