"""`pip install` inside works where it works outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.agent.inside import Host
from ownlab.agent.environments import find_environment


@pytest.fixture
def closed_host(uid: int, own_environments: Path) -> Iterator[Host]:
    """An agent whose pip knows only a folder of wheels below the data folder, which nobody else can enter."""
    folder = Path(tempfile.mkdtemp(prefix="ownlab-agent-"))
    (folder / "environments").symlink_to(own_environments)
    wheels = folder / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "answer = 42\n")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)
    host = Host(folder, uid)
    host.start_agent(PIP_FIND_LINKS=str(wheels), PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")
    yield host
    host.close()
    shutil.rmtree(folder)


def test_a_local_folder_of_wheels_serves_inside_too(closed_host: Host) -> None:
    runtime = closed_host.launch()
    printed = closed_host.run(runtime, "!pip install -q tiny\nimport tiny; print(tiny.answer, tiny.__file__)")
    assert printed == "42 /usr/local/lib/python3.11/site-packages/tiny.py\n".replace(
        "python3.11", f"python3.{sys.version_info[1]}"
    )


def test_the_package_index_is_reached_from_inside(host: Host, runtime: str, environments: Path, tmp_path: Path) -> None:
    download = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "six"]
    python = find_environment(environments, "core").folder / "bin" / "python"
    outside = subprocess.run([str(python), *download], cwd=tmp_path, capture_output=True, check=False)
    if outside.returncode != 0:
        pytest.skip("this machine reaches no package index")
    code = f"!python {' '.join(download)}\nimport os; print(os.listdir())"
    printed = host.run(runtime, code, 120)
    assert printed.endswith(f"{[path.name for path in tmp_path.iterdir()]}\n")
