"""`ownlab serve`: the server, until it is stopped."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from ownlab.base.files import write_atomically
from ownlab.cli.env import make_environment
from ownlab.cli.link import ADDRESS
from ownlab.cli.progress import console


def serve(
    data: Annotated[Path | None, typer.Option(help="The folder that holds everything OwnLab keeps.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.", min=0, max=65535)] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Start OwnLab and print a link that signs in."""
    shown = console()
    from ownlab.lab.options import read_options
    from ownlab.web.server import serve as serve_page

    options = read_options(os.environ, data, host=host, port=port)
    make_environment(options.agent.environments, options.runtimes.environment, shown)

    def ready(link: str) -> None:
        write_atomically(options.data / ADDRESS, link.partition("/signin")[0].encode())
        shown.print(f"\nOwnLab is running. Open this link to sign in:\n\n    {link}\n", style="bold")
        shown.print("It signs in once. For another one: ownlab link. To stop OwnLab: Ctrl+C.")
        if browser and _has_desktop():
            webbrowser.open(link)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve_page(options, ready))


def _has_desktop() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
