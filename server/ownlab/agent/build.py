"""Building an environment with uv: in a folder aside, moved into place when it is whole."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
import sysconfig
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ownlab.agent.environments import Environment, describe_environment, is_inside_usr
from ownlab.agent.errors import EnvironmentBuildFailed
from ownlab.agent.index import PackageIndex, effective_index
from ownlab.base.errors import BadInput
from ownlab.base.ids import is_id, new_id

PHASES = ("create", "resolve", "download", "install", "compile", "finish")


@dataclass(frozen=True)
class BuildProgress:
    """How far a build is: `done` of `total` packages (files, when compiling) in this phase; total 0 while unknown."""

    phase: str
    done: int
    total: int
    detail: str = ""


Progress = Callable[[BuildProgress], None]


async def build(
    environments: Path,
    name: str,
    *,
    packages: Sequence[str] | None = None,
    progress: Progress = lambda _: None,
    index: PackageIndex | None = None,
) -> Environment:
    """Build a version of the environment and return it; runtimes launched from now on get it.

    `packages`: requirements (`torch`, `numpy<2`) to add to the core ones. Interrupted or failed, nothing is left.

    Raises:
        EnvironmentBuildFailed: with uv's own last lines in the message.
    """
    if not is_id(name):
        raise BadInput(f"{name!r} can not name an environment. Use letters, digits, - and _.")
    index = index or effective_index(os.environ, Path.home())
    home = environments / name
    home.mkdir(parents=True, exist_ok=True)
    _remove_broken(home)
    folder = home / f".building-{os.getpid()}-{new_id()}"
    try:
        return await _build(home, folder, name, packages or (), progress, index)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _build(
    home: Path, folder: Path, name: str, packages: Sequence[str], progress: Progress, index: PackageIndex
) -> Environment:
    base = Path(sys.base_prefix)
    interpreter = Path(os.path.realpath(sys.executable))
    progress(BuildProgress("create", 0, 1, f"Python {sysconfig.get_python_version()}"))
    await _run(_uv("venv", "--relocatable", "--no-project", "--python", str(interpreter), str(folder)), index)
    progress(BuildProgress("create", 1, 1))
    requirements = ["-r", str(core_requirements()), *packages]
    await _install(folder, requirements, progress, index)
    progress(BuildProgress("finish", 0, 1))
    installed = await _installed(folder, index)
    mounts_python = not is_inside_usr(base)
    await asyncio.to_thread(_fit_for_sandbox, folder, base if mounts_python else None)
    version = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{new_id()[:6]}"
    environment = Environment(
        name=name,
        version=version,
        folder=home / version,
        python_version=".".join(map(str, sys.version_info[:3])),
        base_prefix=base,
        mounts_python=mounts_python,
        shared_python=mounts_python and bool(sysconfig.get_config_var("Py_ENABLE_SHARED")),
        packages=tuple(installed),
        built_at=time.time(),
    )
    describe_environment(environment, folder)
    folder.rename(environment.folder)
    progress(BuildProgress("finish", 1, 1, f"{name}@{version}"))
    return environment


def core_requirements() -> Path:
    """The pinned packages that every environment holds."""
    return Path(__file__).parent / "requirements" / "core.txt"


async def _install(folder: Path, requirements: Sequence[str], progress: Progress, index: PackageIndex) -> None:
    arguments = ["--color", "never", "pip", "install", "--python", str(folder / "bin" / "python")]
    arguments += ["--compile-bytecode", "--verbose", *_index_arguments(index), *requirements]
    counter = _Counter(progress)
    watch = asyncio.create_task(_watch_compiling(folder, counter, progress))
    try:
        await _run(_uv(*arguments), index, counter.read)
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


class _Counter:
    """Turns what uv says into progress. Small packages come without a word; all are there when it says `Prepared`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._chosen = 0
        self._missing = 0
        self._downloaded = 0
        self.installed = asyncio.Event()

    def read(self, line: str) -> None:
        """Take one line of uv's output in."""
        if match := re.match(r"DEBUG Selecting: (\S+)==", line):
            self._chosen += 1
            self._progress(BuildProgress("resolve", self._chosen, 0, match[1]))
        elif match := re.match(r"Resolved (\d+) package", line):
            self._progress(BuildProgress("resolve", int(match[1]), int(match[1])))
        elif line.startswith("DEBUG Identified uncached distribution:"):
            self._missing += 1
        elif match := re.match(r"(?:Downloading (\S+)| Downloaded )", line):
            self._downloaded += match[1] is None
            self._progress(BuildProgress("download", self._downloaded, self._missing, match[1] or ""))
        elif match := re.match(r"Prepared (\d+) package", line):
            self._progress(BuildProgress("download", int(match[1]), int(match[1])))
        elif match := re.match(r"Installed (\d+) package", line):
            self._progress(BuildProgress("install", int(match[1]), int(match[1])))
            self.installed.set()


