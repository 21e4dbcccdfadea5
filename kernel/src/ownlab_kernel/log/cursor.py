"""A place in a spool, from which one client reads on at its own pace."""

from __future__ import annotations

import os

from ownlab_kernel.log.spool import Segment, Spool


class Cursor:
    """Reads the lines after `number` in order, in blocks.

    Lines that another client acknowledged meanwhile may be gone: the cursor goes on with the oldest that is kept.
    """

    def __init__(self, spool: Spool, after: int) -> None:
        self.number = min(after, spool.last)
        self._spool = spool
        self._segment: Segment | None = None
        self._file = -1
        self._offset = 0

    def read(self, limit_bytes: int, until: int | None = None) -> bytes | None:
        """The next whole lines, about limit_bytes of them and at least one; None when there is none up to `until`."""
        last = self._spool.last if until is None else min(until, self._spool.last)
        if self.number >= last:
            return None
        segment = self._advance()
        if self.number >= last:
            return None
        block, wanted = self._block(segment, limit_bytes), last - self.number
        while not block.endswith(b"\n"):
            limit_bytes *= 2
            block, wanted = self._block(segment, limit_bytes), 1
        block = _first_lines(block, wanted)
        self._offset += len(block)
        self.number += block.count(b"\n")
        return block

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _block(self, segment: Segment, limit_bytes: int) -> bytes:
        """The whole lines among the next limit_bytes; none when the first line is longer."""
        block = os.pread(self._file, min(limit_bytes, segment.size - self._offset), self._offset)
        return block[: block.rfind(b"\n") + 1]

    def _advance(self) -> Segment:
        """Stand in the segment that holds the next line."""
        segment = self._segment
        if segment is not None and self.number < segment.last:
            return segment
        kept = self._spool.segments
        segment = next(each for each in kept if each.last > self.number)
        self.close()
        self._file = os.open(segment.path, os.O_RDONLY | os.O_CLOEXEC)
        self._segment = segment
        self.number = max(self.number, segment.first - 1)
        self._offset = self._skip(segment, self.number + 1 - segment.first)
        return segment

    def _skip(self, segment: Segment, lines: int) -> int:
        return len(_first_lines(os.pread(self._file, segment.size, 0), lines)) if lines else 0


def _first_lines(block: bytes, lines: int) -> bytes:
    if block.count(b"\n") <= lines:
        return block
    end = 0
    for _ in range(lines):
        end = block.index(b"\n", end) + 1
    return block[:end]
