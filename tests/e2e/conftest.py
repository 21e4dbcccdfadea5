"""Served OwnLabs for whole-system tests, on one environment that is built once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ownlab.agent.environments import find_environment
from ownlab.agent.errors import EnvironmentMissing
from support.served import Served


@pytest.fixture(scope="session")
def environments() -> Path:
    """The folder of the `core` environment: OWNLAB_ENVIRONMENTS, as ./dev sets it."""
    folder = Path(os.environ.get("OWNLAB_ENVIRONMENTS") or Path(__file__).parents[2] / ".dev" / "environments")
    try:
        find_environment(folder, "core")
    except EnvironmentMissing:
        pytest.fail(f"There is no core environment in {folder}. Run ./dev test, which builds it.")
    return folder


@pytest.fixture
async def served(tmp_path: Path, environments: Path) -> AsyncIterator[Served]:
    """A server that answers, and a client that is signed in."""
    server = Served(tmp_path / "data", {"OWNLAB_ENVIRONMENTS": str(environments)})
    await server.start()
    await server.sign_in()
    yield server
    await server.close()
    print(server.logs())
