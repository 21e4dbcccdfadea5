"""What the machine offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownlab.agent.limits import ControlGroups, find_control_groups, limit_memory
from ownlab.agent.machine import runtime_uids, top_level_links


def test_links_into_usr_are_kept_and_folders_are_mounted(tmp_path: Path) -> None:
    (tmp_path / "bin").symlink_to("usr/bin")
    (tmp_path / "lib").mkdir()
    assert top_level_links(tmp_path) == {"/bin": "usr/bin", "/lib": None}


@pytest.mark.parametrize(
    ("uid_map", "uids"),
    [
        ("0 0 4294967295", (900_000, 100_000)),
        ("0 100000 65536", (55_536, 10_000)),
        ("0 1000 1\n1 100000 65536", (55_537, 10_000)),
        ("0 1000 1", None),
    ],
)
def test_sandboxes_get_uids_that_exist_here(uid_map: str, uids: tuple[int, int] | None) -> None:
    assert runtime_uids(uid_map) == uids


def test_no_control_group_is_found_where_none_can_be_made(tmp_path: Path) -> None:
    assert find_control_groups("4:memory:/user\n0::/user", tmp_path) is None


def test_without_control_groups_memory_is_limited_for_each_process() -> None:
    assert limit_memory(None, "r", 1000).resources == {"RLIMIT_DATA": 1000}
    assert limit_memory(None, "r", None).resources == {}


def test_a_control_group_holds_the_limit(tmp_path: Path) -> None:
    limits = limit_memory(ControlGroups(tmp_path, 2), "r", 1000)
    assert limits.cgroups == (tmp_path / "ownlab-r",)
    assert (tmp_path / "ownlab-r" / "memory.max").read_text() == "1000"
