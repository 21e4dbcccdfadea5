"""Folders that a hostile process filled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownlab.agent.trees import disk_bytes, remove


def test_a_folder_goes_with_everything_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "doomed"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "file").touch()
    os.mkfifo(folder / "a" / "b" / "fifo")
    (folder / b"\xff\n".decode(errors="surrogateescape")).touch()
    remove(folder)
    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    folder = tmp_path / "doomed"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "parent").symlink_to("..")
    remove(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]


def test_no_depth_is_too_deep(tmp_path: Path) -> None:
    folder = tmp_path / "doomed"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    remove(folder)
    assert list(tmp_path.iterdir()) == []


def test_folders_that_forbid_everything_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "doomed"
    (folder / "closed" / "below").mkdir(parents=True)
    (folder / "closed").chmod(0)
    remove(folder)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_removal_is_taken_up(tmp_path: Path) -> None:
    grave = tmp_path / ".doomed.removing"
    (grave / "0" / "a").mkdir(parents=True)
    (grave / "7").mkdir()
    remove(grave)
    assert list(tmp_path.iterdir()) == []


def test_removing_nothing_does_nothing(tmp_path: Path) -> None:
    remove(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_space_is_counted_without_following_links(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "big").write_bytes(bytes(1_000_000))
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "file").write_bytes(b"x" * 100_000)
    (folder / "link").symlink_to(elsewhere)
    (folder / "loop").symlink_to(".")
    assert disk_bytes(folder) == pytest.approx(100_000, abs=20_000)
