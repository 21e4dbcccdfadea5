"""Colours, taken by columns."""

from __future__ import annotations

import pytest

from ownlab.execution.styled import change, overlay, split, style, trim, width


@pytest.mark.parametrize(
    ("text", "in_force"),
    [
        ("plain", ""),
        ("\x1b[31mred", "\x1b[31m"),
        ("\x1b[31mred\x1b[0m", ""),
        ("\x1b[31m\x1b[32m", "\x1b[32m"),
        ("\x1b[1;31m\x1b[39m", "\x1b[1m"),
        ("\x1b[3m\x1b[31m\x1b[23m", "\x1b[31m"),
        ("\x1b[38;5;200;1m\x1b[22m", "\x1b[38;5;200m"),
        ("\x1b[48;2;1;2;3m\x1b[97m", "\x1b[48;2;1;2;3;97m"),
        ("\x1b[01;34m\x1b[m", ""),
        ("\x1b[0;35m", "\x1b[35m"),
    ],
)
def test_the_style_at_the_end_of_a_text(text: str, in_force: str) -> None:
    assert style(text) == in_force


def test_sequences_take_no_columns() -> None:
    assert width("\x1b[31mab\x1b[0m\x1b]8;;http://x\x07c") == 3


def test_a_text_splits_behind_the_sequences_at_the_border() -> None:
    assert split("a\x1b[31mb\x1b[0mc", 1) == ("a\x1b[31m", "b\x1b[0mc")


def test_trailing_sequences_are_trimmed() -> None:
    assert trim("\x1b[31ma\x1b[0m\x1b[1m") == "\x1b[31ma"


def test_from_one_style_to_another_goes_by_a_reset() -> None:
    assert change("\x1b[31m", "\x1b[1m") == "\x1b[0m\x1b[1m"
    assert change("\x1b[31m", "") == "\x1b[0m"
    assert change("", "") == ""


def test_what_is_not_written_over_keeps_its_colours() -> None:
    assert overlay("\x1b[32mX", "\x1b[31mab\x1b[0mc") == "\x1b[32mX\x1b[0m\x1b[31mb\x1b[0mc\x1b[32m"
