"""What a sandbox sees and may do: the plan for the launcher and the arguments for bubblewrap. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ownlab.agent.model import Launch

FILES_BY_PATH = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


@dataclass(frozen=True)
class Host:
    """What the arguments need to know about this machine."""

    bwrap: str
    stage: str
    """A folder that exists on every such machine; a private tmpfs hides it during the launch."""
    roots: Mapping[str, str | None]
    """Which of FILES_BY_PATH exist, and where each leads when it is a link (on merged-/usr systems they all are)."""
    users: bool = True
    """Whether user namespaces work; without them root gives up its rights inside (`setpriv`)."""
    map_files: bool = True
    """Whether mounts can show files under another owner (root only)."""
    overlay: bool = True
    disable_users: bool = True
    """Whether bubblewrap knows --disable-userns (0.8 and newer)."""


@dataclass(frozen=True)
class Folders:
    """Where the parts of one runtime are on this machine."""

    runtime: Path
    environment: Path
    python: Path | None
    """The base interpreter's prefix, when it is not below /usr."""
    kernel: Path
    etc: Path
    seed: Path | None = None
    indexes: tuple[tuple[Path, str], ...] = ()
    """Folders with packages, and where `pip` inside looks for them."""

    @property
    def root(self) -> Path:
        """The file system that holds what nothing else is mounted over: /root, /tmp, /var, /opt."""
        return self.runtime / "root"

    @property
    def content(self) -> Path:
        return self.runtime / "content"

    @property
    def spool(self) -> Path:
        return self.runtime / "spool"

    @property
    def environment_changes(self) -> Path:
        return self.runtime / "environment"


@dataclass(frozen=True)
class Mount:
    """One source under its name on the stage: a folder as it is, or an overlay of `changes` over `lower`."""

    name: str
    target: str
    source: Path | None = None
    lower: Path | None = None
    changes: Path | None = None
    read_only: bool = True

    def to_json(self) -> dict[str, Any]:
        paths = {"source": self.source, "lower": self.lower, "changes": self.changes}
        return {"name": self.name, "read_only": self.read_only} | {
            key: str(path) for key, path in paths.items() if path is not None
        }


@dataclass(frozen=True)
class Descriptors:
    """Numbers of the open files that the sandbox's processes inherit."""

    listen: int
    control: int
    """To the agent, for the network namespace; negative when no network is wanted."""
    arguments: int
    info: int
    status: int
    seccomp: int | None


@dataclass(frozen=True)
class Limits:
    """How the memory of one runtime is limited: by control groups to join, or by resource limits."""

    cgroups: tuple[Path, ...] = ()
    resources: Mapping[str, int] = field(default_factory=dict)


def mounts(folders: Folders, *, overlay: bool) -> list[Mount]:
    """Everything that is mounted into the sandbox, besides /usr, in this order."""
    listed = [
        Mount("root", "/", source=folders.root, read_only=False),
        Mount("etc", "/etc", source=folders.etc),
        _copy_on_write("environment", "/usr/local", folders.environment, folders.environment_changes, overlay=overlay),
        Mount("kernel", "/opt/ownlab", source=folders.kernel),
        Mount("content", "/content", source=folders.content, read_only=False)
        if folders.seed is None
        else _copy_on_write("content", "/content", folders.seed, folders.content, overlay=overlay),
        Mount("spool", "/var/spool/ownlab", source=folders.spool, read_only=False),
    ]
    if folders.python is not None:
        listed.append(Mount("python", "/opt/python", source=folders.python))
    listed += [Mount(f"index{i}", target, source=path) for i, (path, target) in enumerate(folders.indexes)]
    return listed


def _copy_on_write(name: str, target: str, lower: Path, changes: Path, *, overlay: bool) -> Mount:
    if overlay:
        return Mount(name, target, lower=lower, changes=changes, read_only=False)
    return Mount(name, target, source=changes / "upper", read_only=False)


def variables(launch: Launch, listen: int, *, shared_python: bool, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process inside."""
    return {
        "HOME": "/root",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "SHELL": "/bin/bash",
        "OWNLAB_LISTEN_FD": str(listen),
        "OWNLAB_SPOOL": "/var/spool/ownlab",
        "JUPYTER_TOKEN": launch.token,
        "JUPYTER_RUNTIME_DIR": "/tmp/.jrt",  # noqa: S108
        "JUPYTER_PLATFORM_DIRS": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **({"LD_LIBRARY_PATH": "/opt/python/lib"} if shared_python else {}),
        **extra,
    }


def arguments(
    host: Host, mounted: Sequence[Mount], environment: Mapping[str, str], descriptors: Descriptors
) -> list[str]:
    """Bubblewrap's arguments; they travel through a descriptor, because those in argv are visible inside."""
    listed = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if host.users:
        listed += ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-drop", "ALL"]
        listed += ["--disable-userns"] if host.disable_users else []
    else:
        listed += ["--cap-drop", "ALL"]
        for needed in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            listed += ["--cap-add", needed]
    listed += ["--new-session", "--hostname", "ownlab"]
    root, *others = mounted
    listed += _bind(host, root)
    listed += ["--ro-bind", "/usr", "/usr"]
    for path, leads_to in host.roots.items():
        listed += ["--ro-bind", path, path] if leads_to is None else ["--symlink", leads_to, path]
    for mount in others:
        listed += _bind(host, mount)
    listed += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm"]  # noqa: S108
    listed += ["--chdir", "/content", "--clearenv"]
    for name, value in environment.items():
        listed += ["--setenv", name, value]
    listed += ["--info-fd", str(descriptors.info), "--json-status-fd", str(descriptors.status)]
    if descriptors.seccomp is not None:
        listed += ["--seccomp", str(descriptors.seccomp)]
    return listed


def _bind(host: Host, mount: Mount) -> list[str]:
    return ["--ro-bind" if mount.read_only else "--bind", f"{host.stage}/{mount.name}", mount.target]


def inner_command(host: Host, launch: Launch, uid: int | None) -> list[str]:
    """What bubblewrap starts: limits of its own, then the Jupyter Server."""
    command = ["/usr/bin/prlimit", f"--nproc={launch.processes}:{launch.processes}", "--core=0:0", "--"]
    return [*command, *give_up_root(host, uid), "/usr/local/bin/python", "-P", "-m", "ownlab_kernel.serve"]


def give_up_root(host: Host, uid: int | None) -> list[str]:
    """The words before a command inside that make it an ordinary user's, where no user namespace does."""
    if host.users or uid is None:
        return []
    identity = ["--reuid", str(uid), "--regid", str(uid), "--clear-groups"]
    return ["/usr/bin/setpriv", *identity, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--"]


def launcher_plan(
    host: Host,
    uid: int | None,
    mounted: Sequence[Mount],
    inner: Sequence[str],
    descriptors: Descriptors,
    limits: Limits,
    blackholes: Sequence[str],
) -> dict[str, Any]:
    """The plan that `launcher.py` carries out. `uid`: whom root becomes; None for an ordinary user."""
    return {
        "stage": host.stage,
        "uid": uid,
        "users": host.users,
        "map_files": host.map_files,
        "mounts": [mount.to_json() for mount in mounted],
        "cgroups": [str(path / "cgroup.procs") for path in limits.cgroups],
        "limits": {"RLIMIT_CORE": 0, **limits.resources},
        "blackholes": list(blackholes),
        "control": descriptors.control,
        "command": [host.bwrap, "--args", str(descriptors.arguments), "--", *inner],
    }
