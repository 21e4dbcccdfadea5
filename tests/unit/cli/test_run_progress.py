"""What `ownlab run` shows while the cells run, and which outputs it refuses before anything starts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from ownlab.cli.main import main
from ownlab.cli.progress import bar
from ownlab.cli.run import CellBar


def shown_of_a_run(*, terminal: bool) -> str:
    written = io.StringIO()
    shown = Console(file=written, width=100, force_terminal=terminal, color_system=None)
    with bar(shown) as progress:
        cells = CellBar(progress, shown)
        cells.on_cell_start(1, 2, "x = [1]")
        cells.on_cell_end(1, True, 0.2)
        cells.on_cell_start(2, 2, "x[5]")
        cells.on_error(["Traceback", "\x1b[31mIndexError\x1b[0m: [no] such item"])
        cells.on_cell_end(2, False, 1.23)
    return written.getvalue()


def test_a_log_has_a_line_for_each_cell_and_the_traceback() -> None:
    assert shown_of_a_run(terminal=False).splitlines() == [
        "Cell 1 of 2: x = [1]",
        "Cell 2 of 2: x[5]",
        "Traceback",
        "IndexError: [no] such item",
        "✗ Cell 2 of 2 failed after 1.2 s",
    ]


def test_a_terminal_has_the_traceback_above_the_bar() -> None:
    shown = shown_of_a_run(terminal=True)
    assert shown.index("IndexError: [no] such item") < shown.rindex("Cell 2 of 2: x[5]")
    assert "1/2" in shown


@pytest.mark.parametrize(
    ("output", "told"),
    [("folder", "is a folder. Name a file in it."), ("none/out.ipynb", "Make it first, or name another.")],
)
def test_an_output_that_cannot_be_written_is_told_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str, told: str
) -> None:
    notebook = tmp_path / "work.ipynb"
    notebook.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    (tmp_path / "folder").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(["run", str(notebook), "--output", str(tmp_path / output)])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"{told}\n")
