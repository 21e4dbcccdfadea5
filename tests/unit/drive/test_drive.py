"""The gate, and what can be done behind it."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ownlab.accounts.model import User
from ownlab.drive.drive import Drive, OpenItem
from ownlab.drive.errors import (
    BadName,
    DiskRefused,
    ItemMissing,
    NameTaken,
    NoSuchItem,
    NotAFile,
    NotAFolder,
    NotAllowed,
)
from ownlab.drive.model import Kind, Need

FOLDER = "Colab Notebooks"


async def open_new(drive: Drive, user: User, title: str | None = None, content: bytes = b"old") -> OpenItem:
    item = await drive.create_notebook(user, title, content)
    return await drive.open_item(user, item.id, Need.OWN)


async def titles(drive: Drive, user: User) -> list[str]:
    return [item.name for item in await drive.recent(user)]


def files(root: Path) -> dict[str, bytes]:
    """Every file of all drives, by its path."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.glob("*/**/*") if path.is_file()}


async def test_a_new_notebook_is_a_plain_file_in_colab_notebooks(drive: Drive, ada: User, root: Path) -> None:
    item = await drive.create_notebook(ada, None, b"content")
    assert files(root) == {f"ada/{FOLDER}/Untitled.ipynb": b"content"}
    assert (item.name, item.kind, item.owner) == ("Untitled.ipynb", Kind.NOTEBOOK, "ada")
    assert await drive.recent(ada) == [item]


async def test_only_who_runs_ownlab_can_read_the_files(drive: Drive, ada: User, root: Path) -> None:
    await drive.create_notebook(ada)
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in root.rglob("*")}
    assert modes == {0}


async def test_new_notebooks_never_take_each_others_name(drive: Drive, ada: User) -> None:
    made = await asyncio.gather(*(drive.create_notebook(ada) for _ in range(5)))
    expected = {"Untitled.ipynb", *(f"Untitled{number}.ipynb" for number in range(1, 5))}
    assert {item.name for item in made} == expected


async def test_a_new_notebook_takes_no_name_that_is_on_disk_only(drive: Drive, ada: User, root: Path) -> None:
    (root / "ada" / FOLDER).mkdir(parents=True)
    (root / "ada" / FOLDER / "UNTITLED.ipynb").write_bytes(b"precious")
    await drive.reconcile([ada])
    assert (await drive.create_notebook(ada)).name == "Untitled1.ipynb"
    assert files(root)[f"ada/{FOLDER}/UNTITLED.ipynb"] == b"precious"


async def test_a_folder_takes_files_and_folders(drive: Drive, ada: User, root: Path) -> None:
    outer = await drive.create_folder(ada, "outer")
    inner = await drive.create_folder(ada, "inner", folder=outer.id)
    await drive.create_file(ada, "a.csv", b"1,2", folder=inner.id)
    assert files(root) == {"ada/outer/inner/a.csv": b"1,2"}


async def test_a_file_takes_nothing(drive: Drive, ada: User) -> None:
    notebook = await drive.create_notebook(ada)
    with pytest.raises(NotAFolder):
        await drive.create_notebook(ada, folder=notebook.id)


async def test_what_is_written_is_read(drive: Drive, ada: User) -> None:
    opened = await open_new(drive, ada)
    before = await opened.fingerprint()
    await opened.write(b"new")
    assert await opened.read() == b"new"
    assert await opened.fingerprint() != before


async def test_a_rename_keeps_the_id_the_content_and_whoever_has_it_open(drive: Drive, ada: User, root: Path) -> None:
    opened, other = await open_new(drive, ada), await open_new(drive, ada)
    item = await opened.rename("Perceptron")
    assert (item.id, item.name) == (opened.id, "Perceptron.ipynb")
    seen_elsewhere = await drive.open_item(ada, opened.id)
    await opened.write(b"new")
    assert await seen_elsewhere.read() == b"new"
    assert files(root) == {f"ada/{FOLDER}/Perceptron.ipynb": b"new", f"ada/{FOLDER}/{other.title}": b"old"}


@pytest.mark.parametrize("name", ["b", "B.ipynb", "b.IPYNB", " b "])
async def test_a_rename_never_takes_a_name_that_differs_in_case_only(
    drive: Drive, ada: User, name: str, root: Path
) -> None:
    opened = await open_new(drive, ada, "a", b"a")
    await open_new(drive, ada, "b", b"b")
    with pytest.raises(NameTaken):
        await opened.rename(name)
    assert files(root) == {f"ada/{FOLDER}/a.ipynb": b"a", f"ada/{FOLDER}/b.ipynb": b"b"}


