"""`ownlab doctor`: what this machine allows, what is wrong with it, and what to do."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failure": ("✗", "red")}


def doctor(
    data: Annotated[Path | None, typer.Option(help="The folder that holds everything OwnLab keeps.")] = None,
    host: Annotated[str | None, typer.Option(help="The address that OwnLab is to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port that OwnLab is to listen on.", min=0, max=65535)] = None,
) -> None:
    """Check this machine. Status 1 when OwnLab can not run on it as it is."""
    from ownlab.agent.doctor import diagnose
    from ownlab.lab.options import read_options

    options = read_options(os.environ, data, host=host, port=port)
    findings = asyncio.run(diagnose(options.agent, options.server.host, options.server.port))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        mark, colour = _MARKS[finding.level]
        told = Text(finding.message)
        if finding.remedy:
            told.append(f"\n→ {finding.remedy}", style=colour)
        table.add_row(Text(mark, style=f"bold {colour}"), Text(finding.name, style="bold"), told)
    Console().print(table)
    if any(finding.level == "failure" for finding in findings):
        raise typer.Exit(1)
