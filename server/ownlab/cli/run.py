"""`ownlab run`: a local notebook through the same path as in the browser, from the command line."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from ownlab.base.errors import BadInput
from ownlab.cli.env import make_environment
from ownlab.cli.notebook_file import check_notebook
from ownlab.cli.progress import bar, console

_LONGEST_LINE = 60


def run(
    notebook: Annotated[Path, typer.Argument(help="The notebook. The files of its folder are beside it as it runs.")],
    output: Annotated[
        Path | None, typer.Option(help="Where the executed notebook goes [default: NAME.executed.ipynb beside it]")
    ] = None,
    env: Annotated[str | None, typer.Option(help="The environment [default: the one of OWNLAB_ENVIRONMENT]")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that one cell may take", min=0.001)] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder [default: OWNLAB_DATA]")] = None,
) -> None:
    """Run a notebook and write it with its outputs. What ran is written also when a cell fails (status 1)."""
    check_notebook(notebook)
    target = _checked_output(output or notebook.with_suffix(".executed.ipynb"))
    shown = console()
    from ownlab.lab.headless import run_notebook
    from ownlab.lab.options import read_options

    options = read_options(os.environ, data)
    environment = env or options.runtimes.environment
    make_environment(options.agent.environments, environment, shown)
    with bar(shown) as progress:
        running = run_notebook(
            options,
            notebook,
            target,
            environment=environment,
            cell_timeout_s=timeout,
            progress=CellBar(progress, shown),
        )
        try:
            passed = asyncio.run(_until_terminated(running))
        except asyncio.CancelledError:
            raise typer.Exit(128 + signal.SIGTERM) from None
    shown.print(f"Written to {target}.")
    if not passed:
        raise typer.Exit(1)


async def _until_terminated(running: Coroutine[None, None, bool]) -> bool:
    """Its result. SIGTERM ends it as Ctrl+C does: the runtime is ended before this process."""
    task = asyncio.create_task(running)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


class CellBar:
    """A bar over the cells; what fails is printed above it at once."""

    def __init__(self, progress: Progress, shown: Console) -> None:
        self._progress = progress
        self._console = shown
        self._task = progress.add_task("Starting a runtime", total=None)
        self._cell = ""

    def on_cell_start(self, index: int, total: int, first_line: str) -> None:
        self._cell = f"Cell {index} of {total}"
        short = first_line if len(first_line) <= _LONGEST_LINE else f"{first_line[: _LONGEST_LINE - 1]}…"
        words = Text(f"{self._cell}: {short}")
        if not self._console.is_terminal:
            self._console.print(words)
        self._progress.update(self._task, total=total, completed=index - 1, description=words.markup)

    def on_cell_end(self, index: int, ok: bool, seconds: float) -> None:
        if ok:
            self._progress.update(self._task, completed=index)
        else:
            self._console.print(Text(f"✗ {self._cell} failed after {seconds:.1f} s", style="bold red"))

    def on_error(self, traceback: list[str]) -> None:
        self._console.print(Text.from_ansi("\n".join(traceback)))


def _checked_output(path: Path) -> Path:
    if path.is_dir():
        raise BadInput(f"--output {path} is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise BadInput(f"--output {path}: there is no folder {path.parent}. Make it first, or name another.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadInput(f"--output {path} may not be written by you. Name another file.")
    return path
