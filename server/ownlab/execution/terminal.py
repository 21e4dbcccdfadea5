"""The little of a terminal that output needs: lines that a program goes back to and writes over."""

from __future__ import annotations

import re
from collections.abc import Callable

from ownlab.execution.styled import change, is_style, overlay, split, style, trim, width

LINE_LIMIT = 16 * 1024
"""Characters of a line that can still change. What a longer line holds before them is final."""

ROW_LIMIT = 64
"""Rows above the last that the cursor can go back to."""

COLUMN_LIMIT = 1000
"""How far right the cursor can be sent beyond the end of its line."""

_NOT_SGR = re.compile(r"\x1b(?!\[[0-9;:]*m)")
_PART = re.compile(
    r"[^\x08\r\n\x1b]+|\n|\r|\x08+"
    r"|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[()*+][0-9A-Za-z]|\x1b[=>78cDEHMNOZ]"
    r"|\x1b"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|\][^\x07\x1b]{0,4096}\x1b?|[()*+])?\Z")


class Terminal:
    """Turns what a program writes into text, line by line.

    `commit` gets text that is final. `pull` is asked for the last committed line (without its newline) when the
    cursor goes up beyond what is kept here, and answers None if it can not be had; the rows that a program has
    once gone back to stay here from then on, so this is rare. `reach` is that number of rows.

    Text without control characters passes unchanged, at once up to the last newline.
    """

    __slots__ = ("_above", "_below", "_commit", "_length", "_over", "_pad", "_pull", "_under", "_unfinished", "reach")

    def __init__(self, commit: Callable[[str], None], pull: Callable[[], str | None], *, reach: int = 0) -> None:
        self._commit = commit
        self._pull = pull
        self.reach = reach
        self._above: list[str] = []
        self._below: list[str] = []
        # The cursor's line is `over`, ending at the cursor, laid over `under`; `pad` columns are missing in between.
        self._over: list[str] = []
        self._length = 0
        self._under = ""
        self._pad = 0
        self._unfinished = ""

    def write(self, text: str) -> None:
        """Take the next text; it may begin or end anywhere, also inside an escape sequence."""
        if self._unfinished:
            text = self._unfinished + text
            self._unfinished = ""
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if self._is_simple() and not _has_control(text):
            self._write_plain(text)
        else:
            self._write_parts(text)

    def open_text(self) -> str:
        """The rows that are not committed, as they look now."""
        if not (self._above or self._below or self._unfinished):
            return self._line()
        return "\n".join([*self._above, self._line(), *self._below]) + self._unfinished

    def _is_simple(self) -> bool:
        return not (self._under or self._pad or self._above or self._below or self.reach)

    def _write_plain(self, text: str) -> None:
        end = text.rfind("\n") + 1
        if end:
            self._over.append(text[:end])
            self._commit("".join(self._over))
            text = text[end:]
            self._over.clear()
            self._length = 0
        if text:
            self._over.append(text)
            self._length += len(text)
            if self._length >= LINE_LIMIT:
                self._spill()

    def _write_parts(self, text: str) -> None:
        unfinished = _UNFINISHED.search(text)
        if unfinished is not None:
            self._unfinished = unfinished.group()
            text = text[: unfinished.start()]
        for match in _PART.finditer(text):
            part = match.group()
            first = part[0]
            if first == "\n":
                self._newline()
            elif first == "\r":
                self._go_to(0)
            elif first == "\b":
                self._go_to(max(0, self._column() - len(part)))
            elif first != "\x1b" or len(part) == 1 or part[1] == "]" or is_style(part):
                self._put(part)
            elif part[1] == "[":
                self._control(part)

    def _put(self, text: str) -> None:
        if self._pad:
            self._over.append(" " * self._pad)
            self._length += self._pad
            self._pad = 0
        self._over.append(text)
        self._length += len(text)
        if self._length >= LINE_LIMIT:
            self._spill()

    def _newline(self) -> None:
        self._above.append(self._line())
        self._set_line(self._below.pop(0) if self._below else "", 0)
        while len(self._above) > self.reach:
            self._commit(self._above.pop(0) + "\n")

    def _control(self, sequence: str) -> None:
        final = sequence[-1]
        digits = sequence[2:-1]
        if not digits.isdigit() and digits:
            return
        count = min(int(digits[:6] or 0), COLUMN_LIMIT)
        match final:
            case "K":
                self._erase_line(count)
            case "J" if count == 0:
                self._erase_line(0)
                self._below.clear()
            case "A" | "F":
                self._go_up(max(count, 1), 0 if final == "F" else self._column())
            case "B" | "E":
                self._go_down(max(count, 1), 0 if final == "E" else self._column())
            case "C":
                self._go_to(self._column() + max(count, 1))
            case "D":
                self._go_to(max(0, self._column() - max(count, 1)))
            case "G":
                self._go_to(max(count, 1) - 1)

    def _erase_line(self, mode: int) -> None:
        if mode == 0:
            self._under = ""
            return
        over = "".join(self._over)
        column = self._column()
        if mode == 2:
            self._under = ""
            self._over = [style(over)]
            self._pad = column
        elif mode == 1:
            self._over = [" " * column + style(over)]
        self._length = sum(map(len, self._over))

    def _go_up(self, count: int, column: int) -> None:
        for _ in range(count):
            if len(self._below) >= ROW_LIMIT:
                break
            row = self._above.pop() if self._above else self._pull()
            if row is None:
                break
            self._below.insert(0, self._line())
            self._set_line(row, 0)
        self.reach = max(self.reach, len(self._below))
        self._go_to(column)

    def _go_down(self, count: int, column: int) -> None:
        for _ in range(min(count, len(self._below))):
            self._newline()
        self._go_to(column)

    def _go_to(self, column: int) -> None:
        """Move in the line; colours stay what they are."""
        colours = style("".join(self._over))
        self._set_line(self._line(), column)
        if colours or self._over:
            before = trim("".join(self._over))
            self._over = [before + change(style(before), colours)]
            self._length = len(self._over[0])

    def _set_line(self, line: str, column: int) -> None:
        before, after = split(line, column)
        self._under = line if after else ""
        self._pad = max(0, min(column, COLUMN_LIMIT) - width(line))
        self._over = [before] if before else []
        self._length = len(before)

    def _column(self) -> int:
        return sum(map(width, self._over)) + self._pad

    def _line(self) -> str:
        over = "".join(self._over)
        if len(self._over) > 1:
            self._over = [over]
        return overlay(over, self._under) if self._under else over

    def _spill(self) -> None:
        """Make the first part of an overlong line final."""
        for row in self._above:
            self._commit(row + "\n")
        self._above.clear()
        line = "".join(self._over)
        half = LINE_LIMIT // 2
        end = (len(line) - half) // half * half
        self._commit(line[:end])
        self._under = split(self._under, width(line[:end]))[1]
        self._over = [line[end:]]
        self._length = len(line) - end


def _has_control(text: str) -> bool:
    return "\r" in text or "\b" in text or ("\x1b" in text and _NOT_SGR.search(text) is not None)
