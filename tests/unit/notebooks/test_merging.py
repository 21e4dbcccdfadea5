"""A file that changed on disk, brought into the document."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from ownlab.notebooks.document import cell_source, cells_of, document_to_notebook, fill_document, ordered_cells
from ownlab.notebooks.ipynb import load_notebook
from ownlab.notebooks.merging import align, apply_file_change, edit_text
from support.notebook_files import meaning, notebooks


def raw(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}).encode()


def cell(id: str | None, source: str = "", **keys: Any) -> dict[str, Any]:
    found = {"cell_type": "markdown", "metadata": {}, "source": source, **keys}
    return found if id is None else {"id": id, **found}


def opened(content: bytes) -> Doc[Any]:
    doc: Doc[Any] = Doc()
    fill_document(doc, load_notebook(content))
    return doc


def copy_of(doc: Doc[Any]) -> Doc[Any]:
    copy: Doc[Any] = Doc()
    copy.apply_update(doc.get_update())
    return copy


def source_of(doc: Doc[Any], id: str) -> str:
    return cell_source(cells_of(doc)[id])


@settings(max_examples=40)
@given(notebooks(), notebooks())
def test_the_document_says_what_the_file_says(before: dict[str, Any], after: dict[str, Any]) -> None:
    doc = opened(json.dumps(before).encode())
    parsed = load_notebook(json.dumps(after).encode())
    apply_file_change(doc, parsed)
    assert meaning(document_to_notebook(doc, parsed.results)) == meaning(after)


@settings(max_examples=40)
@given(notebooks(), st.randoms(use_true_random=False))
def test_cells_are_moved_into_the_order_of_the_file(original: dict[str, Any], random: Any) -> None:
    doc = opened(json.dumps(original).encode())
    shuffled = {**original, "cells": random.sample(original["cells"], len(original["cells"]))}
    assert apply_file_change(doc, load_notebook(json.dumps(shuffled).encode())) == []
    assert ordered_cells(doc) == [each["id"] for each in shuffled["cells"]]


def test_an_unchanged_file_makes_no_edit() -> None:
    content = raw(cell("a", "one", metadata={"n": 1, "f": 1.0, "x": None}), cell("b", "two", attachments={"p": {}}))
    doc = opened(content)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    apply_file_change(doc, load_notebook(content))
    doc.unobserve(subscription)
    assert [update for update in updates if update != b"\0\0"] == []


def test_moving_one_cell_touches_no_other() -> None:
    doc = opened(raw(*(cell(id) for id in "abcdef")))
    before = {id: cells_of(doc)[id]["position"] for id in "abcdef"}
    apply_file_change(doc, load_notebook(raw(*(cell(id) for id in "bcdeaf"))))
    assert {id for id in "abcdef" if cells_of(doc)[id]["position"] != before[id]} == {"a"}


def test_added_cells_are_returned_and_removed_ones_gone() -> None:
    doc = opened(raw(cell("a"), cell("b")))
    assert apply_file_change(doc, load_notebook(raw(cell("x"), cell("b"), cell("y")))) == ["x", "y"]
    assert ordered_cells(doc) == ["x", "b", "y"]


def test_cells_at_one_position_can_be_parted() -> None:
    doc = opened(raw(cell("a"), cell("b")))
    cells_of(doc)["a"]["position"] = cells_of(doc)["b"]["position"] = "V"
    apply_file_change(doc, load_notebook(raw(cell("a"), cell("new"), cell("b"))))
    assert ordered_cells(doc) == ["a", "new", "b"]


def test_an_offline_edit_lands_where_it_belongs() -> None:
    """The file changes one line of a cell while a browser that was offline changes another."""
    doc = opened(raw(cell("a", "first = 1\nsecond = 2\nthird = 3\n")))
    browser = copy_of(doc)
    text = cells_of(browser)["a"]["source"]
    assert isinstance(text, Text)
    text.insert(len("first = 1\nsecond = 2\nthird = 3"), "0  # offline")
    apply_file_change(doc, load_notebook(raw(cell("a", "first = 100  # é😀\nsecond = 2\nthird = 3\n"))))
    doc.apply_update(browser.get_update())
    assert source_of(doc, "a") == "first = 100  # é😀\nsecond = 2\nthird = 30  # offline\n"


def test_cells_without_ids_are_found_again_by_their_text() -> None:
    doc = opened(raw(cell(None, "one"), cell(None, "two"), cell(None, "three")))
    before = ordered_cells(doc)
    apply_file_change(
        doc, load_notebook(raw(cell(None, "one"), cell(None, "2"), cell(None, "new"), cell(None, "three")))
    )
    after = ordered_cells(doc)
    assert [after[0], after[1], after[3]] == before
    assert [source_of(doc, id) for id in after] == ["one", "2", "new", "three"]


def test_results_follow_their_cells_when_ids_are_found() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    code = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 1, "outputs": [output]}
    doc = opened(raw(code))
    assert list(align(doc, load_notebook(raw(code))).results) == ordered_cells(doc)


def test_a_source_that_is_no_text_is_replaced() -> None:
    doc: Doc[Any] = Doc()
    cells_of(doc)["a"] = Map({"type": "markdown", "source": 5.0, "position": "0"})
    apply_file_change(doc, load_notebook(raw(cell("a", "text"), cell("b"))))
    assert source_of(doc, "a") == "text"
    assert ordered_cells(doc) == ["a", "b"]


texts = st.lists(st.sampled_from(["a\n", "b\n", "é", "😀\n", "long line\n", "\r\n", "\0"]), max_size=8).map("".join)


@given(texts, texts)
def test_a_text_becomes_the_other(old: str, new: str) -> None:
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=Text)
    text += old
    edit_text(text, new)
    assert str(text) == new


def test_a_huge_cell_is_changed_in_reasonable_time() -> None:
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=Text)
    text += "".join(f"line {number}\n" for number in range(20_000))
    new = "".join(f"line {number}\n" for number in range(100, 20_100))
    edit_text(text, new)
    assert str(text) == new
