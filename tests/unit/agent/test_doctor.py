"""What the doctor says about machines that lack something."""

from __future__ import annotations

import os
import socket
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from ownlab.agent.doctor import (
    check_bwrap,
    check_environment,
    check_isolation,
    check_network,
    check_port,
    check_python,
    check_space,
    check_writable,
)
from ownlab.agent.isolation import Probe, decide
from ownlab.agent.options import AgentOptions

GOOD = Probe(
    is_root=False,
    bwrap="/usr/bin/bwrap",
    bwrap_version=(0, 8),
    with_users=True,
    overlay=True,
    slirp="/usr/bin/slirp4netns",
    tun=True,
)


def test_a_good_machine_needs_nothing() -> None:
    for finding in (check_bwrap(GOOD), check_isolation(GOOD, decide(GOOD), "many"), check_network(GOOD)):
        assert (finding.level, finding.remedy) == ("ok", "")


def test_missing_bubblewrap_is_told_with_its_command() -> None:
    probe = replace(GOOD, bwrap=None, bwrap_version=(), with_users=False)
    assert check_bwrap(probe).remedy.startswith("sudo apt install bubblewrap")
    assert check_isolation(probe, decide(probe), "one").level == "warning"


def test_an_old_bubblewrap_is_told() -> None:
    assert check_bwrap(replace(GOOD, bwrap_version=(0, 4))).level == "failure"
    assert check_bwrap(replace(GOOD, bwrap_version=(0, 6))).level == "warning"


def test_forbidden_user_namespaces_are_told_with_the_setting() -> None:
    probe = replace(GOOD, with_users=False, max_user_namespaces=0, landlock=4)
    finding = check_isolation(probe, decide(probe), "one")
    assert finding.level == "warning"
    assert "Landlock" in finding.message
    assert "sysctl user.max_user_namespaces" in finding.remedy


def test_for_many_users_weak_isolation_is_a_failure() -> None:
    probe = replace(GOOD, with_users=False, max_user_namespaces=0)
    assert check_isolation(probe, decide(probe), "many").level == "failure"


def test_missing_slirp4netns_is_told_with_its_command() -> None:
    assert "apt install slirp4netns" in check_network(replace(GOOD, slirp=None)).remedy


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = namedtuple("full", "f_bavail f_frsize")(1000, 4096)
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    finding = check_space(tmp_path)
    assert finding.level == "failure"
    assert finding.message.startswith("Only 4 MB are free")


def test_space_is_looked_for_where_the_folder_will_be(tmp_path: Path) -> None:
    assert str(tmp_path) in check_space(tmp_path / "not" / "yet").message


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert check_writable(tmp_path).level == "failure"


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finding = check_port("127.0.0.1", port)
    assert finding.level == "failure"
    assert f"127.0.0.1:{port}" in finding.message
    assert "--port" in finding.remedy


def test_a_free_port_is_fine() -> None:
    assert check_port("127.0.0.1", 0).level == "ok"


def test_a_missing_environment_is_told_with_its_command(tmp_path: Path) -> None:
    finding = check_environment(AgentOptions(data=tmp_path))
    assert (finding.level, finding.remedy) == ("warning", "ownlab env build core")


def test_an_old_python_is_told() -> None:
    assert check_python((3, 10, 1)).level == "failure"
    assert check_python((3, 11, 0)).level == "ok"
