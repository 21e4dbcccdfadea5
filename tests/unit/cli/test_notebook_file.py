"""What `ownlab run` says about a file that is no notebook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownlab.cli.notebook_file import check_notebook
from ownlab.notebooks.parsing import NotANotebook

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "print('é')", "outputs": [], "execution_count": None}
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
CONTENT = json.dumps(NOTEBOOK, indent=1, ensure_ascii=False).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "work.ipynb"


def problem(path: Path) -> str:
    with pytest.raises(NotANotebook) as raised:
        check_notebook(path)
    message = raised.value.message
    assert "\n" not in message
    return message.replace(str(path), "FILE")


def test_a_notebook_passes(file: Path) -> None:
    file.write_bytes(CONTENT)
    check_notebook(file)


def test_a_notebook_of_format_3_passes(file: Path) -> None:
    file.write_text(json.dumps({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]}))
    check_notebook(file)


def test_a_missing_file_is_told(file: Path) -> None:
    assert problem(file) == "There is no file FILE. Check the path."


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert problem(tmp_path) == "FILE is a folder. Name the notebook in it."


def test_an_empty_file_is_told(file: Path) -> None:
    file.write_bytes(b" \n")
    assert problem(file).startswith("FILE: The file is empty.")


@pytest.mark.parametrize("length", range(2, len(CONTENT) - 1))
def test_a_file_cut_off_anywhere_is_told(file: Path, length: int) -> None:
    file.write_bytes(CONTENT[:length])
    assert problem(file).startswith("FILE is cut off")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"print('hello')", "line 1, column 1 is not JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text"),
        (b'{"a": 1}', "it has no cells"),
        (b"[1, 2]", "is JSON but not a notebook"),
        (b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5}', "it has no cells"),
        (b'{"cells": [], "nbformat": 9, "nbformat_minor": 0}', "has format 9"),
    ],
)
def test_anything_else_is_told(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    told = problem(file)
    assert told.startswith("FILE: ")
    assert reason in told
