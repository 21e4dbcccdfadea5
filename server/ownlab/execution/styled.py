"""Text with colours in it, taken by columns: escape sequences take no room."""

from __future__ import annotations

import re

RESET = "\x1b[0m"

_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_ZERO_WIDTH = re.compile(r"\x1b\[[0-9;:]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b")
_ENDED_BY = {
    **{39: ("foreground",), 49: ("background",), 59: ("58",)},
    **{22: ("1", "2"), 23: ("3",), 24: ("4", "21"), 25: ("5", "6"), 27: ("7",), 28: ("8",), 29: ("9",)},
}
"""Which kinds of style a code ends (ECMA-48, SGR)."""


def is_style(sequence: str) -> bool:
    """Whether an escape sequence sets colours or the like (SGR)."""
    return _SGR.fullmatch(sequence) is not None


def width(text: str) -> int:
    """Columns that text takes, one for each character."""
    return len(_ZERO_WIDTH.sub("", text)) if "\x1b" in text else len(text)


def style(text: str) -> str:
    """The one sequence that sets what is in force at the end of text; empty for nothing."""
    if "\x1b" not in text:
        return ""
    set_: dict[str, str] = {}
    for match in _SGR.finditer(text):
        _take(set_, match.group(1))
    return f"\x1b[{';'.join(set_.values())}m" if set_ else ""


def change(old: str, new: str) -> str:
    """What to write to get from one style to another."""
    if old == new:
        return ""
    return (RESET if old else "") + new


def split(text: str, column: int) -> tuple[str, str]:
    """Text before and from a column on; escape sequences at the border belong to the first part."""
    if "\x1b" not in text:
        return text[:column], text[column:]
    start = 0
    left = column
    for match in _ZERO_WIDTH.finditer(text):
        plain = match.start() - start
        if plain > left:
            break
        left -= plain
        start = match.end()
    return text[: start + left], text[start + left :]


def trim(text: str) -> str:
    """Text without the escape sequences at its end."""
    end = len(text)
    if "\x1b" in text:
        for match in reversed(list(_ZERO_WIDTH.finditer(text))):
            if match.end() != end:
                break
            end = match.start()
    return text[:end]


def overlay(over: str, under: str) -> str:
    """What a line shows when `over` was written on it from the first column on."""
    before, rest = split(under, width(over))
    if not width(rest):
        return over
    rest = trim(rest)
    own = style(over)
    return over + change(own, style(before)) + rest + change(style(before + rest), own)


def _take(set_: dict[str, str], codes: str) -> None:
    """Apply one SGR sequence to what is set, by kind: foreground, background, bold and so on."""
    parts = codes.split(";")
    while parts:
        code = parts.pop(0)
        number = int(code.split(":")[0][:4] or 0)
        if number == 0:
            set_.clear()
        elif number in _ENDED_BY:
            for kind in _ENDED_BY[number]:
                set_.pop(kind, None)
        else:
            arguments = {"5": 2, "2": 4}.get(parts[0], 0) if parts and number in (38, 48, 58) else 0
            set_[_kind(number)] = ";".join([code, *parts[:arguments]])
            del parts[:arguments]


def _kind(number: int) -> str:
    """What a code sets, so that a later code of the same kind takes its place."""
    if 30 <= number <= 38 or 90 <= number <= 97:
        return "foreground"
    if 40 <= number <= 48 or 100 <= number <= 107:
        return "background"
    return str(number)
