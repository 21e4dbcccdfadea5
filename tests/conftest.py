"""What every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real notebooks that OWNLAB_CORPUS names; without it the test is skipped."""
    named = os.environ.get("OWNLAB_CORPUS")
    if not named:
        pytest.skip("OWNLAB_CORPUS names no folder of real notebooks")
    return Path(named)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") and shutil.which("nvidia-smi") is None:
        pytest.skip("this machine has no graphics card")
