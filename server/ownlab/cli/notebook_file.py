"""Looks at the file that somebody wants run, before anything is started for it."""

from __future__ import annotations

import json
from pathlib import Path

from ownlab.notebooks.parsing import NotANotebook, load_notebook


def check_notebook(path: Path) -> None:
    """Return if the file at path is a notebook that can be run.

    Raises:
        NotANotebook: missing, a folder, unreadable, empty, cut off, or anything else than a notebook. The message names
            the file.
    """
    content = _read(path)
    try:
        load_notebook(content)
    except NotANotebook as error:
        if _is_cut_off(content):
            raise NotANotebook(f"{path} is cut off: its end is missing. Restore it from a copy.") from error
        raise NotANotebook(f"{path}: {error.message}") from error


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


def _is_cut_off(content: bytes) -> bool:
    """Whether this is the beginning of a JSON object and no more: the parser, or the decoder, ran out of bytes."""
    if not content.lstrip().startswith(b"{"):
        return False
    try:
        text = content.decode()
        json.loads(text)
    except UnicodeDecodeError as error:
        return error.end >= len(content)
    except json.JSONDecodeError as error:
        # Of a word the parser reports the start, of a string that never ends the quote.
        longest_word = len("-Infinity")
        return len(text.rstrip()) - error.pos <= longest_word or error.msg.startswith("Unterminated string")
    except RecursionError:
        return False
    return False
