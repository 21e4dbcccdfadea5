"""Real agents and sandboxes, as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.agent.inside import ROOT, Host, as_user
from ownlab.agent import namespaces
from ownlab.agent.environments import find_environment
from ownlab.agent.errors import EnvironmentMissing

ORDINARY = 65533
"""Any number serves: the user needs no entry in /etc/passwd."""


@pytest.fixture(scope="session")
def environments() -> Path:
    """The folder of the `core` environment: OWNLAB_ENVIRONMENTS, as ./dev sets it."""
    folder = Path(os.environ.get("OWNLAB_ENVIRONMENTS") or ROOT / ".dev" / "environments")
    try:
        find_environment(folder, "core")
    except EnvironmentMissing:
        pytest.fail(f"There is no core environment in {folder}. Run ./dev test, which builds it.")
    return folder


@pytest.fixture(scope="session", params=["root", "ordinary user"])
def uid(request: pytest.FixtureRequest) -> int:
    """Whom the agent runs as."""
    if request.param == "root":
        if os.geteuid() != 0:
            pytest.skip("only root can run an agent as root")
        return 0
    if os.geteuid() != 0:
        return os.geteuid()
    trial = subprocess.run(
        [*as_user(ORDINARY), sys.executable, "-c", "import ownlab.agent.daemon"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "server")},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if trial.returncode != 0:
        pytest.skip(f"an ordinary user can not read this checkout and its Python: {trial.stderr[-200:]}")
    return ORDINARY


@pytest.fixture(scope="session")
def own_environments(uid: int, environments: Path) -> Iterator[Path]:
    """The environments, owned by the agent's user."""
    if uid == os.geteuid():
        yield environments
        return
    # Mounted with the owner changed: a copy would take longer than all tests.
    folder = Path(tempfile.mkdtemp(prefix="ownlab-environments-"))
    users = namespaces.swapping_users((environments.stat().st_uid, environments.stat().st_gid), uid)
    tree = namespaces.clone_tree(str(environments))
    try:
        namespaces.restrict(tree, read_only=False, users=users)
        namespaces.attach(tree, str(folder))
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        os.close(tree)
        os.close(users)
        folder.rmdir()


@pytest.fixture(scope="session")
def host(uid: int, own_environments: Path) -> Iterator[Host]:
    """An agent that all tests of this user share. Its folder is closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="ownlab-agent-"))
    (folder / "environments").symlink_to(own_environments)
    os.chown(folder, uid, uid)
    host = Host(folder, uid)
    try:
        host.start_agent()
        yield host
        host.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def runtime(host: Host) -> Iterator[str]:
    """A runtime of one test."""
    runtime = host.launch()
    yield runtime
    host.stop(runtime)
