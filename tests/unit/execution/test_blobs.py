"""Payloads by their sha256."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ownlab.base.files import EscapesFolder
from ownlab.execution.blobs import Blobs, NoSuchBlob


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "notebook" / "blobs")


def test_a_payload_is_found_by_its_digest(blobs: Blobs) -> None:
    name = blobs.put(b"picture")
    assert name == hashlib.sha256(b"picture").hexdigest()
    assert blobs.read(name) == b"picture"


def test_the_same_payload_is_kept_once(blobs: Blobs) -> None:
    blobs.put(b"picture")
    blobs.put(b"picture")
    assert len(list(blobs.folder.iterdir())) == 1


def test_a_payload_cut_short_by_a_power_failure_is_written_again(blobs: Blobs) -> None:
    name = blobs.put(b"picture")
    (blobs.folder / name).write_bytes(b"pic")
    blobs.put(b"picture")
    assert blobs.read(name) == b"picture"


@pytest.mark.parametrize("name", ["", "..", "../../secret", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 64])
def test_what_is_not_there_is_not_found(blobs: Blobs, name: str) -> None:
    with pytest.raises(NoSuchBlob):
        blobs.read(name)
    blobs.put(b"x")
    with pytest.raises(NoSuchBlob):
        blobs.read(name)


def test_a_link_in_place_of_a_payload_is_refused(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    blobs.put(b"x")
    (blobs.folder / ("0" * 64)).symlink_to(tmp_path / "secret")
    with pytest.raises(EscapesFolder):
        blobs.read("0" * 64)
