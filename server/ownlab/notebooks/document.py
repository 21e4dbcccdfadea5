"""A notebook in its Y document, and out of it again.

Root map "cells": cell id -> { type, source: Text, metadata: Map, position, attachments?, extra? }.
Root map "notebook": { metadata: Map, nbformat, nbformat_minor, extra? }.
`extra` is JSON text which only the server reads: keys that nbformat does not know, and the values of metadata that a
document can not hold exactly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from pycrdt import Array, Doc, Map, Text

from ownlab.notebooks import exact
from ownlab.notebooks.model import CellResult, CellType, ParsedCell, ParsedNotebook, is_cell_id
from ownlab.notebooks.positions import spread

_CELL_TYPES: dict[object, CellType] = {"code": "code", "markdown": "markdown", "raw": "raw"}


def fill_document(doc: Doc[Any], parsed: ParsedNotebook) -> None:
    """Put a notebook into an empty document."""
    cells = cells_of(doc)
    with doc.transaction():
        for cell, position in zip(parsed.cells, spread(len(parsed.cells)), strict=True):
            cells[cell.id] = new_cell(cell, position)
        write_notebook(doc, parsed)


def document_to_notebook(doc: Doc[Any], results: Mapping[str, CellResult]) -> dict[str, Any]:
    """The notebook in a document, as nbformat 4.5 has it; `results` are the outputs by cell id.

    Whatever a client may have written into the document, the result has the form of a notebook.
    """
    cells = cells_of(doc)
    used: set[str] = set()
    saved = []
    with doc.transaction():
        for id in ordered_cells(doc):
            value = saved_cell(cells[id])
            value["id"] = _valid_id(id, used)
            if value["cell_type"] == "code":
                result = results.get(id, CellResult())
                value["execution_count"] = result.execution_count
                value["outputs"] = result.outputs
            saved.append(value)
        return {**_saved_notebook(doc), "cells": saved}


def cells_of(doc: Doc[Any]) -> Map[Any]:
    """The root map of cells."""
    cells: Map[Any] = doc.get("cells", type=Map)
    return cells


def ordered_cells(doc: Doc[Any]) -> list[str]:
    """The ids of all cells, in order."""
    positions = [(_position(cell), id) for id, cell in cells_of(doc).items() if isinstance(cell, Map)]
    return [id for _, id in sorted(positions)]


def _position(cell: Map[Any]) -> str:
    position = cell.get("position")
    return position if isinstance(position, str) else ""


def cell_type(cell: Map[Any]) -> CellType:
    found = cell.get("type")
    return _CELL_TYPES.get(found, "raw") if isinstance(found, str) else "raw"


def cell_source(cell: Map[Any]) -> str:
    """The text of a cell as pages show it."""
    source = cell.get("source")
    return str(source) if isinstance(source, (Text, str)) else ""


def new_cell(parsed: ParsedCell, position: str) -> Map[Any]:
    """A cell to be put into a document."""
    metadata, _ = exact.divide(parsed.metadata)
    values: dict[str, Any] = {
        "type": parsed.type,
        "source": Text(exact.storable_text(parsed.source)),
        "metadata": Map(metadata),
        "position": position,
    }
    if parsed.attachments is not None:
        values["attachments"] = exact.storable(parsed.attachments)
    extra = cell_extra(parsed)
    if extra is not None:
        values["extra"] = extra
    return Map(values)


def cell_extra(parsed: ParsedCell) -> str | None:
    """The entry "extra" of a cell; None if it needs none."""
    return _extra(
        keys=parsed.extra,
        metadata=exact.divide(parsed.metadata)[1],
        attachments=parsed.attachments if exact.needs_exact(parsed.attachments) else None,
        source=parsed.source if exact.needs_exact(parsed.source) else None,
    )


def notebook_extra(parsed: ParsedNotebook) -> str | None:
    """The entry "extra" of the notebook; None if it needs none."""
    return _extra(keys=parsed.extra, metadata=exact.divide(parsed.metadata)[1])


def write_notebook(doc: Doc[Any], parsed: ParsedNotebook) -> None:
    """Make the notebook's own entries those of parsed; what is the same already is left alone."""
    notebook: Map[Any] = doc.get("notebook", type=Map)
    write_mapping(notebook, "metadata", exact.divide(parsed.metadata)[0])
    write_values(
        notebook,
        {"nbformat": 4.0, "nbformat_minor": float(parsed.nbformat_minor), "extra": notebook_extra(parsed)},
    )


def write_mapping(parent: Map[Any], key: str, values: Mapping[str, Any]) -> None:
    """Make the map under key hold these values, touching only what differs."""
    present = parent.get(key)
    if not isinstance(present, Map):
        parent[key] = Map(dict(values))
        return
    for name in [name for name in present.keys() if name not in values]:  # noqa: SIM118
        del present[name]
    write_values(present, values, keep_none=True)


def write_values(target: Map[Any], values: Mapping[str, Any], *, keep_none: bool = False) -> None:
    """Set entries that differ; None removes one, unless it is a value."""
    present = python_values(target, values)
    for name, value in values.items():
        if value is None and not keep_none:
            if name in present:
                del target[name]
        elif name not in present or not exact.is_unchanged(present[name], value):
            target[name] = value


def python_values(source: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Entries of a map as Python values; those of these names, or all. Nothing if it is no map."""
    if not isinstance(source, Map):
        return {}
    found = {name: value for name, value in source.items() if names is None or name in names}
    return {
        name: exact.json_value(value.to_py() if isinstance(value, (Map, Text, Array)) else value)
        for name, value in found.items()
    }


def saved_cell(cell: Map[Any]) -> dict[str, Any]:
    """A cell as the file has it, without id and results."""
    extra = _read_extra(cell)
    source = cell_source(cell)
    saved: dict[str, Any] = _mapping(extra.get("keys"))
    saved["cell_type"] = cell_type(cell)
    saved["metadata"] = exact.rejoin(python_values(cell.get("metadata")), _mapping(extra.get("metadata")))
    kept = extra.get("source")
    saved["source"] = kept if isinstance(kept, str) and exact.storable_text(kept) == source else source
    attachments = cell.get("attachments")
    if isinstance(attachments, Map):
        attachments = attachments.to_py()
    if isinstance(attachments, dict):
        attachments = exact.json_value(attachments)
        kept = extra.get("attachments")
        is_kept = isinstance(kept, dict) and exact.is_unchanged(attachments, kept)
        saved["attachments"] = kept if is_kept else exact.plain(attachments)
    return saved


def _saved_notebook(doc: Doc[Any]) -> dict[str, Any]:
    notebook: Map[Any] = doc.get("notebook", type=Map)
    extra = _read_extra(notebook)
    saved = _mapping(extra.get("keys"))
    saved["metadata"] = exact.rejoin(python_values(notebook.get("metadata")), _mapping(extra.get("metadata")))
    minor = notebook.get("nbformat_minor")
    saved["nbformat"] = 4
    saved["nbformat_minor"] = max(5, int(minor)) if isinstance(minor, (int, float)) and isfinite(minor) else 5
    return saved


def _extra(**parts: Any) -> str | None:
    present = {name: part for name, part in parts.items() if part}
    return json.dumps(present, sort_keys=True) if present else None


def _read_extra(source: Map[Any]) -> dict[str, Any]:
    text = source.get("extra")
    if not isinstance(text, str):
        return {}
    try:
        return _mapping(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _valid_id(id: str, used: set[str]) -> str:
    """The id itself, or one that nbformat allows and that stays the same as long as the id does."""
    if not is_cell_id(id) or id in used:
        id = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    used.add(id)
    return id