async def test_composed_and_decomposed_letters_are_one_name(drive: Drive, ada: User) -> None:
    await open_new(drive, ada, "caf\u00e9")
    opened = await open_new(drive, ada, "a")
    with pytest.raises(NameTaken):
        await opened.rename("cafe\u0301")


async def test_a_rename_may_change_the_case_of_its_own_name(drive: Drive, ada: User) -> None:
    opened = await open_new(drive, ada, "plot")
    assert (await opened.rename("Plot")).name == "Plot.ipynb"


async def test_a_rename_never_replaces_a_file_that_only_the_disk_knows(drive: Drive, ada: User, root: Path) -> None:
    opened = await open_new(drive, ada, "a", b"a")
    (root / "ada" / FOLDER / "b.ipynb").write_bytes(b"precious")
    with pytest.raises(NameTaken):
        await opened.rename("b")
    assert files(root) == {f"ada/{FOLDER}/a.ipynb": b"a", f"ada/{FOLDER}/b.ipynb": b"precious"}
    assert await opened.read() == b"a"


@pytest.mark.parametrize("name", ["../escaped", "..", "/tmp/escaped", "a/b", "a\0b", ".trash", "", "x" * 250])
async def test_no_name_leaves_the_folder(drive: Drive, ada: User, name: str, root: Path) -> None:
    opened = await open_new(drive, ada, "a")
    with pytest.raises(BadName):
        await opened.rename(name)
    with pytest.raises(BadName):
        await drive.create_notebook(ada, name)
    assert files(root) == {f"ada/{FOLDER}/a.ipynb": b"old"}


async def test_the_trash_keeps_the_file_and_nobody_can_open_it(drive: Drive, ada: User, root: Path) -> None:
    opened = await open_new(drive, ada, "a", b"precious")
    await opened.trash()
    assert files(root) == {f"ada/.trash/{opened.id}/a.ipynb": b"precious"}
    assert await drive.recent(ada) == []
    for attempt in (opened.read, opened.trash, lambda: opened.write(b"new"), lambda: opened.rename("b")):
        with pytest.raises(NoSuchItem):
            await attempt()
    with pytest.raises(NoSuchItem):
        await drive.open_item(ada, opened.id)


async def test_what_is_in_a_trashed_folder_is_gone_with_it(drive: Drive, ada: User, root: Path) -> None:
    folder = await drive.create_folder(ada, "folder")
    inside = await drive.create_notebook(ada, "a", b"precious", folder=folder.id)
    await (await drive.open_item(ada, folder.id, Need.OWN)).trash()
    assert files(root) == {f"ada/.trash/{folder.id}/folder/a.ipynb": b"precious"}
    assert await drive.recent(ada) == []
    with pytest.raises(NoSuchItem):
        await drive.open_item(ada, inside.id)


async def test_the_name_of_a_trashed_notebook_is_free_again(drive: Drive, ada: User, root: Path) -> None:
    for content in (b"first", b"second"):
        await (await open_new(drive, ada, "a", content)).trash()
    assert sorted(files(root).values()) == [b"first", b"second"]


async def test_the_last_opened_or_changed_comes_first(drive: Drive, ada: User, clock: Any) -> None:
    opened = {}
    for name in ("a", "b", "c"):
        clock.jump(minutes=1)
        opened[name] = await open_new(drive, ada, name)
    assert await titles(drive, ada) == ["c.ipynb", "b.ipynb", "a.ipynb"]
    clock.jump(minutes=1)
    assert (await opened["a"].note_opened()).opened_at == clock.now()
    clock.jump(minutes=1)
    await opened["b"].write(b"new")
    assert await titles(drive, ada) == ["b.ipynb", "a.ipynb", "c.ipynb"]


async def test_a_foreigner_can_not_tell_an_item_from_none(drive: Drive, ada: User, eve: User) -> None:
    item = await drive.create_notebook(ada, "secret plans")
    for need in Need:
        with pytest.raises(NoSuchItem) as foreign:
            await drive.open_item(eve, item.id, need)
        with pytest.raises(NoSuchItem) as absent:
            await drive.open_item(eve, "a" * len(item.id), need)
        assert (foreign.value.message, foreign.value.status) == (absent.value.message, 404)
        assert "secret" not in foreign.value.message
    assert await drive.recent(eve) == []


async def test_a_foreigner_can_put_nothing_into_a_folder(drive: Drive, ada: User, eve: User, root: Path) -> None:
    folder = await drive.create_folder(ada, "folder")
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: drive.create_notebook(eve, "a", folder=folder.id),
        lambda: drive.create_file(eve, "a.csv", b"", folder=folder.id),
        lambda: drive.create_folder(eve, "a", folder=folder.id),
    ]
    for attempt in attempts:
        with pytest.raises(NoSuchItem):
            await attempt()
    assert files(root) == {}


