"""Notebook files, read: every version of the format, and files that other tools left in disorder.

Nothing that a file holds is dropped. What has no place in a valid notebook is kept in the metadata of its cell, under
"ownlab_malformed", so that what is saved is valid.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ownlab.base.errors import BadInput
from ownlab.base.ids import new_id
from ownlab.notebooks.model import CellResult, CellType, ParsedCell, ParsedNotebook, is_cell_id

MALFORMED = "ownlab_malformed"
MALFORMED_OUTPUT = "application/vnd.ownlab.malformed+json"

_DEEPEST = 200
_NEWEST_MINOR = 5
_JSON_MIME = re.compile(r"application/(.*\+)?json")
_CELL_TYPES: dict[object, CellType] = {"code": "code", "markdown": "markdown", "raw": "raw"}
_CELL_KEYS = frozenset({"cell_type", "id", "source", "metadata", "attachments"})
_RESULT_KEYS = frozenset({"outputs", "execution_count"})
_NOTEBOOK_KEYS = frozenset({"cells", "metadata", "nbformat", "nbformat_minor"})


class NotANotebook(BadInput):
    """The file is not a notebook that can be opened."""

    code = "not_a_notebook"


def load_notebook(raw: bytes) -> ParsedNotebook:
    """Read the bytes of an `.ipynb` of any version. Cells without a valid id of their own get one.

    Raises:
        NotANotebook: the message says what is wrong with the file.
    """
    try:
        notebook = _parse(raw)
        notebook = _upgraded(notebook)
        if _is_deeper(notebook, _DEEPEST):
            raise NotANotebook("This notebook nests its data too deeply. Re-create it with the tool that made it.")
    except RecursionError:
        raise NotANotebook(
            "This notebook nests its data too deeply. Re-create it with the tool that made it."
        ) from None
    return _parsed(notebook)


def _parse(raw: bytes) -> dict[str, Any]:
    if not raw.strip(b" \t\r\n\0"):
        raise NotANotebook("The file is empty. Pick another file, or make a new notebook.")
    try:
        text = raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError as error:
        raise NotANotebook(
            f"The file is not a notebook: byte {error.start + 1:,} is not text. Pick a file that ends in .ipynb."
        ) from None
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise NotANotebook(
            f"The file is not a notebook, or it is damaged: line {error.lineno}, column {error.colno} is not JSON "
            f"({error.msg}). Pick another file, or repair it in a text editor."
        ) from None
    except ValueError as error:
        raise NotANotebook(f"The file can not be read as a notebook: {error}.") from None
    if not isinstance(value, dict):
        raise NotANotebook("The file is JSON but not a notebook. Pick a file that ends in .ipynb.")
    return value


def _upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    """In the form of nbformat 4."""
    version = notebook.get("nbformat")
    if type(version) is not int:
        version = 4 if isinstance(notebook.get("cells"), list) else 3
    if version > 4:
        raise NotANotebook(
            f"This notebook has format {version}, and OwnLab reads formats up to 4. Save it in format 4 and try again."
        )
    if version == 4:
        return notebook
    if not isinstance(notebook.get("worksheets", notebook.get("cells")), list):
        raise NotANotebook("The file is JSON but not a notebook: it has no cells. Pick a file that ends in .ipynb.")
    import nbformat  # heavy, and seldom needed

    try:
        node = nbformat.versions[version].to_notebook_json(notebook)
        upgraded: dict[str, Any] = json.loads(json.dumps(nbformat.convert(node, 4)))  # type: ignore[no-untyped-call]
    except Exception as error:
        raise NotANotebook(
            f"This notebook of the old format {version} is damaged ({error}). Open and save it in Jupyter first."
        ) from error
    for added in ("orig_nbformat", "orig_nbformat_minor"):
        if isinstance(upgraded.get("metadata"), dict):
            upgraded["metadata"].pop(added, None)
    for cell in upgraded.get("cells", []):
        cell.pop("id", None)
    return upgraded


def _parsed(notebook: dict[str, Any]) -> ParsedNotebook:
    values = notebook.get("cells")
    if not isinstance(values, list):
        raise NotANotebook("The file is JSON but not a notebook: it has no cells. Pick a file that ends in .ipynb.")
    ids = _Ids(values)
    cells: list[ParsedCell] = []
    results: dict[str, CellResult] = {}
    for value in values:
        cell, result = _parsed_cell(value, ids)
        cells.append(cell)
        if result is not None:
            results[cell.id] = result
    malformed: dict[str, Any] = {}
    metadata = _expected(notebook, "metadata", dict, malformed) or {}
    minor = notebook.get("nbformat_minor")
    return ParsedNotebook(
        cells=tuple(cells),
        results=results,
        metadata=_with_malformed(metadata, malformed),
        extra={key: value for key, value in notebook.items() if key not in _NOTEBOOK_KEYS},
        nbformat_minor=max(minor, _NEWEST_MINOR) if type(minor) is int else _NEWEST_MINOR,
    )


class _Ids:
    """Gives every cell an id: its own, else the one in Colab's metadata, else a new one."""

    def __init__(self, cells: list[Any]) -> None:
        self._reserved = {cell["id"] for cell in cells if isinstance(cell, dict) and is_cell_id(cell.get("id"))}
        self._given: set[str] = set()

    def give(self, cell: dict[str, Any]) -> tuple[str, bool]:
        own = cell.get("id")
        if isinstance(own, str) and is_cell_id(own) and own not in self._given:
            self._given.add(own)
            return own, True
        metadata = cell.get("metadata")
        colab = metadata.get("id") if isinstance(metadata, dict) else None
        if isinstance(colab, str) and is_cell_id(colab) and colab not in self._given | self._reserved:
            self._given.add(colab)
            return colab, True
        return new_id(), False


