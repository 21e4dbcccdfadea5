"""When an agent that runs is used, and when it is replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ownlab import __version__
from ownlab.agent.client import may_stay
from ownlab.agent.errors import AgentOutdated
from ownlab.agent.model import PROTOCOL, AgentStatus

IDLE = AgentStatus(pid=1, version=__version__, protocol=PROTOCOL, isolation="full")


def test_an_agent_of_this_version_stays() -> None:
    assert may_stay(IDLE)


def test_an_idle_agent_that_missed_something_looks_again() -> None:
    weak = replace(IDLE, isolation="none", warnings=("Install bubblewrap.",))
    assert may_stay(replace(weak, age_s=1))
    assert not may_stay(replace(weak, age_s=3600))


@pytest.mark.parametrize("other", [{"version": "0.0.0"}, {"protocol": PROTOCOL + 1}])
def test_an_idle_agent_of_another_version_is_replaced(other: dict[str, object]) -> None:
    assert not may_stay(replace(IDLE, **other))  # type: ignore[arg-type]


def test_an_agent_with_runtimes_stays_whatever_its_version() -> None:
    assert may_stay(replace(IDLE, version="0.0.0", warnings=("Install bubblewrap.",), runtimes=1))


def test_an_agent_with_runtimes_that_speaks_otherwise_is_an_error() -> None:
    with pytest.raises(AgentOutdated, match="keeps 1"):
        may_stay(replace(IDLE, protocol=PROTOCOL + 1, runtimes=1))
