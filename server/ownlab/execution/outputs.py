"""What runs printed, on disk: one append-only log for each run, which only the control plane writes.

A log is lines of JSON, each an entry of the kernel's log as it came. Nothing is taken out of it: outputs are computed
from it by the reducer, as often as they are needed and within the limits that are asked for.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ownlab.base.errors import BadInput, Unavailable
from ownlab.base.ids import is_id
from ownlab.execution.blobs import Blobs
from ownlab.execution.bundles import PutBlob
from ownlab.execution.displays import DisplayIndex
from ownlab.execution.reducer import Entry, Limits, Reducer
from ownlab.execution.schemas import Output

log = logging.getLogger(__name__)

_BLOCK = 64 * 1024


class OutputsNotStored(Unavailable):
    """Entries could not be appended; the log holds none of them, and the kernel's side keeps them."""

    code = "outputs_not_stored"


class OutputFolder:
    """The logs and payloads of all notebooks: <folder>/<notebook>/<run>.log and <folder>/<notebook>/blobs/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def log(self, notebook: str, run: str) -> OutputLog:
        """The log of a run, which need not exist yet."""
        return OutputLog(self._notebook(notebook) / f"{_checked(run)}.log")

    def blobs(self, notebook: str) -> Blobs:
        return Blobs(self._notebook(notebook) / "blobs")

    def runs(self, notebook: str) -> list[str]:
        """The runs that have a log."""
        return sorted(path.stem for path in self._notebook(notebook).glob("*.log"))

    def remove_run(self, notebook: str, run: str) -> None:
        """Forget what a run printed. Its payloads stay until the notebook goes: other runs may share them."""
        (self._notebook(notebook) / f"{_checked(run)}.log").unlink(missing_ok=True)

    def remove(self, notebook: str) -> None:
        """Forget everything of a notebook."""
        shutil.rmtree(self._notebook(notebook), ignore_errors=True)

    def _notebook(self, notebook: str) -> Path:
        return self.folder / _checked(notebook)


class OutputLog:
    """The log of one run. One writer; readers in other threads see whole entries only.

    Every entry has the kernel's number `n`; entries that the log holds already are left out when they come again, and
    so are entries without a number. One with `n` 0 is not the kernel's answer to this run: it is never left out, and
    must bear repeating.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._size = 0
        self._last_n = 0

    @property
    def last_n(self) -> int:
        """The number of the last entry; 0 if there is none."""
        self._open()
        return self._last_n

    def append(self, entries: Iterable[Entry]) -> list[Entry]:
        """Append those that are new, in one write, and return them. Not synced: see `sync`.

        Raises:
            OutputsNotStored: the disk is full or broken. Nothing was appended; the same call may be repeated.
        """
        self._open()
        new: list[Entry] = []
        last = self._last_n
        for entry in entries:
            number = entry.get("n")
            if type(number) is not int:
                continue
            if number > last:
                last = number
            elif number != 0:
                continue
            new.append(entry)
        if new:
            self._write(b"".join(map(_line, new)))
            self._last_n = last
        return new

    def append_unnumbered(self, entry: Entry) -> None:
        """Append an entry that is not the kernel's answer to this run: an update from another run's cell, or a
        `clear_output` that the user asked for. Repeating it must do no harm.

        Raises:
            OutputsNotStored: as `append`.
        """
        self.append([{**entry, "n": 0}])

    def sync(self) -> None:
        """Return when everything appended survives a power failure."""
        if self._descriptor is not None:
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def size(self) -> int:
        """Bytes of whole entries so far: what `entries(until=…)` needs to read the same entries again."""
        if self._descriptor is not None:
            return self._size
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return 0
        try:
            return _whole_size(descriptor)
        finally:
            os.close(descriptor)

    def entries(self, *, until: int | None = None) -> Iterator[dict[str, Any]]:
        """Every entry in order, read as it is asked for; those appended meanwhile are seen too."""
        if not self.path.exists():
            return
        read = 0
        with self.path.open("rb") as file:
            for line in file:
                read += len(line)
                if not line.endswith(b"\n") or (until is not None and read > until):
                    return
                try:
                    entry = json.loads(line)
                except ValueError:
                    log.warning("%s: a damaged entry of %d bytes is skipped", self.path, len(line))
                    continue
                if isinstance(entry, dict):
                    yield entry

    def reduce(
        self,
        *,
        limits: Limits | None = None,
        displays: DisplayIndex | None = None,
        put_blob: PutBlob | None = None,
    ) -> Reducer:
        """A reducer that has taken every entry so far."""
        reducer = Reducer(self.path.stem, limits=limits, displays=displays, put_blob=put_blob)
        for entry in self.entries(until=self.size()):
            reducer.apply(entry)
        return reducer

    def read_outputs(self, limits: Limits | None = None, *, put_blob: PutBlob | None = None) -> list[Output]:
        """The outputs of the run, within the limits."""
        return self.reduce(limits=limits, put_blob=put_blob).snapshot()

    def import_outputs(self, outputs: Iterable[object]) -> None:
        """Fill the log of a run that never was with the outputs that a notebook file holds for its cell."""
        run = self.path.stem
        self.append({"n": n, "run": run, "type": "output", "content": each} for n, each in enumerate(outputs, 1))

    def _open(self) -> None:
        """Open for appending: cut off an entry that was not written to its end, and find the last number."""
        if self._descriptor is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._size = _whole_size(descriptor)
            if self._size != os.fstat(descriptor).st_size:
                os.ftruncate(descriptor, self._size)
            self._last_n = _last_number(descriptor, self._size)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _write(self, content: bytes) -> None:
        assert self._descriptor is not None  # noqa: S101
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            os.ftruncate(self._descriptor, self._size)
            raise OutputsNotStored(
                f"Outputs can not be written to disk: {error.strerror}. Free some space; nothing is lost meanwhile."
            ) from error
        self._size += len(content)


def _checked(name: str) -> str:
    if not is_id(name):
        raise BadInput(f"{name!r} is not an identifier.")
    return name


def _line(entry: Entry) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _whole_size(descriptor: int) -> int:
    """Bytes up to and including the last newline."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - _BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _last_number(descriptor: int, size: int) -> int:
    """The highest number, found from the end: the first that is not 0."""
    rest = b""
    end = size
    block = _BLOCK
    while end:
        start = max(0, end - block)
        lines = (os.pread(descriptor, end - start, start) + rest).split(b"\n")
        whole = lines if start == 0 else lines[1:]
        for line in reversed(whole):
            number = _number(line)
            if number:
                return number
        rest = lines[0]
        end = start
        block *= 2
    return 0


def _number(line: bytes) -> int:
    try:
        number = json.loads(line)["n"] if line else 0
    except (ValueError, TypeError, KeyError):
        return 0
    return number if isinstance(number, int) else 0
