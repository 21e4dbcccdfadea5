"""Memory limits: a control group for the whole runtime where this machine lets us make one, else limits per process."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from ownlab.agent.plan import Limits

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class ControlGroups:
    """A folder of the memory controller below which groups can be made. version 1 or 2."""

    parent: Path
    version: int

    def make(self, runtime: str, memory_bytes: int | None) -> Path:
        """The group of one runtime, ready to be joined."""
        group = self.parent / f"ownlab-{runtime}"
        group.mkdir(exist_ok=True)
        if memory_bytes is not None:
            name = "memory.max" if self.version == 2 else "memory.limit_in_bytes"
            (group / name).write_text(str(memory_bytes))
            swap = group / ("memory.swap.max" if self.version == 2 else "memory.memsw.limit_in_bytes")
            with contextlib.suppress(OSError):
                swap.write_text("0" if self.version == 2 else str(memory_bytes))
        return group


def find_control_groups(membership: str | None = None, root: Path = _ROOT) -> ControlGroups | None:
    """Where groups can be made, found by making one; None where this user or this machine does not allow it."""
    text = Path("/proc/self/cgroup").read_text() if membership is None else membership
    for candidate in _candidates(text, root):
        if _works(candidate):
            return candidate
    return None


def _candidates(membership: str, root: Path) -> list[ControlGroups]:
    found = []
    for line in membership.splitlines():
        _, controllers, own = line.split(":", 2)
        if "memory" in controllers.split(","):
            found += [ControlGroups(root / "memory" / part, 1) for part in (own.strip("/"), "")]
        if not controllers and "memory" in _read(root / "cgroup.controllers").split():
            found += [ControlGroups(root / part, 2) for part in (str(Path(own.strip("/")).parent), "")]
    return found


def _works(groups: ControlGroups) -> bool:
    probe = f"probe-{os.getpid()}"
    group = groups.parent / f"ownlab-{probe}"
    try:
        if groups.version == 2:
            with contextlib.suppress(OSError):
                (groups.parent / "cgroup.subtree_control").write_text("+memory")
        groups.make(probe, 1 << 30)
        return os.access(groups.parent / "cgroup.procs", os.W_OK)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            group.rmdir()


def limit_memory(groups: ControlGroups | None, runtime: str, memory_bytes: int | None) -> Limits:
    """The limits of one runtime, its control group made."""
    if memory_bytes is None:
        return Limits()
    if groups is not None:
        return Limits(cgroups=(groups.make(runtime, memory_bytes),))
    return Limits(resources={"RLIMIT_DATA": memory_bytes})


def ran_out_of_memory(group: Path) -> bool:
    """Whether the kernel ended a process of this group for want of memory."""
    for name in ("memory.oom_control", "memory.events"):
        for line in _read(group / name).splitlines():
            key, _, value = line.partition(" ")
            if key == "oom_kill" and value.strip() != "0":
                return True
    return False


def remove_group(group: Path) -> None:
    """Remove the group of a runtime whose processes have just ended; the kernel may take a moment to notice."""
    deadline = time.monotonic() + 2
    while group.exists():
        try:
            group.rmdir()
        except OSError:
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
