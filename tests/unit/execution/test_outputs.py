"""The log of a run on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ownlab.base.errors import BadInput
from ownlab.execution.outputs import OutputFolder, OutputLog, OutputsNotStored
from ownlab.execution.schemas import DisplayOutput, StreamOutput
from support.kernel_entries import clear, display, stream


@pytest.fixture
def folder(tmp_path: Path) -> OutputFolder:
    return OutputFolder(tmp_path / "outputs")


@pytest.fixture
def log(folder: OutputFolder) -> OutputLog:
    return folder.log("notebook", "run-00001")


def texts(log: OutputLog) -> list[str]:
    return [each["content"]["text"] for each in log.entries()]


def test_entries_come_back_in_order(log: OutputLog) -> None:
    entries = [stream(f"{n} é😀\ud800\n", n=n) for n in range(1, 50)]
    assert log.append(entries) == entries
    assert list(log.entries()) == entries
    assert log.last_n == 49


def test_a_log_that_was_never_written_is_empty(log: OutputLog) -> None:
    assert list(log.entries()) == []
    assert log.size() == 0
    assert log.read_outputs() == []


def test_entries_that_come_again_are_left_out(log: OutputLog) -> None:
    log.append([stream("1", n=1), stream("2", n=2)])
    assert log.append([stream("2", n=2), stream("3", n=3)]) == [stream("3", n=3)]
    assert log.append([stream("1", n=1)]) == []
    assert texts(log) == ["1", "2", "3"]


@pytest.mark.parametrize("number", [None, "1", 1.5, True])
def test_entries_without_a_number_are_left_out(log: OutputLog, number: object) -> None:
    assert log.append([{**stream("x"), "n": number}]) == []


def test_the_last_number_is_found_when_the_log_is_opened_again(log: OutputLog) -> None:
    log.append([stream("1", n=7), stream("x" * 300_000, n=8)])
    log.append_unnumbered(clear(n=99))
    log.close()
    again = OutputLog(log.path)
    assert again.last_n == 8
    assert again.append([stream("1", n=8), stream("2", n=9)]) == [stream("2", n=9)]


def test_unnumbered_entries_are_always_appended(log: OutputLog) -> None:
    log.append([stream("1", n=5)])
    log.append_unnumbered(stream("u", n=3))
    log.append_unnumbered(stream("u", n=3))
    log.append([stream("2", n=6)])
    assert texts(log) == ["1", "u", "u", "2"]


@pytest.mark.parametrize("torn", [b'{"n":3,"ty', b"\0\0\0\0", b'{"n":3}'])
def test_an_entry_that_was_not_written_to_its_end_is_cut_off(log: OutputLog, torn: bytes) -> None:
    log.append([stream("1", n=1), stream("2", n=2)])
    log.close()
    with log.path.open("ab") as file:
        file.write(torn)
    assert texts(OutputLog(log.path)) == ["1", "2"]
    again = OutputLog(log.path)
    assert again.last_n == 2
    again.append([stream("3", n=3)])
    assert texts(again) == ["1", "2", "3"]


def test_a_file_of_one_torn_entry_is_empty(log: OutputLog) -> None:
    log.path.parent.mkdir(parents=True)
    log.path.write_bytes(b"x" * 200_000)
    assert log.last_n == 0
    assert log.path.stat().st_size == 0


def test_a_damaged_entry_in_the_middle_is_skipped(log: OutputLog) -> None:
    log.append([stream("1", n=1)])
    with log.path.open("ab") as file:
        file.write(b"\0\0\0\n")
    again = OutputLog(log.path)
    again.append([stream("2", n=2)])
    assert texts(again) == ["1", "2"]


def test_a_reader_sees_the_entries_of_the_size_it_names(log: OutputLog) -> None:
    log.append([stream("1", n=1)])
    size = log.size()
    log.append([stream("2", n=2)])
    assert [each["n"] for each in log.entries(until=size)] == [1]


def test_a_full_disk_leaves_the_log_as_it_was(log: OutputLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write is cut short by the system; a full disk can not be had in a test without root."""
    log.append([stream("1", n=1)])
    real_write = os.write
    calls = 0

    def full(descriptor: int, content: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            return real_write(descriptor, content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutputsNotStored, match="No space left on device"):
        log.append([stream("2", n=2)])
    monkeypatch.undo()
    assert texts(log) == ["1"]
    assert log.append([stream("2", n=2)]) == [stream("2", n=2)]
    assert texts(OutputLog(log.path)) == ["1", "2"]


def test_outputs_are_read_with_payloads_by_reference(folder: OutputFolder, log: OutputLog) -> None:
    log.append([stream("a\n", n=1), display({"text/plain": "x" * 10_000}, n=2)])
    blobs = folder.blobs("notebook")
    first, second = log.read_outputs(put_blob=blobs.put)
    assert first == StreamOutput(name="stdout", text="a\n", tail="")
    assert isinstance(second, DisplayOutput)
    assert blobs.read(second.refs["text/plain"].blob) == b"x" * 10_000


def test_logs_are_for_their_owner_only(log: OutputLog) -> None:
    log.append([stream("a", n=1)])
    log.sync()
    assert log.path.stat().st_mode & 0o777 == 0o600
    assert log.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_run_and_a_notebook_are_removed(folder: OutputFolder, log: OutputLog) -> None:
    log.append([stream("a", n=1)])
    other = folder.log("notebook", "run-00002")
    other.append([stream("a", n=1)])
    folder.remove_run("notebook", "run-00001")
    assert folder.runs("notebook") == ["run-00002"]
    folder.remove("notebook")
    assert folder.runs("notebook") == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.log", "x" * 65])
def test_names_that_are_no_identifiers_are_refused(folder: OutputFolder, name: str) -> None:
    with pytest.raises(BadInput):
        folder.log("notebook", name)
    with pytest.raises(BadInput):
        folder.blobs(name)
