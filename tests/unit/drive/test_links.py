"""Links that somebody plants in a drive lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownlab.accounts.model import User
from ownlab.base.files import EscapesFolder
from ownlab.drive.drive import Drive, OpenItem
from ownlab.drive.model import Need

FOLDER = "Colab Notebooks"


@pytest.fixture
async def opened(drive: Drive, ada: User) -> OpenItem:
    item = await drive.create_notebook(ada, "a", b"old")
    return await drive.open_item(ada, item.id, Need.OWN)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is no drive, with a notebook in it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.ipynb").write_bytes(b"secret")
    return outside


def plant(place: Path, target: Path) -> None:
    """Put a link in the place of a file or folder, which stays beside it."""
    place.rename(place.with_name("aside"))
    place.symlink_to(target)


def unharmed(outside: Path) -> bool:
    return [path.name for path in outside.iterdir()] == ["a.ipynb"] and (outside / "a.ipynb").read_bytes() == b"secret"


async def test_a_link_in_place_of_a_file_is_not_read(opened: OpenItem, root: Path, outside: Path) -> None:
    plant(root / "ada" / FOLDER / "a.ipynb", outside / "a.ipynb")
    with pytest.raises(EscapesFolder):
        await opened.read()


async def test_a_link_in_place_of_a_file_is_replaced_not_written_through(
    opened: OpenItem, root: Path, outside: Path
) -> None:
    plant(root / "ada" / FOLDER / "a.ipynb", outside / "a.ipynb")
    await opened.write(b"new")
    assert unharmed(outside)
    assert await opened.read() == b"new"


async def test_a_link_in_place_of_a_file_is_trashed_not_its_target(opened: OpenItem, root: Path, outside: Path) -> None:
    plant(root / "ada" / FOLDER / "a.ipynb", outside / "a.ipynb")
    await opened.rename("b")
    await opened.trash()
    assert unharmed(outside)


async def test_no_operation_goes_through_a_link_in_place_of_a_folder(
    opened: OpenItem, drive: Drive, ada: User, root: Path, outside: Path
) -> None:
    plant(root / "ada" / FOLDER, outside)
    for attempt in (
        opened.read,
        opened.fingerprint,
        opened.trash,
        lambda: opened.write(b""),
        lambda: opened.rename("b"),
    ):
        with pytest.raises(EscapesFolder):
            await attempt()
    with pytest.raises(EscapesFolder):
        await drive.create_notebook(ada, "c")
    assert unharmed(outside)


async def test_no_operation_goes_through_a_link_in_place_of_the_drive(
    opened: OpenItem, drive: Drive, ada: User, root: Path, outside: Path
) -> None:
    (outside / FOLDER).mkdir()
    (outside / "a.ipynb").rename(outside / FOLDER / "a.ipynb")
    plant(root / "ada", outside)
    for attempt in (opened.read, opened.trash, lambda: opened.write(b""), lambda: drive.create_notebook(ada, "c")):
        with pytest.raises(EscapesFolder):
            await attempt()
    assert unharmed(outside / FOLDER)


async def test_a_linked_trash_takes_nothing_out(opened: OpenItem, root: Path, outside: Path) -> None:
    (root / "ada" / ".trash").symlink_to(outside)
    with pytest.raises(EscapesFolder):
        await opened.trash()
    assert unharmed(outside)
    assert await opened.read() == b"old"


async def test_looking_for_new_files_follows_no_link(drive: Drive, ada: User, root: Path, outside: Path) -> None:
    folder = root / "ada" / FOLDER
    folder.mkdir(parents=True)
    (folder / "linked.ipynb").symlink_to(outside / "a.ipynb")
    (folder / "folder").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    await drive.reconcile([ada])
    assert await drive.recent(ada) == []
