"""`.ipynb` in and out, as bytes. Between them lies the document: see `ownlab.notebooks.document`."""

from __future__ import annotations

import json
import re
from typing import Any

from ownlab.notebooks.parsing import load_notebook

__all__ = ["dump", "load_notebook"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_SPLIT = 256 * 1024
_SPLIT_MIMES = frozenset({"application/javascript", "image/svg+xml"})


def dump(notebook: dict[str, Any]) -> bytes:
    """The bytes of an `.ipynb`, in the layout of nbformat: sorted keys, texts as lines, an indent of one."""
    saved = {**notebook, "cells": [_split_cell(cell) for cell in notebook["cells"]]}
    text = json.dumps(saved, sort_keys=True, indent=1, separators=(",", ": "), ensure_ascii=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text).encode()


def _split_cell(cell: dict[str, Any]) -> dict[str, Any]:
    split = {**cell, "source": cell["source"].splitlines(keepends=True)}
    if isinstance(attachments := cell.get("attachments"), dict):
        split["attachments"] = {name: _split_bundle(bundle) for name, bundle in attachments.items()}
    if cell["cell_type"] == "code":
        split["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return split


def _lines(text: str) -> str | list[str]:
    """Text as lines, so that versions of a file compare well; a very long one stays whole, which is far quicker."""
    return text.splitlines(keepends=True) if len(text) <= _LONGEST_SPLIT else text


def _split_output(output: Any) -> Any:
    match output:
        case {"output_type": "stream", "text": str(text)}:
            return {**output, "text": _lines(text)}
        case {"output_type": "display_data" | "execute_result", "data": dict(data)}:
            return {**output, "data": _split_bundle(data)}
    return output


def _split_bundle(bundle: Any) -> Any:
    if not isinstance(bundle, dict):
        return bundle
    return {
        mime: _lines(payload)
        if isinstance(payload, str) and (mime.startswith("text/") or mime in _SPLIT_MIMES)
        else payload
        for mime, payload in bundle.items()
    }