@pytest.mark.parametrize("id", ["", "..", "../../etc/passwd", "' OR 1=1 --", "a\0", "\ud800", "x" * 10_000])
async def test_an_id_that_can_be_none_is_no_item(drive: Drive, ada: User, id: str) -> None:
    with pytest.raises(NoSuchItem):
        await drive.open_item(ada, id)


async def test_who_opened_to_read_can_not_change(drive: Drive, ada: User) -> None:
    reader = await drive.open_item(ada, (await drive.create_notebook(ada)).id)
    for attempt in (reader.trash, lambda: reader.write(b"new"), lambda: reader.rename("b")):
        with pytest.raises(NotAllowed):
            await attempt()
    writer = await drive.open_item(ada, reader.id, Need.WRITE)
    with pytest.raises(NotAllowed):
        await writer.trash()


async def test_a_folder_has_no_bytes_and_the_root_stays(drive: Drive, ada: User) -> None:
    folder = await drive.open_item(ada, (await drive.create_folder(ada, "folder")).id, Need.OWN)
    assert folder.item.parent is not None
    root = await drive.open_item(ada, folder.item.parent, Need.OWN)
    for opened in (folder, root):
        for attempt in (opened.read, opened.fingerprint, lambda opened=opened: opened.write(b"")):
            with pytest.raises(NotAFile):
                await attempt()
    for change in (root.trash, lambda: root.rename("other")):
        with pytest.raises(NotAllowed):
            await change()


async def test_a_file_that_is_gone_is_told_and_comes_back_by_being_written(drive: Drive, ada: User, root: Path) -> None:
    opened = await open_new(drive, ada, "a")
    (root / "ada" / FOLDER / "a.ipynb").unlink()
    (root / "ada" / FOLDER).rmdir()
    assert await opened.fingerprint() is None
    with pytest.raises(ItemMissing):
        await opened.read()
    assert await titles(drive, ada) == []
    await opened.write(b"new")
    assert await titles(drive, ada) == ["a.ipynb"]
    assert files(root) == {f"ada/{FOLDER}/a.ipynb": b"new"}


async def test_a_file_that_comes_back_takes_no_name_that_was_given_away(drive: Drive, ada: User, root: Path) -> None:
    opened = await open_new(drive, ada, "a")
    (root / "ada" / FOLDER / "a.ipynb").unlink()
    with pytest.raises(ItemMissing):
        await opened.read()
    await drive.create_notebook(ada, "a", b"another")
    await opened.write(b"new")
    assert files(root) == {f"ada/{FOLDER}/a.ipynb": b"another", f"ada/{FOLDER}/a (1).ipynb": b"new"}
    assert opened.title == "a (1).ipynb"


async def test_renaming_and_writing_at_once_loses_neither(drive: Drive, ada: User, root: Path) -> None:
    opened = await open_new(drive, ada, "a")
    other = await drive.open_item(ada, opened.id, Need.OWN)
    await asyncio.gather(*(opened.write(b"%d" % n) for n in range(5)), *(other.rename(f"n{n}") for n in range(5)))
    assert list(files(root)) == [f"ada/{FOLDER}/n4.ipynb"]
    assert await opened.read() == b"4"


async def test_of_two_writers_one_wins_whole(drive: Drive, ada: User) -> None:
    opened = await open_new(drive, ada)
    contents = [bytes([letter]) * 100_000 for letter in b"abcdefgh"]
    others = [await drive.open_item(ada, opened.id, Need.WRITE) for _ in contents]
    await asyncio.gather(*(other.write(content) for other, content in zip(others, contents, strict=True)))
    assert await opened.read() in contents


async def test_a_write_whose_asker_goes_away_is_finished(drive: Drive, ada: User) -> None:
    opened = await open_new(drive, ada)
    task = asyncio.create_task(opened.write(b"new"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await opened.read() == b"new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
async def test_a_full_disk_is_told_in_a_sentence_and_the_old_file_stays(
    drive: Drive, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await open_new(drive, ada)
    full = os.open("/dev/full", os.O_WRONLY)
    real_open = os.open

    def open_on_full_disk(path: Any, flags: int, *args: Any, **options: Any) -> int:
        descriptor = real_open(path, flags, *args, **options)
        if flags & os.O_CREAT:
            os.dup2(full, descriptor)
        return descriptor

    monkeypatch.setattr(os, "open", open_on_full_disk)
    with pytest.raises(DiskRefused, match="No space left on device"):
        await opened.write(b"new")
    monkeypatch.undo()
    os.close(full)
    assert await opened.read() == b"old"