async def _watch_compiling(folder: Path, counter: _Counter, progress: Progress) -> None:
    """Tell how many files are compiled, again and again until cancelled: uv says so only at the end."""
    await counter.installed.wait()
    total = await asyncio.to_thread(_count, folder, ".py")
    while True:
        progress(BuildProgress("compile", await asyncio.to_thread(_count, folder, ".pyc"), total))
        await asyncio.sleep(0.5)


def _count(folder: Path, suffix: str) -> int:
    return sum(name.endswith(suffix) for _, _, names in os.walk(folder) for name in names)


async def _installed(folder: Path, index: PackageIndex) -> list[str]:
    lines: list[str] = []
    await _run(_uv("pip", "list", "--python", str(folder / "bin" / "python"), "--format", "json"), index, lines.append)
    listed: list[dict[str, str]] = next((json.loads(line) for line in lines if line.startswith("[")), [])
    return sorted(f"{package['name']}=={package['version']}" for package in listed)


def _fit_for_sandbox(folder: Path, base: Path | None) -> None:
    """Make the environment work at /usr/local, its interpreter at /opt/python (with base) or below /usr."""
    site = next((folder / "lib").glob("python3*/site-packages"))
    (site / "ownlab.pth").write_text("/opt/ownlab\n")
    if base is not None:
        real = Path(os.path.realpath(folder / "bin" / "python"))
        python = folder / "bin" / "python"
        python.unlink()
        python.symlink_to(Path("/opt/python") / real.relative_to(os.path.realpath(base)))
        configuration = folder / "pyvenv.cfg"
        lines = configuration.read_text().splitlines()
        lines = ["home = /opt/python/bin" if line.startswith("home ") else line for line in lines]
        configuration.write_text("\n".join([*lines, ""]))
    for path in folder.rglob("*"):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o755 if path.is_dir() or mode & 0o100 else 0o644))
    folder.chmod(0o755)


def _index_arguments(index: PackageIndex) -> list[str]:
    arguments = []
    if index.index_url:
        arguments += ["--index-url", index.index_url]
    for url in index.extra_index_urls:
        arguments += ["--extra-index-url", url]
    if index.extra_index_urls:
        arguments += ["--index-strategy", "unsafe-best-match"]
    for link in index.find_links:
        arguments += ["--find-links", link]
    if index.no_index:
        arguments.append("--no-index")
    for host in index.trusted_hosts:
        arguments += ["--allow-insecure-host", host]
    return arguments


def _uv(*arguments: str) -> list[str]:
    from uv import find_uv_bin

    return [find_uv_bin(), *arguments]


def _variables(index: PackageIndex) -> Mapping[str, str]:
    kept_out = ("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    variables = {name: value for name, value in os.environ.items() if name not in kept_out}
    if index.cert is not None:
        variables.setdefault("SSL_CERT_FILE", str(index.cert))
    return variables


async def _run(command: Sequence[str], index: PackageIndex, on_line: Callable[[str], None] = lambda _: None) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(_variables(index)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said: list[str] = []
    try:
        async for line in _lines(process.stdout):
            said.append(line)
            on_line(line)
        status = await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if status != 0:
        last = "\n".join(line for line in said if not re.match(r"(DEBUG|TRACE|INFO) ", line))[-2000:]
        raise EnvironmentBuildFailed(f"The environment could not be built: {last.strip() or f'uv ended with {status}'}")


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[str]:
    assert stream is not None  # noqa: S101
    while line := await stream.readline():
        yield line.decode(errors="replace").rstrip()


def _remove_broken(home: Path) -> None:
    for left in home.glob(".building-*"):
        pid = left.name.split("-")[1]
        if not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)
