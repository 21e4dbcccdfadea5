"""The rules of execution/executor.py that need no kernel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ownlab.accounts.model import User
from ownlab.base.clock import SystemClock
from ownlab.base.database import Database
from ownlab.execution.executor import Executor
from ownlab.execution.kernel import _is_entry
from ownlab.execution.model import Run
from ownlab.execution.options import ExecutionOptions
from ownlab.execution.outputs import OutputFolder
from ownlab.execution.queue import Queue
from ownlab.execution.results import Results
from ownlab.execution.schemas import RunState
from ownlab.execution.store import RunStore
from ownlab.runtimes.lifecycle import Life
from ownlab.runtimes.model import Runtime
from ownlab.runtimes.schemas import RuntimeState

NOW = SystemClock().now()
ADA = User("ada", "Ada", "ada@localhost", NOW)
FIRST = Runtime("first", "ada", "nb", "core", "t", Life(RuntimeState.READY), NOW)
SECOND = replace(FIRST, id="second", life=Life(RuntimeState.STARTING))


class OneRuntime:
    """Runtimes of which none ever answers."""

    present: Runtime | None = FIRST

    def of_notebook(self, notebook: str) -> Runtime | None:
        return self.present

    async def start(self, owner: User, notebook: str) -> Runtime:
        assert self.present is not None
        return self.present

    async def stop(self, runtime: str) -> None:
        self.present = None

    async def wait_launched(self, runtime: str) -> None:
        await asyncio.Event().wait()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.at(tmp_path / "test.sqlite3")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
async def runtimes() -> OneRuntime:
    return OneRuntime()


@pytest.fixture
async def executor(database: Database, tmp_path: Path, runtimes: OneRuntime) -> AsyncIterator[Executor]:
    store, options = RunStore(database), ExecutionOptions()
    results = Results("nb", store, OutputFolder(tmp_path / "outputs"), options)
    fake: Any = runtimes
    executor = Executor("nb", lambda: None, fake, store, results, SystemClock(), options)
    await executor.open()
    yield executor
    await executor.close()


def asked(run: str) -> Run:
    return Run(run, "nb", "cell", "1", None, "Ada", RunState.QUEUED)


def state(executor: Executor, run: str) -> RunState | None:
    output = executor.results.of_run(run)
    return None if output is None else output.run.state


async def test_ex5_the_end_of_one_runtime_leaves_the_runs_of_the_next_in_the_queue(
    executor: Executor, runtimes: OneRuntime
) -> None:
    await executor.stop()
    runtimes.present = SECOND
    await executor.run([asked("run-of-the-second")], ADA)
    executor.runtime_changed(replace(FIRST, life=Life(RuntimeState.ENDED)))
    assert state(executor, "run-of-the-second") is RunState.QUEUED
    assert executor._queue.current is None
    executor.runtime_changed(replace(SECOND, life=Life(RuntimeState.FAILED, "gone")))
    assert executor._queue.is_empty


@pytest.mark.parametrize(
    "entry",
    [
        {"n": 0, "run": "r", "type": "stream", "content": {}},
        {"n": -1, "run": "r", "type": "stream", "content": {}},
        {"n": 10**30, "run": "r", "type": "stream", "content": {}},
        {"n": 1, "run": None, "type": "kernel", "content": {}},
        {"n": 1, "run": ["r"], "type": "stream", "content": {}},
        {"n": 1, "run": "r", "type": "stream", "content": []},
        "entry",
    ],
)
def test_what_is_no_entry_is_left_out(entry: object) -> None:
    assert not _is_entry(entry)


async def test_a_run_is_told_whatever_its_kernel_says_of_it(executor: Executor) -> None:
    await executor.run([asked("hostile-run")], ADA)
    output = executor.results.of_run("hostile-run")
    assert output is not None
    output.apply({"n": 1, "type": "execute_input", "content": {"execution_count": {"no": "number"}}})
    output.apply({"n": 2, "type": "execute_reply", "content": {"execution_count": 2**70, "status": []}})
    output.apply({"n": 3, "type": "input_request", "content": {"prompt": "\ud800" * 1_000_000}})
    assert output.execution_count is None
    assert output.input_wanted is not None
    assert len(output.input_wanted.model_dump_json()) < 1_000_000


async def test_ex3_a_run_ends_although_the_disk_refused_its_picture_for_a_while(
    executor: Executor, tmp_path: Path
) -> None:
    await executor.run([asked("run-with-a-picture")], ADA)
    current = executor._queue.waiting[0].started(NOW)
    executor._queue = Queue(current)
    executor._tell(current)
    blobs = tmp_path / "outputs" / "nb" / "blobs"
    blobs.parent.mkdir(parents=True, exist_ok=True)
    blobs.write_text("in the way")
    told = [
        ("display_data", {"data": {"text/html": "x" * 100_000}}),
        ("execute_reply", {"status": "ok"}),
        ("status", {"execution_state": "idle"}),
    ]
    entries = [{"n": n, "run": current.id, "type": kind, "content": said} for n, (kind, said) in enumerate(told, 1)]
    with pytest.raises(NotADirectoryError):
        executor._take(entries)
    blobs.unlink()
    await executor._mend()
    executor._take(entries)
    assert state(executor, current.id) is RunState.DONE
    shown = executor.results.shown("cell")
    assert shown is not None
    assert len(shown.outputs()) == 1
