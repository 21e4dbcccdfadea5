"""Notebook files for tests: made by hypothesis, and compared by what they mean."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

_JSON_MIME = re.compile(r"application/(.*\+)?json")

_CHECKED = frozenset(
    {"kernelspec", "language_info", "orig_nbformat", "title", "authors", "name", "tags", "jupyter", "format"}
    | {"collapsed", "scrolled", "execution", "id"}
)
"""Keys of metadata whose values nbformat checks."""

texts = st.text(st.characters(exclude_categories=[]), max_size=8)
numbers = st.integers() | st.floats(allow_nan=False) | st.sampled_from([2**60, -(2**70), 1.0, -0.0, 1e300])
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
metadata: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    texts.filter(lambda key: key not in _CHECKED), json_values, max_size=4
)
sources = texts | st.lists(texts, max_size=3)
bundles = st.fixed_dictionaries(
    {}, optional={"text/plain": sources, "image/png": texts, "application/json": json_values, "text/html": sources}
)
outputs = st.one_of(
    st.fixed_dictionaries(
        {"output_type": st.just("stream"), "name": st.sampled_from(["stdout", "x"]), "text": sources}
    ),
    st.fixed_dictionaries({"output_type": st.just("display_data"), "data": bundles, "metadata": metadata}),
    st.fixed_dictionaries(
        {
            "output_type": st.just("execute_result"),
            "data": bundles,
            "metadata": metadata,
            "execution_count": st.none() | st.integers(0, 99),
        }
    ),
    st.fixed_dictionaries(
        {"output_type": st.just("error"), "ename": texts, "evalue": texts, "traceback": st.lists(texts, max_size=2)}
    ),
)
extra_keys = {"vendor": json_values, "outputId": texts}
attachments = st.dictionaries(texts, st.fixed_dictionaries({"image/png": texts}), max_size=2)
code_cells = st.fixed_dictionaries(
    {
        "cell_type": st.just("code"),
        "source": sources,
        "metadata": metadata,
        "outputs": st.lists(outputs, max_size=3),
        "execution_count": st.none() | st.integers(0, 99),
    },
    optional=extra_keys,
)
text_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["markdown", "raw"]), "source": sources, "metadata": metadata},
    optional={**extra_keys, "attachments": attachments},
)
cell_ids = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    """A notebook of nbformat 4.5, valid but for keys that the format does not know."""
    cells = draw(st.lists(code_cells | text_cells, max_size=5))
    ids = draw(st.lists(cell_ids, min_size=len(cells), max_size=len(cells), unique=True))
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": draw(metadata),
        "cells": [{**cell, "id": id} for cell, id in zip(cells, ids, strict=True)],
        **draw(st.fixed_dictionaries({}, optional={"vendor": json_values})),
    }


def meaning(notebook: dict[str, Any]) -> str:
    """A notebook in one spelling: texts joined, keys sorted, numbers as they are."""
    return json.dumps({**notebook, "cells": [_cell(cell) for cell in notebook["cells"]]}, sort_keys=True)


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    found = {**cell, "source": _joined(cell["source"])}
    if "attachments" in cell:
        found["attachments"] = {name: _bundle(bundle) for name, bundle in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        found["outputs"] = [_output(output) for output in cell["outputs"]]
    return found


def _output(output: dict[str, Any]) -> dict[str, Any]:
    found = dict(output)
    if "text" in output:
        found["text"] = _joined(output["text"])
    if "data" in output:
        found["data"] = _bundle(output["data"])
    return found


def _bundle(bundle: dict[str, Any]) -> dict[str, Any]:
    return {mime: payload if _JSON_MIME.fullmatch(mime) else _joined(payload) for mime, payload in bundle.items()}


def _joined(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value
