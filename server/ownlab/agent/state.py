"""What the agent remembers of each runtime on disk, so that the next agent can take it over."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ownlab.agent.model import Exit
from ownlab.agent.processes import Process
from ownlab.base.files import write_atomically

_FILE = "state.json"


@dataclass(frozen=True)
class State:
    """One runtime. Processes are named so that a reused number is never taken for them."""

    id: str
    started_at: float
    environment: str
    network: bool
    uid: int | None
    etc: str
    """Name of the folder that is mounted at /etc inside."""
    cgroups: tuple[str, ...] = ()
    outer: Process | None = None
    """The launcher, later bubblewrap's monitor."""
    inner: Process | None = None
    """Process 1 of the sandbox: with it, everything inside ends."""
    slirp: Process | None = None
    exit: Exit | None = None

    def processes(self) -> list[Process]:
        return [process for process in (self.inner, self.outer, self.slirp) if process is not None]

    def ended(self, how: Exit) -> State:
        """The same runtime, over. The first reason stays."""
        return replace(self, exit=self.exit or how)


def write_state(folder: Path, state: State) -> None:
    """Remember state in the runtime's folder (mode 0600, never torn)."""
    write_atomically(folder / _FILE, json.dumps(asdict(state)).encode())


def read_state(folder: Path) -> State | None:
    """What is remembered in the folder; None when there is nothing to rely on."""
    try:
        fields: dict[str, Any] = json.loads((folder / _FILE).read_text())
        for name in ("outer", "inner", "slirp"):
            fields[name] = fields[name] and Process(**fields[name])
        fields["exit"] = fields["exit"] and Exit(**fields["exit"])
        fields["cgroups"] = tuple(fields["cgroups"])
        state = State(**fields)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return state if state.id == folder.name else None
