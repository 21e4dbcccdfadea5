"""A file that changed on disk, brought into the document as the edits that its author made.

Only what differs is touched: characters of a source, keys of a metadata, cells that came, went or moved. So edits
that somebody made meanwhile, offline or in another room, land where they belong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from pycrdt import Doc, Map, Text

from ownlab.notebooks import exact
from ownlab.notebooks.document import (
    cell_extra,
    cell_source,
    cell_type,
    cells_of,
    new_cell,
    ordered_cells,
    write_mapping,
    write_notebook,
    write_values,
)
from ownlab.notebooks.model import ParsedCell, ParsedNotebook
from ownlab.notebooks.positions import is_position, spread

_LINES_EXACT = 2_000
_CHARACTERS_EXACT = 250_000


def apply_file_change(doc: Doc[Any], parsed: ParsedNotebook) -> list[str]:
    """Make the document say what the file says. Returns the ids of the cells that were added, in order."""
    aligned = align(doc, parsed)
    cells = cells_of(doc)
    with doc.transaction():
        wanted = {cell.id: cell for cell in aligned.cells}
        for id in [id for id in cells.keys() if id not in wanted]:  # noqa: SIM118
            del cells[id]
        positions = _positions(doc, [cell.id for cell in aligned.cells])
        added = []
        for id, cell in wanted.items():
            present = cells.get(id)
            if isinstance(present, Map):
                _write_cell(present, cell)
                if id in positions:
                    present["position"] = positions[id]
            else:
                cells[id] = new_cell(cell, positions[id])
                added.append(id)
        write_notebook(doc, aligned)
    return added


def align(doc: Doc[Any], parsed: ParsedNotebook) -> ParsedNotebook:
    """The parsed notebook with the document's ids for cells that had none of their own, found by their text."""
    nameless = [cell for cell in parsed.cells if not cell.has_own_id]
    if not nameless:
        return parsed
    cells = cells_of(doc)
    named = {cell.id for cell in parsed.cells if cell.has_own_id}
    free = [id for id in ordered_cells(doc) if id not in named]
    before = [(cell_type(cells[id]), cell_source(cells[id])) for id in free]
    after = [(cell.type, exact.storable_text(cell.source)) for cell in nameless]
    ids: dict[str, str] = {}
    for _, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for old, new in zip(range(start, end), range(new_start, new_end), strict=False):
            if before[old][0] == after[new][0]:
                ids[nameless[new].id] = free[old]
    return replace(
        parsed,
        cells=tuple(replace(cell, id=ids.get(cell.id, cell.id)) for cell in parsed.cells),
        results={ids.get(id, id): result for id, result in parsed.results.items()},
    )


def edit_text(text: Text, new: str) -> None:
    """Turn text into new by inserting and removing only what differs."""
    old = str(text)
    if old == new:
        return
    for start, end, replacement in reversed(_edits(old, new)):
        first = len(old[:start].encode())
        last = first + len(old[start:end].encode())
        if last > first:
            del text[first:last]
        if replacement:
            text.insert(first, replacement)


def _write_cell(present: Map[Any], cell: ParsedCell) -> None:
    source = present.get("source")
    if isinstance(source, Text):
        edit_text(source, exact.storable_text(cell.source))
    else:
        present["source"] = Text(exact.storable_text(cell.source))
    write_mapping(present, "metadata", exact.divide(cell.metadata)[0])
    attachments = None if cell.attachments is None else exact.storable(cell.attachments)
    write_values(present, {"type": cell.type, "attachments": attachments, "extra": cell_extra(cell)})


def _edits(old: str, new: str) -> list[tuple[int, int, str]]:
    """Replacements that turn old into new: by lines, and inside of changed lines by characters."""
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    is_exact = len(old_lines) * len(new_lines) <= _LINES_EXACT**2
    edits: list[tuple[int, int, str]] = []
    offsets = [0]
    for line in old_lines:
        offsets.append(offsets[-1] + len(line))
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=not is_exact)
    for kind, first, last, new_first, new_last in matcher.get_opcodes():
        if kind == "equal":
            continue
        start, end = offsets[first], offsets[last]
        replacement = "".join(new_lines[new_first:new_last])
        if kind == "replace" and (end - start) * len(replacement) <= _CHARACTERS_EXACT:
            edits += _character_edits(old[start:end], replacement, start)
        else:
            edits.append((start, end, replacement))
    return edits


def _character_edits(old: str, new: str, offset: int) -> list[tuple[int, int, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (offset + start, offset + end, new[new_start:new_end])
        for kind, start, end, new_start, new_end in matcher.get_opcodes()
        if kind != "equal"
    ]


def _positions(doc: Doc[Any], wanted: Sequence[str]) -> dict[str, str]:
    """New positions for as few cells as can be, so that the cells stand in the wanted order."""
    cells = cells_of(doc)
    present = {id: index for index, id in enumerate(ordered_cells(doc))}
    kept = _longest_rising([present[id] for id in wanted if id in present])
    staying: dict[str, str] = {}
    last = ""
    for id in wanted:
        position = cells[id].get("position") if id in present and present[id] in kept else None
        if isinstance(position, str) and is_position(position) and position > last:
            staying[id] = last = position
    positions: dict[str, str] = {}
    moving: list[str] = []
    before: str | None = None
    for border in [*wanted, None]:
        if border is not None and border not in staying:
            moving.append(border)
            continue
        after = staying[border] if border is not None else None
        positions.update(zip(moving, spread(len(moving), before, after), strict=True))
        moving.clear()
        before = after
    return positions


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence of distinct values."""
    tails: list[int] = []
    previous: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(tails, value)
        previous[value] = tails[place - 1] if place else None
        tails[place : place + 1] = [value]
    found: set[int] = set()
    step = tails[-1] if tails else None
    while step is not None:
        found.add(step)
        step = previous[step]
    return found
