"""What the agent remembers, and whom it takes a process for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ownlab.agent.ending import exit_status, explain
from ownlab.agent.model import Exit
from ownlab.agent.processes import Process, descendants, memory_bytes
from ownlab.agent.state import State, read_state, write_state

STATE = State(
    id="r1",
    started_at=5.0,
    environment="core@1",
    network=True,
    uid=900001,
    etc="etc-1",
    cgroups=("/sys/fs/cgroup/memory/ownlab-r1",),
    outer=Process(10, 100, "boot"),
    inner=Process(11, 101, "boot"),
    slirp=None,
)


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "r1"
    folder.mkdir()
    ended = STATE.ended(Exit(1, None, "It ended."))
    write_state(folder, ended)
    assert read_state(folder) == ended
    assert (folder / "state.json").stat().st_mode & 0o777 == 0o600


def test_the_first_reason_of_an_end_stays() -> None:
    ended = STATE.ended(Exit(1, None, "first"))
    assert ended.ended(Exit(2, None, "second")) == ended


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "r1"}', '{"id": "other"}'])
def test_a_state_that_can_not_be_relied_on_is_none(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "r1"
    folder.mkdir()
    (folder / "state.json").write_text(text)
    assert read_state(folder) is None


def test_a_living_process_is_known_by_its_number_and_start(child: subprocess.Popen[bytes]) -> None:
    process = Process.of(child.pid)
    assert process is not None
    assert process.alive()


@pytest.mark.parametrize("other", [{"started": 1}, {"boot": "another"}])
def test_a_reused_number_is_never_taken_for_the_process(
    child: subprocess.Popen[bytes], other: dict[str, object]
) -> None:
    process = Process.of(child.pid)
    assert process is not None
    stranger = replace(process, **other)  # type: ignore[arg-type]
    assert not stranger.alive()
    stranger.kill()
    assert process.alive()


def test_a_killed_process_is_not_alive_even_before_it_is_waited_for(child: subprocess.Popen[bytes]) -> None:
    process = Process.of(child.pid)
    assert process is not None
    process.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not process.alive()
    assert process.open() is None


def test_a_process_that_never_was_is_none() -> None:
    assert Process.of(2**22 + 1) is None


def test_descendants_include_the_process_itself(child: subprocess.Popen[bytes]) -> None:
    assert {os.getpid(), child.pid} <= set(descendants(os.getpid()))


def test_memory_of_a_process_is_counted_and_that_of_none_is_nothing(child: subprocess.Popen[bytes]) -> None:
    assert memory_bytes(child.pid) > 0
    assert memory_bytes(2**22 + 1) == 0


@pytest.mark.parametrize(
    ("status", "out_of_memory", "code", "signal"),
    [(0, False, 0, None), (3, False, 3, None), (137, False, None, 9), (None, False, None, None), (137, True, None, 9)],
)
def test_an_end_is_told_by_status_signal_and_memory(
    status: int | None, out_of_memory: bool, code: int | None, signal: int | None
) -> None:
    ended = explain(status, out_of_memory=out_of_memory)
    assert (ended.code, ended.signal) == (code, signal)
    assert ("memory" in ended.reason) is out_of_memory


def test_the_exit_status_is_the_last_that_bubblewrap_wrote(tmp_path: Path) -> None:
    (tmp_path / "exit").write_text('{ "child-pid": 5 }\n{ "exit-code": 7 }\n')
    assert exit_status(tmp_path / "exit") == 7
    assert exit_status(tmp_path / "none") is None
