"""Files that are never torn, and paths that never lead out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ownlab.base.files import EscapesFolder, is_temporary, open_beneath, rename_in, write_atomically, write_in


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def test_a_write_replaces_the_whole_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"a longer old text")
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_file_can_have_the_longest_name_that_a_disk_takes(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 255)
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"


def test_a_write_replaces_a_planted_link_and_leaves_its_target_alone(tmp_path: Path, folder: int) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"secret")
    (tmp_path / "a.txt").symlink_to(target)
    write_in(folder, "a.txt", b"new")
    assert target.read_bytes() == b"secret"
    assert not (tmp_path / "a.txt").is_symlink()
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_a_write_that_must_not_replace_leaves_the_old_file_and_no_rubbish(tmp_path: Path, folder: int) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_in(folder, "a.txt", b"new", replace=False)
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_write_that_fails_leaves_no_rubbish(tmp_path: Path, folder: int) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_in(folder, "folder", b"new")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_rename_replaces_nothing(tmp_path: Path, folder: int) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        rename_in(folder, "a", folder, "b")
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"a", b"b")


@pytest.mark.parametrize(
    ("name", "temporary"),
    [(".ownlab-0123456789abcdef.tmp", True), (".ownlab-0123456789abcdef.tmp.ipynb", False), ("ownlab.tmp", False)],
)
def test_only_own_temporary_files_are_taken_for_rubbish(name: str, temporary: bool) -> None:
    assert is_temporary(name) is temporary


@pytest.mark.parametrize(
    "path", ["..", "../outside", "in/../../outside", "/etc/passwd", "out", "out/outside", "up/outside"]
)
def test_no_path_and_no_link_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    inside = tmp_path / "inside"
    (inside / "in").mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"secret")
    (inside / "out").symlink_to("/")
    (inside / "up").symlink_to("..")
    with pytest.raises(EscapesFolder):
        open_beneath(inside, path)


def test_a_link_within_the_folder_is_followed_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to("a")
    os.close(open_beneath(tmp_path, "link"))
    with pytest.raises(EscapesFolder):
        open_beneath(tmp_path, "link", follow_links=False)


def test_a_pipe_neither_blocks_nor_opens(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EscapesFolder):
        open_beneath(tmp_path, "pipe")
