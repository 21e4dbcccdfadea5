"""What every sandbox gets from this machine's configuration: /etc, package indexes, certificates."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ownlab.agent import etc
from ownlab.agent.index import carry_over, effective_index
from ownlab.base.ids import new_id


class Carried:
    """The /etc folder of this agent's sandboxes, kept current with pip's configuration."""

    def __init__(self, folder: Path, environment: Mapping[str, str], home: Path) -> None:
        self._parent = folder
        self._environment = environment
        self._home = home
        self._etc = folder / f"etc-{new_id()}"
        etc.write_etc(self._etc)

    def current(self) -> tuple[Path, tuple[tuple[Path, str], ...], dict[str, str]]:
        """The folder for /etc, the package folders to mount, and variables for inside; pip's files are read anew."""
        index = effective_index(self._environment, self._home)
        bundles = etc.certificate_bundles(self._etc, self._environment, index.cert)
        carried = carry_over(index, bundles.pop("PIP_CERT", None))
        etc.keep_current(self._parent, {"pip.conf": carried.outside})
        etc.keep_current(self._etc, {"pip.conf": carried.pip_conf, "uv/uv.toml": carried.uv_toml})
        return self._etc, carried.folders, bundles

    def forget_unused(self, used: set[str]) -> None:
        """Remove the /etc folders of earlier agents which no runtime has mounted."""
        for folder in self._parent.glob("etc-*"):
            if folder != self._etc and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)
