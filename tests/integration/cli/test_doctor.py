"""`ownlab doctor` on machines that lack something, each made with namespaces of its own."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

_PREPARED = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


def doctor(data: Path, *arguments: str, machine: str = "true") -> tuple[int, str]:
    """Status and output on this machine after the shell command `machine` changed it, for the doctor only."""
    command = shlex.join([sys.executable, "-m", "ownlab", "doctor", "--data", str(data), "--port", "0", *arguments])
    ended = subprocess.run(
        [*_PREPARED, f"{machine} && COLUMNS=400 exec {command}"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3] / "server",
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stdout


@pytest.fixture(scope="module", autouse=True)
def namespaces() -> None:
    if subprocess.run([*_PREPARED, "true"], check=False, capture_output=True, timeout=10).returncode:
        pytest.skip("this machine makes no user namespaces to pretend in")


def test_without_bubblewrap_it_says_how_to_install_it(tmp_path: Path) -> None:
    hidden = (
        "for place in /usr/bin/bwrap /usr/local/bin/bwrap; do [ ! -e $place ] || mount --bind /dev/null $place; done"
    )
    status, said = doctor(tmp_path, machine=hidden)
    assert status == 0
    assert "!  bubblewrap" in said
    assert "apt install bubblewrap" in said
    assert "!  Isolation" in said


def test_without_user_namespaces_it_says_how_to_allow_them(tmp_path: Path) -> None:
    status, said = doctor(tmp_path, machine="echo 0 > /proc/sys/user/max_user_namespaces")
    assert status == 0
    assert "!  Isolation" in said
    assert "sysctl user.max_user_namespaces" in said


def test_weak_isolation_is_a_failure_for_many_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNLAB_USERS", "many")
    status, said = doctor(tmp_path, machine="echo 0 > /proc/sys/user/max_user_namespaces")
    assert status == 1
    assert "✗  Isolation" in said


def test_a_full_disk_is_a_failure(tmp_path: Path) -> None:
    full = f"mount -t tmpfs -o size=64k none {tmp_path} && ! dd if=/dev/zero of={tmp_path}/fill bs=64k count=9 2>&-"
    status, said = doctor(tmp_path, machine=full)
    assert status == 1
    assert "✗  Disk" in said
    assert "choose another folder with --data" in said


def test_a_port_in_use_is_a_failure(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = doctor(tmp_path, "--port", str(port))
    assert status == 1
    assert f"✗  Port         127.0.0.1:{port} can not be used" in said
    assert "choose another port with --port" in said
