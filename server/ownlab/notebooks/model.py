"""A notebook as its file holds it, taken apart: what goes into the document, and what the cells printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CellType = Literal["code", "markdown", "raw"]

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class CellResult:
    """What a code cell printed when it last ran, as nbformat 4.5 has it."""

    execution_count: int | None = None
    outputs: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class ParsedCell:
    """A cell without its results. `extra` holds the keys of the file that nbformat does not know."""

    id: str
    type: CellType
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    has_own_id: bool = True
    """Whether the id was in the file; otherwise it was made when the file was read."""


@dataclass(frozen=True)
class ParsedNotebook:
    """A notebook in the newest form of nbformat 4, whatever form its file had."""

    cells: tuple[ParsedCell, ...] = ()
    results: Mapping[str, CellResult] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    nbformat_minor: int = 5


def is_cell_id(value: object) -> bool:
    """Whether value can be the id of a cell (nbformat 4.5)."""
    return isinstance(value, str) and _CELL_ID.fullmatch(value) is not None
