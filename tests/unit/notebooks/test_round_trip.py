"""A notebook that is opened and saved means what it meant."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from ownlab.notebooks.document import cells_of, document_to_notebook, fill_document
from ownlab.notebooks.ipynb import dump, load_notebook
from ownlab.notebooks.model import ParsedNotebook
from support.notebook_files import json_values, meaning, notebooks


def opened(parsed: ParsedNotebook) -> Doc[Any]:
    """The document of a file, as it is after it travelled to another process."""
    doc: Doc[Any] = Doc()
    fill_document(doc, parsed)
    copy: Doc[Any] = Doc()
    copy.apply_update(doc.get_update())
    return copy


def saved(raw: bytes) -> dict[str, Any]:
    parsed = load_notebook(raw)
    written = dump(document_to_notebook(opened(parsed), parsed.results))
    assert written.endswith(b"}\n")
    result: dict[str, Any] = json.loads(written)
    return result


def raw(notebook: object) -> bytes:
    return json.dumps(notebook).encode()


def notebook(*cells: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **keys}


def code(source: Any = "", **keys: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None}
    return {**empty, "source": source, **keys}


@settings(max_examples=40)
@given(notebooks())
def test_a_generated_notebook_survives(original: dict[str, Any]) -> None:
    result = saved(raw(original))
    assert meaning(result) == meaning(original)
    nbformat.validate(result, relax_add_props=True)


def test_real_notebooks_survive(corpus: Path) -> None:
    paths = sorted(corpus.rglob("*.ipynb"))
    assert paths
    for path in paths:
        content = path.read_bytes()
        original, result = json.loads(content), saved(content)
        nbformat.validate(result)
        for before, after in zip(original["cells"], result["cells"], strict=True):
            if "id" not in before:
                del after["id"]
        result["nbformat_minor"] = original["nbformat_minor"]
        assert meaning(result) == meaning(original), path


@pytest.mark.parametrize(
    "value",
    [
        *(
            2**60,
            2**53,
            -(2**53),
            2**70,
            10**400,
            0,
            1,
            1.0,
            -0.0,
            1.5,
            1e300,
            5e-324,
            True,
            None,
            "",
            "\0",
            "\ud800",
            "😀",
        ),
        *([], {}, [1, [1.0, None, {"a": [2**60]}]], {"\udfff": 1, "": {"b": 1.0}}, [[[[]]]]),
    ],
)
def test_a_value_in_metadata_keeps_its_meaning(value: Any) -> None:
    original = notebook(code(metadata={"v": value}), metadata={"v": value, "colab": {"nested": value}}, unknown=value)
    assert meaning(saved(raw(original))) == meaning(original)


def test_what_colab_and_others_keep_in_a_notebook_survives() -> None:
    cell = code(
        "x",
        id="Xy_9",
        metadata={
            "id": "Xy_9",
            "cellView": "form",
            "outputId": "1f",
            "colab": {"base_uri": "https://localhost:8080/", "height": 1000},
            "executionInfo": {"status": "ok", "timestamp": 1700000000000, "user": {"userId": "01"}, "user_tz": -60},
            "jupyter": {"source_hidden": True},
            "tags": ["parameters"],
        },
    )
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "![](attachment:a.png)"}
    text["attachments"] = {"a.png": {"image/png": "aGk="}}
    keys = {"colab": {"provenance": [], "gpuType": "T4"}, "accelerator": "GPU", "widgets": {"w": {"version_major": 2}}}
    original = notebook(cell, text, metadata={**keys, "kernelspec": {"name": "python3", "display_name": "Python 3"}})
    result = saved(raw(original))
    assert meaning(result) == meaning(original)
    nbformat.validate(result)


def test_newer_minor_formats_are_kept() -> None:
    assert saved(raw({**notebook(), "nbformat_minor": 7}))["nbformat_minor"] == 7


@pytest.mark.parametrize("source", ["\0", "a\ud800b", "😀" * 1000, "x" * 1_000_000, "a\r\nb\u2028c\x0cd", "\n\n"])
def test_a_source_of_any_characters_survives(source: str) -> None:
    original = notebook(code(source))
    assert meaning(saved(raw(original))) == meaning(original)


def test_a_value_that_a_page_changed_is_saved_as_it_is_now() -> None:
    original = notebook(code("a\ud800", metadata={"v": 1.0, "w": 2**60, "x": 1}))
    doc = opened(load_notebook(raw(original)))
    cell = cells_of(doc)["a"]
    assert isinstance(cell, Map)
    cell["metadata"]["v"] = 2.0
    del cell["metadata"]["x"]
    source = cell["source"]
    assert isinstance(source, Text)
    source += "!"
    (result,) = document_to_notebook(doc, {})["cells"]
    assert result["metadata"] == {"v": 2, "w": 2**60}
    assert result["source"] == "a\ufffd!"


def test_the_layout_is_that_of_nbformat() -> None:
    content = raw(notebook(code("a\nb", outputs=[{"output_type": "stream", "name": "stdout", "text": "é\n1"}])))
    parsed = load_notebook(content)
    written = dump(document_to_notebook(opened(parsed), parsed.results))
    node = nbformat.reads(content.decode(), 4)  # type: ignore[no-untyped-call]
    assert written.decode() == nbformat.writes(node) + "\n"  # type: ignore[no-untyped-call]


def test_whatever_a_page_writes_the_file_stays_a_notebook() -> None:
    doc: Doc[Any] = Doc()
    cells = cells_of(doc)
    cells["not an id!"] = Map({"type": "strange", "source": "plain", "metadata": 5, "position": 7.0})
    cells["b"] = Map({})
    cells["c"] = "not a cell"
    cells["d"] = Map({"type": "code", "source": Text("x"), "extra": "{not json", "attachments": 1, "position": "V"})
    result = json.loads(dump(document_to_notebook(doc, {})))
    nbformat.validate(result)
    assert sorted(cell["source"][0] for cell in result["cells"] if cell["source"]) == ["plain", "x"]


broken = st.one_of(
    json_values,
    st.fixed_dictionaries(
        {"output_type": st.sampled_from(["stream", "display_data", "execute_result", "error", "strange", 5])},
        optional={key: json_values for key in ["name", "text", "data", "metadata", "ename", "traceback"]},
    ),
)
broken_cells = st.one_of(
    json_values,
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 5])},
        optional={
            "source": broken,
            "metadata": json_values,
            "outputs": broken | st.lists(broken, max_size=3),
            "execution_count": broken,
            "attachments": broken,
            "id": json_values,
        },
    ),
)


@settings(max_examples=40)
@given(st.lists(broken_cells, max_size=3), json_values)
def test_a_malformed_notebook_loses_nothing_and_is_saved_valid(cells: list[Any], metadata: Any) -> None:
    original = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    result = saved(raw(original))
    assert len(result["cells"]) == len(cells)
    nbformat.validate(result, relax_add_props=True)
    again = saved(raw(result))
    assert meaning(again) == meaning(result)
    for before, after in zip(cells, result["cells"], strict=True):
        assert leaves(before) <= leaves(after)


def leaves(value: Any) -> set[str]:
    """Every number that is in value, wherever: text may be joined, ids may be replaced."""
    if isinstance(value, dict):
        return {leaf for key, each in value.items() if key != "id" for leaf in leaves(each)}
    if isinstance(value, list):
        return {leaf for each in value for leaf in leaves(each)}
    return {json.dumps(value)} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()


def test_a_notebook_of_a_thousand_cells_opens_fast() -> None:
    content = raw(notebook(*(code("print(1)\n" * 20, id=f"c{n}", metadata={"id": f"c{n}"}) for n in range(1000))))
    opened(load_notebook(content))
    best = min(_cpu_s(content) for _ in range(5))
    assert best < 0.1


def _cpu_s(content: bytes) -> float:
    started = time.process_time()
    doc: Doc[Any] = Doc()
    fill_document(doc, load_notebook(content))
    return time.process_time() - started
