"""The log of one kernel on disk: numbered lines in files that go when they are acknowledged.

A folder holds the segments (each named by the number of its first line), `acknowledged` (the highest number that a
client has on its own disk) and `runs` (every run id that was accepted, with the number of the log at that moment).
Nothing is synced: the runtime's processes end with the machine, so the page cache outlives all who read the spool.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SEGMENT_BYTES = 4 << 20
_WORTH_FREEING = 1 << 20


@dataclass
class Segment:
    """One file of lines `first`, `first + 1`, …; `size` bytes of it are whole lines."""

    path: Path
    first: int
    last: int
    size: int


class Spool:
    """Appends lines, forgets acknowledged ones, and remembers both over a restart of its process.

    Line n of the spool is the entry with number n; the caller puts the number into the line itself.
    """

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._ack_file = os.open(folder / "acknowledged", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.acknowledged = _number(os.pread(self._ack_file, 32, 0))
        self._write_acknowledged()
        self._runs_file = os.open(folder / "runs", os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._runs = _read_runs(self._runs_file)
        self.segments = [_mend(path) for path in sorted(folder.glob("*.log"))]
        self._file = -1
        if not self.segments or self.last < self.acknowledged:
            self._rotate(max(self.last, self.acknowledged) + 1)
        else:
            self._open_current()

    @property
    def last(self) -> int:
        """The number of the newest line, 0 when there never was one."""
        return self.segments[-1].last if self.segments else 0

    def append(self, lines: Sequence[bytes]) -> None:
        """Write the next lines (without line breaks inside) in one call; all of them or, when it raises, none.

        Raises:
            OSError: the disk is full or broken; repeating later is safe.
        """
        block = b"\n".join(lines) + b"\n"
        current = self.segments[-1]
        if current.size and current.size + len(block) > self._segment_bytes:
            self._rotate(current.last + 1)
            current = self.segments[-1]
        try:
            _write_all(self._file, block)
        except OSError:
            os.ftruncate(self._file, current.size)
            raise
        current.size += len(block)
        current.last += len(lines)

    def acknowledge(self, number: int) -> None:
        """Forget what is not newer than number. A lower number than before changes nothing."""
        number = min(number, self.last)
        if number <= self.acknowledged:
            return
        self.acknowledged = number
        self._write_acknowledged()
        if number == self.last and self.segments[-1].size >= min(_WORTH_FREEING, self._segment_bytes):
            self._rotate(number + 1)
        while len(self.segments) > 1 and self.segments[0].last <= number:
            self.segments.pop(0).path.unlink(missing_ok=True)

    def accepted_at(self, run: str) -> int | None:
        """The number of the log when this run was accepted; None for a run that never was."""
        return self._runs.get(run)

    def accept(self, run: str) -> int:
        """Remember that this run is about to be sent to the kernel, whatever happens to this process next.

        Raises:
            OSError: the disk is full or broken; the run is not known.
        """
        size = os.fstat(self._runs_file).st_size
        try:
            _write_all(self._runs_file, f"{run} {self.last}\n".encode())
        except OSError:
            os.ftruncate(self._runs_file, size)
            raise
        self._runs[run] = self.last
        return self.last

    def skip_to(self, number: int) -> None:
        """Go on behind number: a client has seen it, so the newest lines were lost with the machine's page cache."""
        if number > self.last:
            self._rotate(number + 1)

    def close(self) -> None:
        for descriptor in (self._file, self._ack_file, self._runs_file):
            os.close(descriptor)

    def _write_acknowledged(self) -> None:
        os.pwrite(self._ack_file, b"%020d\n" % self.acknowledged, 0)

    def _rotate(self, first: int) -> None:
        self.segments.append(Segment(self._folder / f"{first:020d}.log", first, first - 1, 0))
        self._open_current()

    def _open_current(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(self.segments[-1].path, flags, 0o600)


def _mend(path: Path) -> Segment:
    """The segment in this file; what a death in the middle of a write left of a line is cut off."""
    content = path.read_bytes()
    size = content.rfind(b"\n") + 1
    if size < len(content):
        os.truncate(path, size)
    first = int(path.stem)
    return Segment(path, first, first + content.count(b"\n") - 1, size)


def _read_runs(descriptor: int) -> dict[str, int]:
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    size = content.rfind(b"\n") + 1
    if size < len(content):
        os.ftruncate(descriptor, size)
    pairs = (line.split() for line in content[:size].decode().splitlines())
    return {run: int(number) for run, number in pairs}


def _number(text: bytes) -> int:
    return int(text) if text.strip().isdigit() else 0


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
