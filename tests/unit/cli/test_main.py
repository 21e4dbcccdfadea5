"""What the command `ownlab` makes of its arguments, and of what goes wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownlab import __version__
from ownlab.base.errors import BadInput, Unavailable
from ownlab.cli.main import app, main


@pytest.fixture(autouse=True)
def no_options_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OWNLAB_")]:
        monkeypatch.delenv(name)


def status(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """A command `fail` that raises what this list holds."""
    raised: list[Exception] = []

    def fail() -> None:
        raise raised[0]

    monkeypatch.setattr(app, "registered_commands", list(app.registered_commands))
    app.command("fail")(fail)
    return raised


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert (status("--version"), capsys.readouterr().out) == (0, f"ownlab {__version__}\n")


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("--help") == 0
    help = capsys.readouterr().out
    assert [name for name in ("serve", "run", "doctor", "link", "env") if f"  {name} " not in help] == []


def test_options_alone_are_those_of_serve(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("--port", "none") == 2
    assert "ownlab serve" in capsys.readouterr().err


def test_an_unknown_command_is_status_2() -> None:
    assert status("sevre") == 2


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BadInput("No."), (2, "ownlab: No.\n")),
        (Unavailable("Not now."), (1, "ownlab: Not now.\n")),
        (
            OSError(28, "No space left on device", "/x"),
            (1, "ownlab: No space left on device: /x. Correct that and try again.\n"),
        ),
        (
            KeyError("x"),
            (1, "ownlab: OwnLab met something it did not expect (KeyError: 'x'). OWNLAB_DEBUG=1 shows where.\n"),
        ),
    ],
)
def test_a_failure_is_one_sentence(
    failing: list[Exception],
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    expected: tuple[int, str],
) -> None:
    failing.append(error)
    assert (status("fail"), capsys.readouterr().err) == expected


def test_debug_adds_the_traceback(
    failing: list[Exception], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWNLAB_DEBUG", "1")
    failing.append(BadInput("No."))
    assert status("fail") == 2
    assert capsys.readouterr().err.startswith("ownlab: No.\nTraceback")


def test_a_notebook_that_cannot_be_run_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.ipynb"
    assert status("run", str(missing)) == 2
    assert capsys.readouterr().err == f"ownlab: There is no file {missing}. Check the path.\n"


def test_link_without_a_server_says_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("link", "--data", str(tmp_path)) == 1
    assert capsys.readouterr().err == f"ownlab: No server keeps its things in {tmp_path}. Start one: ownlab serve\n"


def test_env_list_says_what_to_do_when_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("env", "list", "--data", str(tmp_path)) == 0
    assert "ownlab env build core" in capsys.readouterr().err
