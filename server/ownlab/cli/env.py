"""`ownlab env`: the environments that notebooks run in."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from ownlab.cli.progress import bar, console

if TYPE_CHECKING:
    from ownlab.agent.build import BuildProgress
    from ownlab.agent.environments import Environment

app = typer.Typer(help="The environments that notebooks run in.", no_args_is_help=True)

_Data = Annotated[Path | None, typer.Option(help="The folder that holds everything OwnLab keeps.")]

_PHASES = {
    "create": "Making the folder",
    "resolve": "Choosing versions",
    "download": "Downloading",
    "install": "Installing",
    "compile": "Compiling",
    "finish": "Finishing",
}


@app.command("build")
def build(name: Annotated[str, typer.Argument(help="Its name, such as core.")], data: _Data = None) -> None:
    """Build an environment, as a new version. Runtimes that run keep the one they have."""
    shown = console()
    built = _build(_environments(data), name, shown)
    shown.print(f"Built {built.name}@{built.version}: Python {built.python_version}, {len(built.packages)} packages.")


@app.command("list")
def list_(data: _Data = None) -> None:
    """List the environments that are built, the newest version of each first."""
    from ownlab.agent.environments import list_environments

    table = Table("environment", "version", "Python", "packages", "built", box=None, pad_edge=False)
    for found in list_environments(_environments(data)):
        built = datetime.fromtimestamp(found.built_at).astimezone()
        table.add_row(
            found.name, found.version, found.python_version, str(len(found.packages)), f"{built:%Y-%m-%d %H:%M}"
        )
    if table.row_count:
        Console().print(table)
    else:
        console().print("No environment is built. Build the default one: ownlab env build core")


def make_environment(environments: Path, wanted: str, shown: Console) -> None:
    """Build the environment with a bar unless it is there. One that is named with its version is never built."""
    from ownlab.agent.environments import find_environment
    from ownlab.agent.errors import EnvironmentMissing

    try:
        find_environment(environments, wanted)
    except EnvironmentMissing:
        if "@" in wanted:
            raise
        shown.print(f"Building the environment {wanted!r}. This is done once and takes a minute or two.")
        _build(environments, wanted, shown)


def _build(environments: Path, name: str, shown: Console) -> Environment:
    from ownlab.agent.build import build

    environments.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with bar(shown) as progress:
        task = progress.add_task(_PHASES["create"], total=None)
        begun: set[str] = set()

        def show(step: BuildProgress) -> None:
            if step.phase not in begun and not shown.is_terminal:
                shown.print(f"{_PHASES[step.phase]} ...")
            begun.add(step.phase)
            words = f"{_PHASES[step.phase]} {step.detail}".strip()
            progress.update(task, description=words, completed=step.done, total=step.total or None)

        return asyncio.run(build(environments, name, progress=show))


def _environments(data: Path | None) -> Path:
    from ownlab.lab.options import read_options

    return read_options(os.environ, data).agent.environments
