"""A runtime on a machine that allows no sandbox: a process of this user, shut off from files where Landlock exists.

It sees its folders under their real names, has this machine's network, and its packages lie over the environment in a
virtual environment of its own. Only ever used when OwnLab serves one person.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ownlab.agent.environments import Environment
from ownlab.agent.etc import COPIED
from ownlab.agent.plan import Descriptors, Folders, Limits

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sys", "/run/systemd/resolve")
_ETC = (*COPIED, "group", "host.conf", "hosts", "nsswitch.conf", "passwd", "resolv.conf")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm")


def scratch(runtime: str) -> Path:
    """The runtime's temporary folder. Its name is short: the kernel's sockets are in it."""
    return Path("/tmp") / f"ownlab-{runtime}"  # noqa: S108


def pip_conf(folders: Folders) -> Path:
    """pip's configuration with this machine's own paths, beside the folder for /etc."""
    return folders.etc.parent / "pip.conf"


def make_layer(environment: Environment, folders: Folders) -> Path:
    """A virtual environment that lies over the environment, for what the notebook installs; returns its folder."""
    layer = folders.environment_changes
    name = "python" + ".".join(environment.python_version.split(".")[:2])
    python = environment.base_prefix / "bin" / name
    own, base = layer / "lib" / name / "site-packages", environment.folder / "lib" / name / "site-packages"
    own.mkdir(parents=True)
    (layer / "bin").mkdir()
    (layer / "bin" / "python").symlink_to(python)
    (layer / "bin" / "python3").symlink_to("python")
    pip = layer / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{layer}/bin/python" -m pip "$@"\n')
    pip.chmod(0o755)
    (layer / "pyvenv.cfg").write_text(f"home = {python.parent}\nversion = {environment.python_version}\n")
    (own / "ownlab.pth").write_text(f"import site; site.addsitedir({str(base)!r})\n{folders.kernel}\n")
    return layer


def launcher_plan(
    folders: Folders,
    layer: Path,
    environment: Environment,
    variables: Mapping[str, str],
    descriptors: Descriptors,
    limits: Limits,
    *,
    landlock: bool,
) -> dict[str, Any]:
    """The plan that `launcher.py` carries out instead of a sandbox."""
    temporary = scratch(folders.runtime.name)
    own = {
        "HOME": str(folders.root / "root"),
        "PATH": f"{layer}/bin:{environment.folder}/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": str(layer),
        "TMPDIR": str(temporary),
        "OWNLAB_CONTENT": str(folders.content),
        "OWNLAB_SPOOL": str(folders.spool),
        "JUPYTER_RUNTIME_DIR": str(temporary / "run"),
    }
    bundles = {name: value for name, value in variables.items() if value.startswith("/etc/")}
    own |= {name: str(folders.etc / value.removeprefix("/etc/")) for name, value in bundles.items()}
    own["PIP_CONFIG_FILE"] = str(pip_conf(folders))
    python = os.path.realpath(layer / "bin" / "python")
    read = [*_SYSTEM, *(f"/etc/{name}" for name in _ETC), str(folders.kernel), str(folders.etc), str(pip_conf(folders))]
    read += [str(environment.folder), str(environment.base_prefix), os.path.dirname(os.path.dirname(python))]
    read += [str(path) for path, _ in folders.indexes]
    writable = (folders.root, folders.content, folders.spool, layer, temporary)
    return {
        "plain": True,
        "landlock": landlock,
        "read": read,
        "write": [*(f"/dev/{name}" for name in _DEVICES), *map(str, writable)],
        "cgroups": [str(path / "cgroup.procs") for path in limits.cgroups],
        "limits": {"RLIMIT_CORE": 0, **limits.resources},
        "closing": [descriptors.info, descriptors.status, descriptors.arguments],
        "seccomp": descriptors.seccomp,
        "folder": str(folders.content),
        "environment": {**variables, **own},
        "command": [str(layer / "bin" / "python"), "-P", "-m", "ownlab_kernel.serve"],
    }
