"""Environments: the Python packages that runtimes start with, each version a folder that never changes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ownlab.agent.errors import EnvironmentMissing
from ownlab.base.ids import is_id

_DESCRIPTION = "environment.json"


@dataclass(frozen=True)
class Environment:
    """One built version. `folder` is what runtimes see, copy-on-write, at /usr/local."""

    name: str
    version: str
    folder: Path
    python_version: str
    base_prefix: Path
    """Where the interpreter itself lives on this machine."""
    mounts_python: bool
    """Whether base_prefix must be mounted at /opt/python, because it is not part of /usr inside."""
    shared_python: bool
    """Whether that interpreter needs its library found there."""
    packages: tuple[str, ...]
    """`name==version`, sorted."""
    built_at: float
    """Seconds since the epoch."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"folder": str(self.folder), "base_prefix": str(self.base_prefix)}


def list_environments(environments: Path) -> list[Environment]:
    """Every environment that is built in this folder, newest version first within a name."""
    found = [_read(path) for path in sorted(environments.glob(f"*/*/{_DESCRIPTION}"))]
    return sorted(filter(None, found), key=lambda environment: (environment.name, -environment.built_at))


def find_environment(environments: Path, wanted: str) -> Environment:
    """The environment called `name` (newest version) or `name@version`.

    Raises:
        EnvironmentMissing: it is not built; the message says how to build it.
    """
    name, _, version = wanted.partition("@")
    if is_id(name) and (not version or is_id(version)):
        for environment in list_environments(environments):
            if environment.name == name and version in ("", environment.version):
                return environment
    raise EnvironmentMissing(
        f"The environment {wanted!r} is not built on this machine. Run `ownlab env build {name}`.", environment=wanted
    )


def describe_environment(environment: Environment, folder: Path) -> None:
    """Write the description into a folder that is about to become environment.folder."""
    (folder / _DESCRIPTION).write_text(json.dumps(environment.to_json(), indent=1))
    (folder / _DESCRIPTION).chmod(0o644)


def kernel_package() -> Path:
    """The folder to put on sys.path inside runtimes: our kernel package, from the wheel or from the repository.

    Raises:
        EnvironmentMissing: neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_kernel", package.parent.parent / "kernel" / "src"):
        if (place / "ownlab_kernel").is_dir():
            return place
    raise EnvironmentMissing("OwnLab's kernel package is missing from this installation. Install `ownlab` again.")


def _read(description: Path) -> Environment | None:
    try:
        fields = json.loads(description.read_text())
        return Environment(
            **(
                fields
                | {
                    "folder": description.parent,
                    "base_prefix": Path(fields["base_prefix"]),
                    "packages": tuple(fields["packages"]),
                }
            )
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_inside_usr(prefix: Path) -> bool:
    """Whether a sandbox sees this prefix through its read-only /usr (/usr/local is the environment there)."""
    resolved = Path(os.path.realpath(prefix))
    return resolved.is_relative_to("/usr") and not resolved.is_relative_to("/usr/local")
