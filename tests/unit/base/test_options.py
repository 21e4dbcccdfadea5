"""Options from the environment."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ownlab.base.errors import BadInput
from ownlab.base.options import Described, describe, option, read


@dataclass(frozen=True)
class Options:
    port: int = option(8765, "where to listen")
    loud: bool = option(False, "whether to shout")
    wait_s: float = option(1.5, "how long to wait", unit="s", name="OWNLAB_PATIENCE")


def test_what_is_not_set_has_its_default() -> None:
    assert read(Options, {}) == Options(8765, False, 1.5)


def test_the_environment_sets_options_by_their_variable() -> None:
    environment = {"OWNLAB_PORT": "1", "OWNLAB_LOUD": "yes", "OWNLAB_PATIENCE": "2"}
    assert read(Options, environment) == Options(1, True, 2.0)


def test_what_is_given_wins_over_the_environment() -> None:
    assert read(Options, {"OWNLAB_PORT": "1"}, port=2, loud=None) == Options(2, False, 1.5)


@pytest.mark.parametrize(("variable", "value"), [("OWNLAB_PORT", "many"), ("OWNLAB_LOUD", "perhaps")])
def test_a_value_that_does_not_fit_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(BadInput, match=f"{variable}='{value}'"):
        read(Options, {variable: value})


def test_an_option_describes_itself() -> None:
    assert list(describe(Options))[2] == Described("OWNLAB_PATIENCE", "float", "1.5", "s", "how long to wait")
