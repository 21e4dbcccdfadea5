"""Lines that a program goes back to and writes over."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.execution.stream import CommittedText
from ownlab.execution.terminal import LINE_LIMIT, ROW_LIMIT, Terminal

ENDLESS = 10**9


def shown(*writes: str) -> str:
    text = CommittedText(ENDLESS, ENDLESS)
    terminal = Terminal(text.commit, text.pull)
    for write in writes:
        terminal.write(write)
    return "".join(text.head) + terminal.open_text()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("10%\r50%\r100%", "100%"),
        ("100%\r7%", "7%0%"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\r\nb", "a\nb"),
        ("working\rdone\n", "doneing\n"),
        ("working\r\x1b[Kdone\n", "done\n"),
        ("working\r\x1b[2Kdone\n", "done\n"),
        ("working\x1b[1Kx", "       x"),
        ("abc\b\bX", "aXc"),
        ("|\b/\b-\b\\", "\\"),
        ("\b\bx", "x"),
        ("ab\x1b[3Cc", "ab   c"),
        ("abc\x1b[2Dx", "axc"),
        ("abc\x1b[1Gx", "xbc"),
        ("\x1b[?25lx\x1b[?25h", "x"),
        ("\x1b(Bx\x1b[?2004h", "x"),
        ("\x1b[31mred\x1b[0m\n", "\x1b[31mred\x1b[0m\n"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\"),
    ],
)
def test_a_line_reads_as_in_a_terminal(written: str, seen: str) -> None:
    assert shown(written) == seen


def test_two_bars_are_redrawn_in_place() -> None:
    """As tqdm does with nested bars: down a line, draw, up again."""
    writes = ["outer 0%", "\n\rinner 0%\x1b[A", "\n\rinner 50%\x1b[A", "\router 50%", "\n\rinner 100%\x1b[A", "\n\n"]
    assert shown(*writes) == "outer 50%\ninner 100%\n"


def test_going_up_reaches_lines_that_were_final() -> None:
    assert shown("one\ntwo\nthree\n\x1b[2A\rTWO\n\nfour\n") == "one\nTWO\nthree\nfour\n"


def test_erasing_below_removes_the_rows_there() -> None:
    assert shown("one\ntwo\nthree\x1b[2A\x1b[Jx") == "one  x"


def test_the_cursor_stops_at_the_first_row() -> None:
    assert shown("one\ntwo\x1b[9A\rX") == "Xne\ntwo"


def test_rows_far_above_stay() -> None:
    text = "".join(f"{row}\n" for row in range(200))
    assert shown(text, "\x1b[999A\rX").startswith(text[: text.index(f"{200 - ROW_LIMIT}\n")] + "X")


def test_colours_survive_being_written_over_in_part() -> None:
    assert shown("\x1b[31mabc\x1b[0m\rX") == "X\x1b[31mbc\x1b[0m"


def test_a_carriage_return_does_not_reset_the_colour() -> None:
    assert shown("\x1b[32mabc\rX").startswith("\x1b[32mX")


def test_repeated_partial_writes_do_not_grow_the_line() -> None:
    spinner = ["\x1b[32m|\x1b[0m \x1b[1mworking\x1b[0m"] + [f"\r\x1b[32m{sign}" for sign in "/-\\|" * 100]
    assert len(shown(*spinner)) < 100


def test_a_line_without_end_becomes_final_from_its_start() -> None:
    text = CommittedText(ENDLESS, ENDLESS)
    terminal = Terminal(text.commit, text.pull)
    for _ in range(5 * LINE_LIMIT):
        terminal.write(".")
    assert len(terminal.open_text()) < LINE_LIMIT
    assert "".join(text.head) + terminal.open_text() == "." * 5 * LINE_LIMIT


def test_a_huge_cursor_movement_costs_nothing() -> None:
    assert len(shown("\x1b[999999999Cx\x1b[99999999999999999999G.")) < 3000


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\b\x1b"))))
def test_text_without_control_characters_is_kept_exactly(writes: list[str]) -> None:
    assert shown(*writes) == "".join(writes)


parts = st.sampled_from(
    [
        *("a", "bc", "déf", "😀", "\n", "\r", "\r\n", "\b", "\b\b", "\x1b[31m", "\x1b[0m", "\x1b[K", "\x1b[2K"),
        *("\x1b[A", "\x1b[2A", "\x1b[B", "\x1b[3C", "\x1b[D", "\x1b[5G", "\x1b[J", "\x1b[?25l", "\x1b[1K"),
        *("\x1b", "\x1b]0;t\x07"),
    ]
)


@given(st.lists(parts, max_size=40), st.lists(st.integers(0, 200)))
def test_how_text_is_cut_into_writes_does_not_matter(texts: list[str], cuts: list[int]) -> None:
    whole = "".join(texts)
    borders = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    assert shown(*(whole[a:b] for a, b in pairwise(borders))) == shown(whole)
