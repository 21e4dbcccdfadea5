"""Fractional position keys: between any two there is a third, so moving a cell touches no other cell.

A key is the digits of a fraction in base 62, compared as plain text. It never ends in "0", so no two keys are the same
fraction and there is room before every key. Two browsers may choose the same key for two cells at the same time;
cells of one key are ordered by their ids, and a cell can be put between them only by moving one of them.
"""

from __future__ import annotations

import re

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_KEY = re.compile(r"[0-9A-Za-z]*[1-9A-Za-z]")
_BASE = len(DIGITS)
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}


def is_position(text: object) -> bool:
    """Whether text is a key."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def between(before: str | None, after: str | None) -> str:
    """A key greater than `before` and less than `after`; None stands for either end.

    Growing at one end, a key gains a digit every 61 steps.

    Raises:
        ValueError: one of them is no key, or they are not in order.
    """
    for key in (before, after):
        if key is not None and not is_position(key):
            raise ValueError(f"{key!r} is no position key")
    if before is None:
        return "V" if after is None else _below(after)
    if after is None:
        return _above(before)
    if before >= after:
        raise ValueError(f"position {before!r} is not before {after!r}")
    return _middle(before, after)


def spread(count: int, before: str | None = None, after: str | None = None) -> list[str]:
    """As many keys in order, evenly between `before` and `after`, and as short as leaves room between them."""
    if count <= 0:
        return []
    if before is None and after is None:
        return _even(count)
    middle = between(before, after)
    left = count // 2
    return [*spread(left, before, middle), middle, *spread(count - left - 1, middle, after)]


def _even(count: int) -> list[str]:
    width = 1
    while _BASE**width < 4 * (count + 1):
        width += 1
    return [_digits((index + 1) * _BASE**width // (count + 1), width) for index in range(count)]


def _digits(value: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        value, digit = divmod(value, _BASE)
        digits = DIGITS[digit] + digits
    return digits.rstrip("0")


def _above(key: str) -> str:
    """The first digit that can grow, grown by one."""
    for index, digit in enumerate(key):
        if digit != DIGITS[-1]:
            return key[:index] + DIGITS[_VALUES[digit] + 1]
    return key + DIGITS[1]


def _below(key: str) -> str:
    """The first digit that can shrink and stay above 0, shrunk by one."""
    for index, digit in enumerate(key):
        if _VALUES[digit] > 1:
            return key[:index] + DIGITS[_VALUES[digit] - 1]
        if digit == DIGITS[1]:
            return key[:index] + DIGITS[0] + DIGITS[-1]
    raise ValueError(f"{key!r} is no position key")


def _middle(low: str, high: str) -> str:
    """The shortest fraction near the middle; `high` may be "" for 1."""
    common = 0
    while common < len(high) and (low[common] if common < len(low) else DIGITS[0]) == high[common]:
        common += 1
    prefix, low, high = high[:common], low[common:], high[common:]
    low_digit = _VALUES[low[0]] if low else 0
    high_digit = _VALUES[high[0]] if high else _BASE
    if high_digit - low_digit > 1:
        return prefix + DIGITS[(low_digit + high_digit) // 2]
    if len(high) > 1:
        return prefix + high[0]
    return prefix + DIGITS[low_digit] + _middle(low[1:], "")
