"""Database and disk after a crash, or after somebody changed files by hand."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from ownlab.accounts.model import User
from ownlab.base.database import Database
from ownlab.drive.drive import Drive
from ownlab.drive.errors import NoSuchItem
from ownlab.drive.model import Item, Kind, Need
from ownlab.drive.store import items

FOLDER = "Colab Notebooks"


async def titles(drive: Drive, user: User) -> list[str]:
    return sorted(item.name for item in await drive.recent(user))


async def all_of(drive: Drive, user: User) -> list[Item]:
    return await drive._store.all_of(user.id)


async def test_a_file_without_a_row_gets_one(drive: Drive, ada: User, eve: User, root: Path) -> None:
    (root / "ada" / "deep" / "er").mkdir(parents=True)
    (root / "ada" / "deep" / "er" / "a.ipynb").write_bytes(b"a")
    (root / "ada" / "b.csv").write_bytes(b"b")
    await drive.reconcile([ada, eve])
    (notebook,) = await drive.recent(ada)
    (file,) = await drive.recent(ada, Kind.FILE)
    assert (notebook.name, file.name) == ("a.ipynb", "b.csv")
    assert await (await drive.open_item(ada, notebook.id)).read() == b"a"
    assert await drive.recent(eve) == []


async def test_repeating_changes_nothing(drive: Drive, ada: User, root: Path) -> None:
    await drive.create_notebook(ada, "a")
    (root / "ada" / "b.csv").write_bytes(b"b")
    await drive.reconcile([ada])
    before = await all_of(drive, ada)
    await drive.reconcile([ada])
    assert await all_of(drive, ada) == before


async def test_a_row_without_a_file_is_kept_and_found_again(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, "a", b"content")
    file, aside = root / "ada" / FOLDER / "a.ipynb", root / "aside"
    file.rename(aside)
    await drive.reconcile([ada])
    assert await titles(drive, ada) == []
    assert (await drive.open_item(ada, item.id)).item.missing
    aside.rename(file)
    await drive.reconcile([ada])
    assert [found.id for found in await drive.recent(ada)] == [item.id]


async def test_what_was_in_a_folder_that_is_gone_is_missing_with_it(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, "a", b"content")
    shutil.rmtree(root / "ada")
    await drive.reconcile([ada])
    assert [found.missing for found in await all_of(drive, ada) if found.parent] == [True, True]
    await (await drive.open_item(ada, item.id, Need.WRITE)).write(b"again")
    await drive.reconcile([ada])
    assert await titles(drive, ada) == ["a.ipynb"]


@pytest.mark.parametrize("happened", [True, False])
async def test_a_rename_that_a_crash_cut_short_keeps_the_id(
    drive: Drive, database: Database, ada: User, root: Path, happened: bool
) -> None:
    item = await drive.create_notebook(ada, "old", b"content")
    async with database.begin() as connection:
        await connection.execute(update(items).where(items.c.id == item.id).values(renaming_to="new.ipynb"))
    if happened:
        (root / "ada" / FOLDER / "old.ipynb").rename(root / "ada" / FOLDER / "new.ipynb")
    await drive.reconcile([ada])
    (found,) = await drive.recent(ada)
    assert (found.id, found.name, found.renaming_to) == (item.id, "new.ipynb" if happened else "old.ipynb", None)


async def test_a_folder_whose_rename_a_crash_cut_short_keeps_what_is_in_it(
    drive: Drive, database: Database, ada: User, root: Path
) -> None:
    folder = await drive.create_folder(ada, "old")
    inside = await drive.create_notebook(ada, "a", b"content", folder=folder.id)
    async with database.begin() as connection:
        await connection.execute(update(items).where(items.c.id == folder.id).values(renaming_to="new"))
    (root / "ada" / "old").rename(root / "ada" / "new")
    await drive.reconcile([ada])
    assert [found.id for found in await drive.recent(ada)] == [inside.id]
    assert await (await drive.open_item(ada, inside.id)).read() == b"content"


async def test_a_deletion_that_a_crash_cut_short_is_completed(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, "a", b"content")
    trash = root / "ada" / ".trash" / item.id
    trash.mkdir(parents=True)
    (root / "ada" / FOLDER / "a.ipynb").rename(trash / "a.ipynb")
    await drive.reconcile([ada])
    with pytest.raises(NoSuchItem):
        await drive.open_item(ada, item.id)
    assert (trash / "a.ipynb").read_bytes() == b"content"


async def test_a_deletion_that_had_moved_nothing_is_forgotten(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, "a", b"content")
    (root / "ada" / ".trash" / item.id).mkdir(parents=True)
    await drive.reconcile([ada])
    assert await titles(drive, ada) == ["a.ipynb"]


async def test_a_file_changed_by_hand_counts_as_changed(drive: Drive, ada: User, root: Path, clock: Any) -> None:
    await drive.create_notebook(ada, "a")
    clock.jump(days=1)
    os.utime(root / "ada" / FOLDER / "a.ipynb", (clock.now().timestamp(),) * 2)
    await drive.reconcile([ada])
    assert [item.modified_at for item in await drive.recent(ada)] == [clock.now()]


async def test_two_names_that_differ_in_case_only_are_both_kept(drive: Drive, ada: User, root: Path) -> None:
    (root / "ada").mkdir(parents=True)
    for name in ("a.ipynb", "A.ipynb", "cafe\u0301.ipynb", "caf\u00e9.ipynb"):
        (root / "ada" / name).write_bytes(name.encode())
    await drive.reconcile([ada])
    found = await drive.recent(ada)
    assert len(found) == 4
    for item in found:
        assert await (await drive.open_item(ada, item.id)).read() == item.name.encode()


async def test_what_is_no_file_of_a_user_is_left_alone(drive: Drive, ada: User, root: Path) -> None:
    home = root / "ada"
    (home / ".ipynb_checkpoints").mkdir(parents=True)
    (home / ".ipynb_checkpoints" / "a.ipynb").write_bytes(b"")
    (home / ".hidden.ipynb").write_bytes(b"")
    os.mkfifo(home / "pipe.ipynb")
    (Path(os.fsdecode(os.fsencode(home) + b"/\xff.ipynb"))).write_bytes(b"")
    await drive.reconcile([ada])
    assert [item.name for item in await all_of(drive, ada)] == [""]


async def test_what_killed_writes_left_behind_is_swept_when_it_is_old(drive: Drive, ada: User, root: Path) -> None:
    folder = root / "ada" / FOLDER
    folder.mkdir(parents=True)
    old, new = folder / ".ownlab-0000000000000000.tmp", folder / ".ownlab-1111111111111111.tmp"
    for file in (old, new):
        file.write_bytes(b"half a noteb")
    os.utime(old, (0, 0))
    await drive.reconcile([ada])
    assert [path.name for path in folder.iterdir()] == [new.name]


async def test_a_file_where_a_folder_was_loses_nothing(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, "a", b"content")
    (root / "ada" / FOLDER).rename(root / "ada" / "moved")
    (root / "ada" / FOLDER).write_bytes(b"a file now")
    await drive.reconcile([ada])
    assert await titles(drive, ada) == ["a.ipynb"]
    assert [found.name for found in await drive.recent(ada, Kind.FILE)] == [FOLDER]
    assert (await drive.open_item(ada, item.id)).item.missing
