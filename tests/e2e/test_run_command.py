"""`ownlab run`, as somebody at a terminal uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest


class Ran:
    """What one `ownlab run` said, its status and the notebook that it wrote."""

    def __init__(self, ended: subprocess.CompletedProcess[str], output: Path) -> None:
        self.status = ended.returncode
        self.said = ended.stderr
        self.output = output

    def cells(self) -> list[Any]:
        notebook = nbformat.read(self.output, as_version=4)
        nbformat.validate(notebook)
        return [cell for cell in notebook.cells if cell.cell_type == "code"]


class Terminal:
    """Runs `ownlab run` with a data folder of its own."""

    def __init__(self, folder: Path, environments: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "OWNLAB_DATA": str(folder / "data"), "OWNLAB_ENVIRONMENTS": str(environments)}

    def command(self, notebook: Path, *arguments: str) -> list[str]:
        output = self.folder / "out.ipynb"
        return [sys.executable, "-m", "ownlab", "run", str(notebook), "--output", str(output), *arguments]

    def run(self, notebook: Path, *arguments: str) -> Ran:
        ended = subprocess.run(
            self.command(notebook, *arguments),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        return Ran(ended, self.folder / "out.ipynb")

    def notebook(self, *sources: str) -> Path:
        path = self.folder / "made.ipynb"
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        nbformat.write(made, path)
        return path


@pytest.fixture
def terminal(tmp_path: Path, environments: Path) -> Terminal:
    return Terminal(tmp_path, environments)


def test_a_real_notebook_runs_with_the_file_beside_it(terminal: Terminal, corpus: Path) -> None:
    ran = terminal.run(corpus / "stat453" / "L03" / "code" / "perceptron-numpy.ipynb")
    assert ran.status == 0, ran.said
    outputs = [output for cell in ran.cells() for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "error"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2


def test_what_ran_before_a_failing_cell_is_kept(terminal: Terminal) -> None:
    ran = terminal.run(
        terminal.notebook("print('one')", "1 + 1", "raise ValueError('no [such] thing')", "print('four')")
    )
    assert ran.status == 1
    assert "ValueError: no [such] thing" in ran.said
    first, second, third, fourth = ran.cells()
    assert first.outputs[0].text == "one\n"
    assert second.outputs[0].data["text/plain"] == "2"
    assert third.outputs[0].ename == "ValueError"
    assert (fourth.execution_count, fourth.outputs) == (None, [])


def test_a_cell_that_takes_too_long_is_ended(terminal: Terminal) -> None:
    ran = terminal.run(terminal.notebook("print('begun', flush=True); import time; time.sleep(600)"), "--timeout", "2")
    assert ran.status == 1
    assert "took longer than 2 s" in ran.said
    (cell,) = ran.cells()
    assert cell.outputs[0].text == "begun\n"


def test_a_file_that_is_no_notebook_is_told_in_one_sentence(terminal: Terminal) -> None:
    broken = terminal.folder / "broken.ipynb"
    broken.write_bytes(terminal.notebook("1").read_bytes()[:-20])
    ran = terminal.run(broken)
    assert (ran.status, ran.said) == (2, f"ownlab: {broken} is cut off: its end is missing. Restore it from a copy.\n")
    assert not ran.output.exists()


def test_an_environment_that_is_not_there_is_told(terminal: Terminal) -> None:
    ran = terminal.run(terminal.notebook("1"), "--env", "core@none")
    assert ran.status == 1
    assert "'core@none' is not built" in ran.said
    assert len(ran.said.splitlines()) == 1


def test_nothing_goes_on_after_the_command_is_ended(terminal: Terminal) -> None:
    process = subprocess.Popen(
        terminal.command(terminal.notebook("import time; time.sleep(600)")),
        env={**terminal.environment, "TMPDIR": str(terminal.folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _until(lambda: any(terminal.folder.glob("ownlab-run-*/agent/runtimes/*")), "a runtime is there")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    _until(lambda: not _agents_below(terminal.folder), "the agent is gone")


def _agents_below(folder: Path) -> list[str]:
    """The agents that keep their things in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if "ownlab.agent" in command and any(word.startswith(str(folder)) for word in command):
            found.append(" ".join(command))
    return found


def _until(condition: Any, what: str, deadline_s: float = 60) -> None:
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, f"not in {deadline_s} s: {what}"
        time.sleep(0.05)
