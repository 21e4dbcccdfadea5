"""Where the benches keep what they install, and the environment that all kernels run in."""

from __future__ import annotations

import os
from pathlib import Path

from ownlab.agent.environments import Environment, find_environment

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".dev" / "bench"


def environments() -> Path:
    """The folder of the environments: OWNLAB_ENVIRONMENTS, as ./dev sets it."""
    return Path(os.environ.get("OWNLAB_ENVIRONMENTS") or ROOT / ".dev" / "environments")


def core() -> Environment:
    """The environment that OwnLab's runtimes and the raw kernels have in common."""
    return find_environment(environments(), "core")
