"""Looks at the file that somebody wants run, before anything is started for it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from ownlab.base.errors import BadInput


class NotANotebook(BadInput):
    """The file can not be run; the message says why and what to do."""

    code = "not_a_notebook"


def read_notebook(path: Path) -> bytes:
    """The bytes of the notebook at path.

    Raises:
        NotANotebook: missing, a folder, unreadable, empty, cut off, or anything else than a notebook.
    """
    content = _read(path)
    if not content.strip():
        raise NotANotebook(f"{path} is empty. Restore it from a copy, or name another notebook.")
    notebook = _parse(path, content)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        raise NotANotebook(f"{path} is not a notebook: it is JSON, but without cells. Name a file that ends in .ipynb.")
    _validate(path, content)
    return content


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise NotANotebook(f"{path} is a folder. Name the notebook in it.")
    if path.exists() and not path.is_file():
        raise NotANotebook(f"{path} is a device or a pipe. Name a file that ends in .ipynb.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotANotebook(f"There is no file {path}. Check the path.") from None
    except PermissionError:
        raise NotANotebook(f"{path} may not be read by you. Change its permissions, or copy it.") from None
    except OSError as error:
        raise NotANotebook(f"{path} could not be read: {error.strerror}. Check the path.") from None


def _parse(path: Path, content: bytes) -> Any:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if _could_be_json(content) and error.end >= len(content):
            raise NotANotebook(f"{path} is cut off. Restore it from a copy.") from None
        raise NotANotebook(f"{path} is not a notebook: it is not text. Name a file that ends in .ipynb.") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if _could_be_json(content) and _ends_early(text, error):
            raise NotANotebook(f"{path} is cut off after line {error.lineno}. Restore it from a copy.") from None
        raise NotANotebook(
            f"{path} is not a notebook: line {error.lineno}, column {error.colno} is not JSON. "
            "Name a file that ends in .ipynb."
        ) from None


def _could_be_json(content: bytes) -> bool:
    return content.lstrip().startswith(b"{")


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    """Whether the parser ran out of text: of a word it reports the start, of a string that never ends the quote."""
    longest_word = len("-Infinity")
    return len(text.rstrip()) - error.pos <= longest_word or error.msg.startswith("Unterminated string")


def _validate(path: Path, content: bytes) -> None:
    import nbformat  # heavy

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.reads(content.decode(), as_version=4))  # type: ignore[no-untyped-call]
    except (nbformat.ValidationError, nbformat.reader.NotJSONError, AttributeError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise NotANotebook(
            f"{path} is not a valid notebook: {reason}. Open it in Jupyter and save it, or restore it from a copy."
        ) from None
