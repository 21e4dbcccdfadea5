"""Reading notebook files of any version and in any disorder."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ownlab.notebooks.model import CellResult, is_cell_id
from ownlab.notebooks.parsing import MALFORMED, MALFORMED_OUTPUT, NotANotebook, load_notebook


def notebook(*cells: Any, **keys: Any) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **keys}).encode()


def markdown(**keys: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": "x", **keys}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\0\0\0\0", "is empty"),
        (b"{\n  oops", "line 2, column 3"),
        (b'{"cells": [', "line 1, column 12"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not text"),
        (b'{"a": "\xff"}', "byte 8 is not text"),
        (b"[]", "JSON but not a notebook"),
        (b"5", "JSON but not a notebook"),
        (b"{}", "it has no cells"),
        (b'{"nbformat": 4, "cells": {}}', "it has no cells"),
        (b'{"nbformat": 5, "cells": []}', "has format 5"),
        (b'{"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "code"}]}]}', "is damaged"),
        (b'{"cells": [], "a": ' + b"[" * 100_000, "nests its data too deeply"),
        (b'{"cells": [], "a": ' + b"[" * 300 + b"]" * 300 + b"}", "nests its data too deeply"),
        (b'{"cells": [], "a": ' + b"9" * 5000 + b"}", "can not be read"),
    ],
)
def test_what_is_not_a_notebook_is_told_in_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(NotANotebook, match=told) as caught:
        load_notebook(content)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_any_unicode_encoding_is_read(encoding: str) -> None:
    text = json.dumps(json.loads(notebook(markdown(source="é😀"))), ensure_ascii=False)
    assert load_notebook(text.encode(encoding)).cells[0].source == "é😀"


def test_duplicate_keys_are_tolerated() -> None:
    parsed = load_notebook(
        b'{"nbformat": 4, "cells": [], "cells": [{"cell_type": "raw", "source": "a", "source": "b"}]}'
    )
    assert [cell.source for cell in parsed.cells] == ["b"]


def test_cells_without_a_valid_id_of_their_own_get_one() -> None:
    ids: list[Any] = ["good", "good", "", "a b", 5, None, "x" * 65, "line\n"]
    parsed = load_notebook(notebook(*(markdown(id=id) for id in ids), markdown()))
    found = [cell.id for cell in parsed.cells]
    assert found[0] == "good"
    assert len(set(found)) == len(found)
    assert all(map(is_cell_id, found))
    assert [cell.has_own_id for cell in parsed.cells] == [True] + [False] * 8


def test_the_id_in_colabs_metadata_is_used_unless_another_cell_has_it() -> None:
    parsed = load_notebook(notebook(markdown(metadata={"id": "aB3"}), markdown(metadata={"id": "k"}), markdown(id="k")))
    assert parsed.cells[0].id == "aB3"
    assert parsed.cells[1].id != "k"
    assert parsed.cells[2].id == "k"


def test_results_are_kept_by_cell() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    cell: dict[str, Any] = {"cell_type": "code", "id": "c", "source": ["x\n", "y"], "metadata": {}}
    parsed = load_notebook(notebook({**cell, "outputs": [output], "execution_count": 3}, {**cell, "id": "d"}))
    assert parsed.cells[0].source == "x\ny"
    assert parsed.results == {"c": CellResult(3, [{"output_type": "stream", "name": "stdout", "text": "a\nb"}])}


@pytest.mark.parametrize(
    "output",
    [
        5,
        {"output_type": "strange"},
        {"output_type": "stream", "name": "stdout", "text": 5},
        {"output_type": "display_data", "data": {"text/plain": 5}, "metadata": {}},
        {"output_type": "display_data", "data": [], "metadata": {}},
        {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": "1"},
        {"output_type": "error", "ename": "E"},
    ],
)
def test_an_output_that_nbformat_refuses_is_wrapped(output: Any) -> None:
    cell = {"cell_type": "code", "id": "c", "source": "", "metadata": {}, "outputs": [output]}
    wrapped = {"output_type": "display_data", "data": {MALFORMED_OUTPUT: output}, "metadata": {}}
    assert load_notebook(notebook(cell)).results["c"].outputs == [wrapped]


def test_what_is_malformed_in_a_cell_is_kept_in_its_metadata() -> None:
    cell: dict[str, Any] = {"cell_type": "heading", "id": "c", "source": 5, "metadata": {"a": 1}, "attachments": []}
    (parsed,) = load_notebook(notebook(cell)).cells
    assert (parsed.type, parsed.source) == ("raw", "")
    assert parsed.metadata == {"a": 1, MALFORMED: {"cell_type": "heading", "source": 5, "attachments": []}}


def test_a_cell_that_is_no_object_is_kept() -> None:
    first, second = load_notebook(notebook("text", 5)).cells
    assert (first.type, first.source, first.metadata) == ("raw", "text", {MALFORMED: {"cell": "text"}})
    assert (second.source, second.metadata) == ("", {MALFORMED: {"cell": 5}})


def test_a_notebook_of_format_3_is_upgraded() -> None:
    result = {"output_type": "pyout", "prompt_number": 2, "text": "2", "metadata": {}}
    code = {"cell_type": "code", "language": "python", "input": "1+1", "prompt_number": 2, "outputs": [result]}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old", "vendor": {"kept": 1}},
        "worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "Title", "metadata": {}}, code]}],
    }
    parsed = load_notebook(json.dumps(old).encode())
    assert [(cell.type, cell.source) for cell in parsed.cells] == [("markdown", "## Title"), ("code", "1+1")]
    assert parsed.results[parsed.cells[1].id].execution_count == 2
    assert parsed.metadata == {"vendor": {"kept": 1}}


def test_a_notebook_that_names_no_format_is_read_by_its_shape() -> None:
    assert len(load_notebook(json.dumps({"cells": [markdown()]}).encode()).cells) == 1
