"""The command `ownlab`: puts the commands together and words what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from ownlab import __version__
from ownlab.base.errors import BadInput, LabError
from ownlab.cli import doctor, env, link, run, serve

_INPUT_CANNOT_BE_USED = 2

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("run")(run.run)
app.command("doctor")(doctor.doctor)
app.command("link")(link.link)
app.add_typer(env.app, name="env")


@app.callback()
def ownlab(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and end.")] = False,
) -> None:
    """Google Colab on hardware you own. `ownlab` alone is `ownlab serve`."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and end the process with its status.

    0: done; 1: it failed; 2: what was given can not be used. A failure is told in one sentence on stderr; with
    OWNLAB_DEBUG=1 a traceback follows it.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given == ["--version"]:
        print(f"ownlab {__version__}")  # noqa: T201
        sys.exit(0)
    try:
        app(_with_command(given), prog_name="ownlab")
    except LabError as error:
        _tell(error.message)
        sys.exit(_INPUT_CANNOT_BE_USED if isinstance(error, BadInput) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        _tell(
            f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}. Correct that and try again."
        )
        sys.exit(1)
    except Exception as error:
        _tell(f"OwnLab met something it did not expect ({type(error).__name__}: {error}). OWNLAB_DEBUG=1 shows where.")
        sys.exit(1)
    sys.exit(0)


def _with_command(given: list[str]) -> list[str]:
    names_none = not given or (given[0].startswith("-") and given[0] not in ("-h", "--help"))
    return ["serve", *given] if names_none else given


def _tell(sentence: str) -> None:
    """Must be called where the exception is handled."""
    print(f"ownlab: {sentence}", file=sys.stderr)  # noqa: T201
    if os.environ.get("OWNLAB_DEBUG") == "1":
        sys.excepthook(*sys.exc_info())
