"""The contract in git says what the code does."""

from __future__ import annotations

from pathlib import Path

from ownlab.web.contract import contract

CONTRACT = Path(__file__).parents[2] / "contract" / "openapi.json"


def test_the_contract_in_git_is_fresh() -> None:
    assert CONTRACT.read_text() == contract(), "The contract is out of date. Run ./dev contract and commit the result."
