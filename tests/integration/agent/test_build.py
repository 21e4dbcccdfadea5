"""Building environments with uv, from a small index that lies in a folder."""

from __future__ import annotations

import asyncio
import os
import zipfile
from pathlib import Path

import pytest

from ownlab.agent import build as building
from ownlab.agent.build import BuildProgress, build
from ownlab.agent.environments import find_environment, list_environments
from ownlab.agent.errors import EnvironmentBuildFailed, EnvironmentMissing
from ownlab.agent.index import PackageIndex
from ownlab.base.errors import BadInput


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageIndex:
    """An index with one package, which is all that the core environment holds here."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "answer = 42\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    requirements = tmp_path / "core.txt"
    requirements.write_text("tiny==1.0\n")
    monkeypatch.setattr(building, "core_requirements", lambda: requirements)
    return PackageIndex(find_links=(str(wheels),), no_index=True)


async def test_a_built_environment_is_found_with_its_packages(tmp_path: Path, index: PackageIndex) -> None:
    built = await build(tmp_path / "e", "core", index=index)
    assert built.packages == ("tiny==1.0",)
    assert find_environment(tmp_path / "e", "core") == built
    assert find_environment(tmp_path / "e", f"core@{built.version}") == built


async def test_bytecode_is_compiled_whatever_the_shell_says(
    tmp_path: Path, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    built = await build(tmp_path / "e", "core", index=index)
    assert [path.name.split(".")[0] for path in built.folder.rglob("*.pyc") if path.name.startswith("tiny")] == ["tiny"]


async def test_everybody_may_read_an_environment(tmp_path: Path, index: PackageIndex) -> None:
    before = os.umask(0o077)
    try:
        built = await build(tmp_path / "e", "core", index=index)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode for path in built.folder.rglob("*") if not path.is_symlink()}
    closed = [path for path, mode in modes.items() if mode & 0o044 != 0o044]
    assert closed == []


async def test_a_newer_build_wins_and_the_older_stays(tmp_path: Path, index: PackageIndex) -> None:
    older = await build(tmp_path / "e", "core", index=index)
    newer = await build(tmp_path / "e", "core", index=index)
    assert list_environments(tmp_path / "e") == [newer, older]
    assert find_environment(tmp_path / "e", "core") == newer
    assert find_environment(tmp_path / "e", f"core@{older.version}") == older


async def test_progress_goes_through_the_phases_in_order(tmp_path: Path, index: PackageIndex) -> None:
    seen: list[BuildProgress] = []
    await build(tmp_path / "e", "core", index=index, progress=seen.append)
    phases = list(dict.fromkeys(step.phase for step in seen))
    assert phases == [phase for phase in building.PHASES if phase in phases]
    assert {"create", "resolve", "install", "finish"} <= set(phases)


async def test_a_failed_build_says_why_and_leaves_nothing(tmp_path: Path, index: PackageIndex) -> None:
    with pytest.raises(EnvironmentBuildFailed, match="no-such-package"):
        await build(tmp_path / "e", "core", packages=["no-such-package"], index=index)
    assert list((tmp_path / "e" / "core").iterdir()) == []


async def test_a_cancelled_build_leaves_nothing(tmp_path: Path, index: PackageIndex) -> None:
    started = asyncio.Event()
    task = asyncio.create_task(build(tmp_path / "e", "core", index=index, progress=lambda _: started.set()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list((tmp_path / "e" / "core").iterdir()) == []


async def test_what_a_killed_build_left_is_cleared_by_the_next(tmp_path: Path, index: PackageIndex) -> None:
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    left = tmp_path / "e" / "core" / f".building-{process.pid}-x"
    left.mkdir(parents=True)
    built = await build(tmp_path / "e", "core", index=index)
    assert [path.name for path in (tmp_path / "e" / "core").iterdir()] == [built.version]


async def test_a_name_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        await build(tmp_path, "../core")


def test_a_missing_environment_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissing, match="ownlab env build core"):
        find_environment(tmp_path, "core")
