"""Processes as /proc shows them: which one a number means, who descends from it, how much memory it takes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process that can not be mistaken for a later one of the same number."""

    pid: int
    started: int
    """Clock ticks from the machine's start to the process's."""
    boot: str
    """The machine's start, since ticks begin anew with it."""

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The process of this number now, or None."""
        started = start_time(pid)
        return None if started is None else cls(pid, started, boot_id())

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        stat = _stat(self.pid)
        return stat is not None and stat[0] not in "ZX" and int(stat[19]) == self.started and boot_id() == self.boot

    def open(self) -> int | None:
        """A descriptor that becomes readable when the process ends; None when it has. Safe against reused numbers."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return None
        if self.alive():
            return descriptor
        os.close(descriptor)
        return None

    async def wait(self, deadline_s: float) -> None:
        """Return when the process has ended, or after deadline_s."""
        descriptor = self.open()
        if descriptor is None:
            return
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, ended.set)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), deadline_s)
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    def kill(self) -> None:
        """End this very process; nothing when it has ended."""
        descriptor = self.open()
        if descriptor is not None:
            try:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            except ProcessLookupError:
                pass
            finally:
                os.close(descriptor)


def start_time(pid: int) -> int | None:
    stat = _stat(pid)
    return None if stat is None else int(stat[19])


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def descendants(pid: int) -> Iterator[int]:
    """pid and every process below it."""
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        yield current
        try:
            for task in os.listdir(f"/proc/{current}/task"):
                waiting += map(int, Path(f"/proc/{current}/task/{task}/children").read_text().split())
        except OSError:
            continue


def kill_below(top: Process) -> None:
    """End every descendant of a process that is the parent of its orphans too, itself last."""
    for _ in range(100):
        below = [Process.of(pid) for pid in descendants(top.pid) if pid != top.pid] if top.alive() else []
        living = [process for process in below if process is not None and process.alive()]
        if not living:
            break
        for process in living:
            process.kill()
    top.kill()


def kill_session(session: int) -> None:
    """End every process of a session. Its leader must be our child, not waited for, so that the number is its own."""
    for entry in os.listdir("/proc"):
        stat = _stat(int(entry)) if entry.isdigit() else None
        if stat is not None and int(stat[3]) == session:
            process = Process.of(int(entry))
            if process is not None:
                process.kill()


def memory_bytes(pid: int) -> int:
    """The process's share of memory: its proportional set size, resident size where that may not be read, 0 if gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
