"""docs/reference/ says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownlab.cli.reference import pages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["options.md", "command-line.md", "http.md"])
def test_reference_page_is_fresh(name: str) -> None:
    kept = REFERENCE / name
    assert kept.is_file(), f"docs/reference/{name} is missing. Run: ./dev contract"
    assert kept.read_text() == pages()[name], f"docs/reference/{name} is stale. Run: ./dev contract"


def test_every_option_says_what_it_sets() -> None:
    assert "|  |" not in pages()["options.md"]
