"""How a sandbox ended, from bubblewrap's status file, its exit status and the kernel's counters."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from ownlab.agent.limits import ran_out_of_memory
from ownlab.agent.model import Exit
from ownlab.agent.state import State

_PATIENCE_S = 1.0
"""How long bubblewrap's monitor may take to write what it saw. A hostile sandbox can keep it from seeing anything."""


async def how_it_ended(folder: Path, state: State, child: subprocess.Popen[bytes] | None) -> Exit:
    """The reason why a runtime's sandbox is no more."""
    deadline = time.monotonic() + _PATIENCE_S
    while (status := exit_status(folder / "exit")) is None and time.monotonic() < deadline:
        if (child is not None and child.poll() is not None) or (state.outer is not None and not state.outer.alive()):
            status = exit_status(folder / "exit")
            if status is None and child is not None and child.returncode is not None:
                status = child.returncode if child.returncode >= 0 else 128 - child.returncode
            break
        await asyncio.sleep(0.01)
    return explain(status, out_of_memory=any(ran_out_of_memory(Path(group)) for group in state.cgroups))


def exit_status(file: Path) -> int | None:
    """The exit status that bubblewrap noted, in a shell's manner (128 + signal)."""
    for line in reversed(_read(file, 4096).decode(errors="replace").splitlines()):
        try:
            return int(json.loads(line)["exit-code"])
        except (ValueError, KeyError, TypeError):
            continue
    return None


def explain(status: int | None, *, out_of_memory: bool) -> Exit:
    """The end in words."""
    if out_of_memory:
        return Exit(None, signal.SIGKILL, "It used more memory than it may. Ask for more, or use less.")
    if status is None:
        return Exit(None, None, "Its processes are gone; nobody saw how they ended.")
    if status > 128 and status - 128 in signal.valid_signals():
        name = signal.Signals(status - 128).name
        return Exit(None, status - 128, f"Its server was ended by {name}.")
    return Exit(status, None, f"Its server ended with status {status}.")


def tail(file: Path, tail_bytes: int) -> str:
    """The last bytes of a text file, "" when there is none."""
    return _read(file, tail_bytes).decode(errors="replace")


def _read(file: Path, tail_bytes: int) -> bytes:
    try:
        with file.open("rb") as stream:
            stream.seek(-min(tail_bytes, os.fstat(stream.fileno()).st_size), os.SEEK_END)
            return stream.read(tail_bytes)
    except OSError:
        return b""
