"""What this machine offers to sandboxes, found out once at the agent's start and passed to every launch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ownlab.agent.isolation import Isolation
from ownlab.agent.limits import ControlGroups
from ownlab.agent.plan import FILES_BY_PATH, Host


@dataclass(frozen=True)
class Machine:
    """Everything that launches on this machine have in common."""

    host: Host
    isolation: Isolation
    slirp: str | None
    """slirp4netns, where it is installed and works."""
    control_groups: ControlGroups | None
    seccomp: bytes | None
    is_root: bool
    first_uid: int
    """Users of sandboxes are taken from here on (root only)."""
    uids: int

    @property
    def is_plain(self) -> bool:
        """Whether no sandbox can be made here at all."""
        return self.isolation.level in ("landlock", "none")


def top_level_links(root: Path = Path("/")) -> dict[str, str | None]:
    """Which of the folders beside /usr exist here, and where each leads when it is a link into /usr."""
    found: dict[str, str | None] = {}
    for name in FILES_BY_PATH:
        path = root / name.lstrip("/")
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_dir():
            found[name] = None
    return found


def choose_stage() -> str:
    """A folder to hide behind the launcher's private tmpfs: any that every Linux machine has."""
    return next(place for place in ("/tmp", "/mnt", "/run") if Path(place).is_dir() and not Path(place).is_symlink())  # noqa: S108


def runtime_uids(uid_map: str) -> tuple[int, int] | None:
    """First and count of the uids for sandboxes, from those that exist in this user namespace; None without any."""
    first, count = 900_000, 100_000
    extents = [tuple(map(int, line.split())) for line in uid_map.splitlines()]
    if any(start <= first and first + count <= start + length for start, _, length in extents):
        return first, count
    start, _, length = max(extents, key=lambda extent: extent[2])
    if length < 20_000:
        return None
    return start + length - 10_000, 10_000
