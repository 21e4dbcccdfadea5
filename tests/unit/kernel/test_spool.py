"""The spool: what is appended can be read, survives a restart, and goes when it is acknowledged."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownlab_kernel.log import spool as spool_module
from ownlab_kernel.log.cursor import Cursor
from ownlab_kernel.log.spool import Spool


def read_all(spool: Spool, after: int = 0, limit_bytes: int = 1 << 20) -> list[bytes]:
    cursor = Cursor(spool, after)
    lines: list[bytes] = []
    while (block := cursor.read(limit_bytes)) is not None:
        lines += block.splitlines()
    cursor.close()
    return lines


def test_lines_are_read_in_order_after_any_number(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one", b"two"])
    spool.append([b"three"])
    assert spool.last == 3
    assert [read_all(spool, after) for after in range(4)] == [
        [b"one", b"two", b"three"],
        [b"two", b"three"],
        [b"three"],
        [],
    ]


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    first.append([b"one"])
    first.close()
    second = Spool(tmp_path)
    second.append([b"two"])
    assert (second.last, read_all(second)) == (2, [b"one", b"two"])


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one", b"two"])
    spool.close()
    with spool.segments[-1].path.open("ab") as file:
        file.write(b'{"n":3,"ru')
    spool = Spool(tmp_path)
    spool.append([b"three"])
    assert read_all(spool) == [b"one", b"two", b"three"]


def test_segments_go_when_all_their_lines_are_acknowledged(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=20)
    for number in range(1, 11):
        spool.append([b"line %04d" % number])
    spool.acknowledge(5)
    assert sorted(path.stem for path in tmp_path.glob("*.log")) == [f"{n:020d}" for n in (5, 7, 9)]
    assert read_all(spool) == [b"line %04d" % number for number in range(5, 11)]


def test_numbers_go_on_after_everything_was_acknowledged_and_dropped(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=20)
    spool.append([b"a line of many bytes", b"and another"])
    spool.acknowledge(2)
    assert sum(path.stat().st_size for path in tmp_path.glob("*.log")) == 0
    spool.close()
    spool = Spool(tmp_path, segment_bytes=20)
    spool.append([b"three"])
    assert (spool.last, spool.acknowledged, read_all(spool)) == (3, 2, [b"three"])


def test_a_lower_acknowledgement_changes_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one", b"two"])
    spool.acknowledge(2)
    spool.acknowledge(1)
    assert spool.acknowledged == 2


def test_an_acknowledgement_of_what_was_never_sent_reaches_only_to_the_last_line(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one"])
    spool.acknowledge(99)
    assert spool.acknowledged == 1


def test_runs_are_known_after_a_restart_with_their_number(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.accept("first")
    spool.append([b"one"])
    spool.accept("second")
    spool.close()
    spool = Spool(tmp_path)
    assert [spool.accepted_at(run) for run in ("first", "second", "third")] == [0, 1, None]


def test_a_torn_run_id_is_not_known(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.accept("first")
    spool.close()
    with (tmp_path / "runs").open("ab") as file:
        file.write(b"seco")
    spool = Spool(tmp_path)
    assert spool.accepted_at("seco") is None
    spool.accept("second")
    spool.close()
    assert Spool(tmp_path).accepted_at("second") == 0


def test_a_full_disk_leaves_the_spool_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one"])

    def half(descriptor: int, block: bytes) -> None:
        os.write(descriptor, block[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(spool_module, "_write_all", half)
        with pytest.raises(OSError, match="No space"):
            spool.append([b"two"])
    spool.append([b"two"])
    assert read_all(spool) == [b"one", b"two"]


def test_a_full_disk_leaves_no_half_of_a_run_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)

    def half(descriptor: int, block: bytes) -> None:
        os.write(descriptor, block[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(spool_module, "_write_all", half)
        with pytest.raises(OSError, match="No space"):
            spool.accept("first")
    spool.accept("second")
    spool.close()
    spool = Spool(tmp_path)
    assert [spool.accepted_at(run) for run in ("first", "fi", "second")] == [None, None, 0]


def test_numbers_that_a_client_has_seen_are_not_given_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one", b"two"])
    spool.skip_to(1)
    spool.append([b"three"])
    spool.skip_to(7)
    spool.append([b"eight"])
    assert (spool.last, read_all(spool, 7), read_all(spool, 2)) == (8, [b"eight"], [b"three", b"eight"])
    spool.close()
    spool = Spool(tmp_path)
    assert (spool.last, read_all(spool, 2)) == (8, [b"three", b"eight"])


def test_a_cursor_stops_where_it_is_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"one", b"two", b"three"])
    cursor = Cursor(spool, 0)
    assert (cursor.read(1000, until=2), cursor.read(1000, until=2), cursor.read(1000)) == (
        b"one\ntwo\n",
        None,
        b"three\n",
    )


def test_a_line_longer_than_the_limit_comes_alone_and_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([b"x" * 1000, b"two"])
    cursor = Cursor(spool, 0)
    assert (cursor.read(10), cursor.read(10)) == (b"x" * 1000 + b"\n", b"two\n")


def test_a_cursor_goes_on_while_what_it_reads_is_dropped(tmp_path: Path) -> None:
    spool = Spool(tmp_path, segment_bytes=20)
    spool.append([b"line one", b"line two"])
    cursor = Cursor(spool, 0)
    assert cursor.read(10) == b"line one\n"
    spool.append([b"line three"])
    spool.acknowledge(3)
    assert (cursor.read(10), cursor.read(100)) == (b"line two\n", b"line three\n")


actions = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 5), st.integers(0, 40)),
        st.tuples(st.just("acknowledge"), st.integers(0, 60), st.just(0)),
        st.tuples(st.just("restart"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("read"), st.integers(1, 80), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions)
def test_whatever_happens_a_reader_gets_every_unacknowledged_line_once(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, segment_bytes=60)
    cursor = Cursor(spool, 0)
    got: list[int] = []
    for action, number, size in done:
        if action == "append":
            first = spool.last + 1
            spool.append([b"%d %s" % (n, b"x" * size) for n in range(first, first + number)])
        elif action == "acknowledge":
            spool.acknowledge(min(number, cursor.number))
        elif action == "restart":
            place = cursor.number
            cursor.close()
            spool.close()
            with spool.segments[-1].path.open("ab") as file:
                file.write(b"torn"[:number])
            spool = Spool(folder, segment_bytes=60)
            cursor = Cursor(spool, place)
        elif (block := cursor.read(number)) is not None:
            got += [int(line.split()[0]) for line in block.splitlines()]
    while (block := cursor.read(50)) is not None:
        got += [int(line.split()[0]) for line in block.splitlines()]
    assert got == list(range(1, spool.last + 1))
    cursor.close()
    spool.close()