def _parsed_cell(value: Any, ids: _Ids) -> tuple[ParsedCell, CellResult | None]:
    malformed: dict[str, Any] = {}
    if not isinstance(value, dict):
        malformed["cell"] = value
        value = {"cell_type": "raw", "source": value if isinstance(value, str) else ""}
    id, has_own_id = ids.give(value)
    type = _CELL_TYPES.get(kind) if isinstance(kind := value.get("cell_type"), str) else None
    if type is None:
        type = "code" if "outputs" in value else "raw"
        if "cell_type" in value:
            malformed["cell_type"] = kind
    known = _CELL_KEYS | _RESULT_KEYS if type == "code" else _CELL_KEYS
    source = joined_text(value.get("source", ""))
    if source is None:
        malformed["source"] = value["source"]
    metadata = _expected(value, "metadata", dict, malformed) or {}
    attachments = _expected(value, "attachments", dict, malformed)
    if attachments is not None and not all(map(_is_bundle, attachments.values())):
        malformed["attachments"], attachments = attachments, None
    result = _parsed_result(value, malformed) if type == "code" else None
    cell = ParsedCell(
        id=id,
        type=type,
        source=source or "",
        metadata=_with_malformed(metadata, malformed),
        attachments=None if attachments is None else {name: _joined(data) for name, data in attachments.items()},
        extra={key: item for key, item in value.items() if key not in known},
        has_own_id=has_own_id,
    )
    return cell, result


def _parsed_result(value: dict[str, Any], malformed: dict[str, Any]) -> CellResult | None:
    count = value.get("execution_count")
    if not _is_count(count):
        malformed["execution_count"], count = count, None
    outputs = _expected(value, "outputs", list, malformed) or []
    if count is None and not outputs:
        return None
    return CellResult(count, [_parsed_output(output) for output in outputs])


def _parsed_output(output: Any) -> Any:
    """An output with its texts joined; one that nbformat would refuse is wrapped."""
    match output:
        case {"output_type": "stream", "name": str(), "text": text} if (joined := joined_text(text)) is not None:
            return {**output, "text": joined}
        case {"output_type": "display_data", "data": data} if _is_bundle(data) and _has_metadata(output):
            return {"metadata": {}, **output, "data": _joined(data)}
        case {"output_type": "execute_result", "data": data} if (
            _is_bundle(data) and _has_metadata(output) and _is_count(output.get("execution_count"))
        ):
            return {"metadata": {}, "execution_count": None, **output, "data": _joined(data)}
        case {"output_type": "error", "ename": str(), "evalue": str(), "traceback": list(traceback)} if all(
            isinstance(line, str) for line in traceback
        ):
            return output
    return {"output_type": "display_data", "data": {MALFORMED_OUTPUT: output}, "metadata": {}}


def _expected(value: dict[str, Any], key: str, kind: type[Any], malformed: dict[str, Any]) -> Any:
    """What value holds under key if it is of this kind; anything else goes to malformed."""
    found = value.get(key)
    if isinstance(found, kind) or key not in value:
        return found
    malformed[key] = found
    return None


def _with_malformed(metadata: dict[str, Any], malformed: dict[str, Any]) -> dict[str, Any]:
    if not malformed:
        return metadata
    before = metadata.get(MALFORMED, {})
    return {**metadata, MALFORMED: {**(before if isinstance(before, dict) else {MALFORMED: before}), **malformed}}


def joined_text(value: Any) -> str | None:
    """A text that the file holds as such or as a list of lines; None if it is neither."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return None


def _joined(bundle: dict[str, Any]) -> dict[str, Any]:
    return {mime: payload if _JSON_MIME.fullmatch(mime) else joined_text(payload) for mime, payload in bundle.items()}


def _is_bundle(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _JSON_MIME.fullmatch(mime) or joined_text(payload) is not None for mime, payload in value.items()
    )


def _has_metadata(output: dict[str, Any]) -> bool:
    return isinstance(output.get("metadata", {}), dict)


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _is_deeper(value: Any, limit: int) -> bool:
    """Whether containers are nested more than limit deep."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, dict) else each)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
