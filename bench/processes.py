"""Memory of processes as Linux counts it."""

from __future__ import annotations

import re
from pathlib import Path


def pss(pid: int) -> float:
    """Proportional set size in MiB: shared pages count in parts."""
    return _kib(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss")


def reset_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_rss(pid: int) -> float:
    """The most resident memory in MiB since `reset_peak`."""
    return _kib(Path(f"/proc/{pid}/status").read_text(), "VmHWM")


def family(pid: int) -> list[tuple[str, float]]:
    """Name and PSS in MiB of every process below this one."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [(Path(f"/proc/{child}/comm").read_text().strip(), pss(child)), *family(child)]
    return found


def _kib(text: str, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return round(int(found[1]) / 1024, 1) if found else 0.0
