"""Outputs as the file holds them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import nbformat
import pytest

from ownlab.execution.nbformat_outputs import saved_outputs, to_nbformat
from ownlab.execution.outputs import OutputFolder, OutputLog
from ownlab.execution.schemas import TruncatedOutput
from support.kernel_entries import clear, display, error, result, stream

PICTURE = base64.b64encode(bytes(range(256)) * 100).decode()


@pytest.fixture
def folder(tmp_path: Path) -> OutputFolder:
    return OutputFolder(tmp_path)


@pytest.fixture
def log(folder: OutputFolder) -> OutputLog:
    return folder.log("notebook", "run-00001")


def written(log: OutputLog, *entries: dict[str, Any]) -> OutputLog:
    log.append([{**each, "n": n} for n, each in enumerate(entries, 1)])
    return log


def check(outputs: list[Any]) -> None:
    cell = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "execution_count": 1, "outputs": outputs}
    nbformat.validate({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


def test_every_kind_of_output_is_saved(log: OutputLog) -> None:
    written(log, stream("a\nb"), display({"image/png": PICTURE, "text/plain": "p"}), result("42", 3), error())
    saved = saved_outputs(log)
    check(saved)
    assert saved == [
        {"output_type": "stream", "name": "stdout", "text": "a\nb"},
        {"output_type": "display_data", "data": {"image/png": PICTURE, "text/plain": "p"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 3},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["a", "b"]},
    ]


def test_text_longer_than_a_page_shows_is_saved_whole(log: OutputLog) -> None:
    lines = [f"{number:050}\n" for number in range(8_000)]
    assert saved_outputs(written(log, *map(stream, lines))) == [
        {"output_type": "stream", "name": "stdout", "text": "".join(lines)}
    ]


def test_more_outputs_than_a_page_shows_are_saved(log: OutputLog) -> None:
    assert len(saved_outputs(written(log, *[display({})] * 3000))) == 3000


def test_a_cut_stream_says_so_in_words(log: OutputLog) -> None:
    written(log, *[stream("x" * 99 + "\n")] * 10_000)
    (saved,) = saved_outputs(log, limit=100_000)
    check([saved])
    assert "\n… 0.8 MB not saved in this file; the whole output is in OwnLab …\n" in saved["text"]
    assert saved["text"].endswith("x\n")


def test_a_display_beyond_the_limit_is_named(log: OutputLog) -> None:
    written(log, display({"image/png": "A" * 2_000_000, "text/plain": "p"}), stream("after\n"))
    saved = saved_outputs(log, limit=100_000)
    check(saved)
    assert saved[0]["data"] == {"text/plain": "p"}
    assert saved[1]["text"].startswith("… image/png, 1.5 MB not saved in this file")
    assert saved[2]["text"] == "after\n"


def test_outputs_left_out_are_counted() -> None:
    (saved,) = to_nbformat([TruncatedOutput(count=1234)])
    assert saved["text"] == "… 1,234 more outputs not saved in this file; the whole output is in OwnLab …\n"


def test_references_are_read_back(folder: OutputFolder, log: OutputLog) -> None:
    svg, table = "<svg>" + "é" * 9000, {"rows": [1, 2.5, None, "x" * 9000]}
    data = {"image/png": PICTURE, "image/svg+xml": svg, "application/json": table}
    blobs = folder.blobs("notebook")
    outputs = written(log, display(data)).read_outputs(put_blob=blobs.put)
    assert to_nbformat(outputs, blobs=blobs)[0]["data"] == data


def test_outputs_of_a_file_come_back_as_they_were(log: OutputLog) -> None:
    outputs: list[Any] = [
        {"output_type": "stream", "name": "stdout", "text": "a\r"},
        {"output_type": "stream", "name": "stdout", "text": "b"},
        {"output_type": "strange", "x": [1.0, 2**70, None]},
        "not even an object",
    ]
    log.import_outputs(outputs)
    assert saved_outputs(log) == outputs
    assert [output.type for output in log.read_outputs()] == ["stream", "stream", "display_data", "display_data"]


def test_imported_outputs_can_be_cleared(log: OutputLog) -> None:
    log.import_outputs([{"output_type": "stream", "name": "stdout", "text": "a"}])
    log.append_unnumbered(clear())
    assert saved_outputs(log) == []
    assert log.read_outputs() == []


def test_a_run_that_begins_by_clearing_is_no_import(log: OutputLog) -> None:
    written(log, clear(), stream("a\n"))
    assert saved_outputs(log) == [{"output_type": "stream", "name": "stdout", "text": "a\n"}]
