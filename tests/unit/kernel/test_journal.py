"""The journal: when entries are committed, and who is told."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ownlab_kernel.log.cursor import Cursor
from ownlab_kernel.log.entries import Entry, happened
from ownlab_kernel.log.follower import Follower
from ownlab_kernel.log.journal import Journal
from ownlab_kernel.log.spool import Spool


def piece(text: str) -> Entry:
    content = {"name": "stdout", "text": text}
    return Entry("run-1", "stream", json.dumps(content).encode(), stream="stdout", texts=[text])


@pytest.fixture
async def journal(tmp_path: Path) -> Journal:
    return Journal(Spool(tmp_path), asyncio.get_running_loop())


def kept(journal: Journal) -> list[Any]:
    block = Cursor(journal.spool, 0).read(1 << 20) or b""
    return [json.loads(line) for line in block.splitlines()]


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def test_the_first_entry_after_a_pause_is_committed_at_once(journal: Journal) -> None:
    journal.add(piece("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [entry["content"]["text"] for entry in kept(journal)] == ["a"]


async def test_text_that_follows_closely_is_joined_and_keeps_the_numbers_gapless(journal: Journal) -> None:
    journal.add(piece("a"))
    await until(lambda: journal.spool.last == 1)
    for text in "bcd":
        journal.add(piece(text))
        await asyncio.sleep(0)
    await until(lambda: journal.spool.last == 2)
    assert [(entry["n"], entry["content"]["text"]) for entry in kept(journal)] == [(1, "a"), (2, "bcd")]


async def test_the_end_of_a_run_takes_what_waits_with_it(journal: Journal) -> None:
    journal.add(piece("a"))
    await until(lambda: journal.spool.last == 1)
    journal.add(piece("b"))
    journal.add(Entry("run-1", "status", b'{"execution_state":"idle"}', state="idle"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [entry["type"] for entry in kept(journal)] == ["stream", "stream", "status"]


async def test_a_full_disk_is_waited_for_and_nothing_is_lost(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(lines: Sequence[bytes]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(journal.spool, "append", refuse)
        journal.add(piece("a"))
        await until(lambda: journal.is_full)
        journal.add(happened("died"))
    await until(lambda: not journal.is_full)
    assert [entry["type"] for entry in kept(journal)] == ["stream", "kernel"]


async def test_an_answer_comes_between_the_entries_before_and_after_it(journal: Journal) -> None:
    frames: list[Any] = []

    async def send(frame: bytes) -> None:
        frames.append(json.loads(frame))

    for state in ("started", "died"):
        journal.add(happened(state))
    journal.commit()
    follower = Follower(journal, 0, send)
    follower.answer(2, accepted="run-1", known=False)
    journal.add(happened("restarted"))
    journal.commit()
    task = asyncio.create_task(follower.run())
    await until(lambda: len(frames) == 3)
    task.cancel()
    assert [[entry["n"] for entry in frame.get("entries", [])] or frame for frame in frames] == [
        [1, 2],
        {"accepted": "run-1", "known": False},
        [3],
    ]
