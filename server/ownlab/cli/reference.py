"""Writes docs/reference/: every option, command and HTTP route, from their declarations in the code.

`python -m ownlab.cli.reference FOLDER` writes the pages; a test holds those in git against what this module says.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ownlab.base.options import describe
from ownlab.cli.main import app
from ownlab.lab.options import LabOptions
from ownlab.web.app import make_api

_MADE = "<!-- Made by ./dev contract from the code; edit that, not this page. -->"


def pages() -> dict[str, str]:
    """The text of each page, by its file name."""
    return {"options.md": options_page(), "command-line.md": command_page(), "http.md": http_page()}


def options_page() -> str:
    """Every option with its environment variable, one table a domain."""
    return _page(
        "Options",
        "Each option is an environment variable of `ownlab serve` and `ownlab run`. "
        "One that a command also takes as an argument, such as `--port`, is overruled by it.",
        _option_tables(),
    )


def command_page() -> str:
    """Every command with its arguments."""
    return _page(
        "Command line",
        "Status 0: done. 1: it failed, or a cell did. 2: what was given can not be used. "
        "`OWNLAB_DEBUG=1` adds a traceback to the sentence that tells of a failure.",
        _commands(typer.main.get_command(app), "ownlab"),
    )


def http_page() -> str:
    """Every route, and where the messages are described."""
    return _page(
        "HTTP",
        "What the page uses, and any other program may: sign in with a link, keep the cookie. "
        "Bodies and the messages of the WebSocket are described in `contract/openapi.json`. "
        "Every error is `{code, message, fields}`.",
        _routes(),
    )


def _page(title: str, opening: str, lines: Iterator[str]) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", opening, "", *lines]).rstrip() + "\n"


def _option_tables() -> Iterator[str]:
    kinds = typing.get_type_hints(LabOptions)
    for field in dataclasses.fields(LabOptions):
        if not dataclasses.is_dataclass(kinds[field.name]):
            continue
        yield from (f"## {field.name.capitalize()}", "", "| variable | default | what it sets |", "|---|---|---|")
        for entry in describe(typing.cast("type[Any]", kinds[field.name])):
            default = f"`{entry.default}`" if entry.default else "none"
            unit = f" {entry.unit}" if entry.unit else ""
            yield f"| `{entry.variable}` | {default}{unit} | {_sentence(entry.help)} |"
        yield ""


def _commands(command: Any, name: str) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not children:
        arguments = [f"{parameter.name.upper()}" for parameter in command.params if not _is_option(parameter)]
        yield from (f"## {name}", "", f"`{' '.join([name, *arguments, '[OPTIONS]'])}`", "", command.help, "")
        yield from (f"- `{_written(parameter)}`: {_sentence(parameter.help)}" for parameter in command.params)
        yield ""
    for child in children.values():
        yield from _commands(child, f"{name} {child.name}")


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts[0].startswith("-"))


def _written(parameter: Any) -> str:
    if not _is_option(parameter):
        return str(parameter.name).upper()
    flags = "/".join([*parameter.opts, *parameter.secondary_opts])
    return flags if parameter.is_flag else f"{flags} {str(parameter.name).upper()}"


def _routes() -> Iterator[str]:
    yield from ("| method | path | what it does |", "|---|---|---|")
    for path, methods in make_api().openapi()["paths"].items():
        for method, route in methods.items():
            told = (route.get("description") or route.get("summary", "")).split("\n\n")[0].replace("\n", " ")
            yield f"| {method.upper()} | `{path}` | {_sentence(told)} |"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "]")) else f"{text}."


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
