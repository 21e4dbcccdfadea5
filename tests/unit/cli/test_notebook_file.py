"""What `ownlab run` says about a file that is no notebook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownlab.cli.notebook_file import NotANotebook, read_notebook

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
        read_notebook(path)
    message = raised.value.message
    assert "\n" not in message
    return message.replace(str(path), "FILE")


def test_a_notebook_is_read_as_it_is(file: Path) -> None:
    file.write_bytes(CONTENT)
    assert read_notebook(file) == CONTENT


def test_a_notebook_of_format_3_is_read(file: Path) -> None:
    file.write_text(json.dumps({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]}))
    assert read_notebook(file)


def test_a_missing_file_is_told(file: Path) -> None:
    assert problem(file) == "There is no file FILE. Check the path."


def test_a_folder_is_told(tmp_path: Path) -> None:
    assert problem(tmp_path) == "FILE is a folder. Name the notebook in it."


def test_an_empty_file_is_told(file: Path) -> None:
    file.write_bytes(b" \n")
    assert problem(file) == "FILE is empty. Restore it from a copy, or name another notebook."


@pytest.mark.parametrize("length", range(2, len(CONTENT) - 1))
def test_a_file_cut_off_anywhere_is_told(file: Path, length: int) -> None:
    file.write_bytes(CONTENT[:length])
    assert problem(file).startswith("FILE is cut off")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"print('hello')", "is not a notebook: line 1, column 1 is not JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a notebook: it is not text"),
        (b'{"a": 1}', "is not a notebook: it is JSON, but without cells"),
        (b"[1, 2]", "is not a notebook: it is JSON, but without cells"),
        (b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5}', "is not a notebook: it is JSON, but without cells"),
        (
            b'{"cells": [], "nbformat": 9, "nbformat_minor": 0}',
            "is not a valid notebook: Unsupported nbformat version 9",
        ),
        (b'{"cells": [{"x": 1}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is not a valid notebook: "),
    ],
)
def test_anything_else_is_told(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    assert problem(file).startswith(f"FILE {reason}")
