"""Progress bars: one look for every long step."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def console() -> Console:
    """Where progress and remarks go: stderr, so that stdout holds results only."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def bar(console: Console) -> Progress:
    """A bar that counts steps and seconds; it stays when it is full. Nothing is drawn where there is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
