"""Outputs as a notebook file holds them: nbformat 4.5, complete up to a size, and saying where it was cut."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from ownlab.execution.blobs import Blobs
from ownlab.execution.bundles import from_bytes, size
from ownlab.execution.outputs import OutputLog
from ownlab.execution.reducer import Limits
from ownlab.execution.schemas import DisplayOutput, ErrorOutput, Output, StreamOutput, TruncatedOutput

SAVED_LIMIT = 20 * 1024 * 1024
"""Characters of one cell's outputs that a file holds, unless configured otherwise."""


def saved_outputs(log: OutputLog, *, limit: int = SAVED_LIMIT) -> list[Any]:
    """The outputs of a run for the file. Those that came with a file are handed back as they were."""
    imported = _imported(log)
    if imported is not None:
        return imported
    limits = Limits(
        outputs=sys.maxsize, head=limit, tail=min(limit, Limits.tail), inline=limit, error=limit, total=limit
    )
    return to_nbformat(log.read_outputs(limits, put_blob=_too_large), limit=limit)


def to_nbformat(
    outputs: Iterable[Output], *, blobs: Blobs | None = None, limit: int = SAVED_LIMIT
) -> list[dict[str, Any]]:
    """Outputs of the wire as nbformat has them; references are read back from blobs.

    What would exceed the limit, and what the outputs themselves leave out, is told in a line of text.
    """
    saved: list[dict[str, Any]] = []
    left = limit
    for output in outputs:
        for each in _converted(output, blobs, left):
            left -= _size(each)
            saved.append(each)
    return saved


def _imported(log: OutputLog) -> list[Any] | None:
    found: list[Any] | None = None
    for entry in log.entries():
        if entry.get("type") == "output":
            found = [] if found is None else found
            found.append(entry.get("content"))
        elif found is None:
            return None
        elif entry.get("type") == "clear_output":
            found = []
    return found


def _too_large(_content: bytes) -> str:
    """Takes the place of payloads that alone exceed the limit, so that the outputs after them are saved."""
    return ""


def _converted(output: Output, blobs: Blobs | None, left: int) -> Iterator[dict[str, Any]]:
    match output:
        case StreamOutput():
            yield _stream(output.name, _stream_text(output, left))
        case DisplayOutput():
            yield from _display(output, blobs, left)
        case ErrorOutput():
            yield {
                "output_type": "error",
                "ename": output.ename,
                "evalue": output.evalue,
                "traceback": list(output.traceback),
            }
        case TruncatedOutput():
            yield _stream("stdout", _notice(f"{output.count:,} more outputs"))


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _stream_text(output: StreamOutput, left: int) -> str:
    if output.hidden_bytes:
        start = output.text if output.text.endswith("\n") or not output.text else output.text + "\n"
        return start + _notice(_megabytes(output.hidden_bytes)) + output.tail
    text = output.text + output.tail
    if len(text) <= max(left, 0) + Limits.tail:
        return text
    cut = max(left, 0)
    return text[:cut] + "\n" + _notice(_megabytes(len(text[cut:].encode())))


def _display(output: DisplayOutput, blobs: Blobs | None, left: int) -> Iterator[dict[str, Any]]:
    data: dict[str, Any] = {}
    omitted: list[tuple[str, int]] = []
    for mime, payload in output.data.items():
        if size(payload) <= left:
            data[mime] = payload
            left -= size(payload)
        else:
            omitted.append((mime, size(payload)))
    for mime, ref in output.refs.items():
        if blobs is not None and ref.bytes <= left:
            data[mime] = from_bytes(mime, blobs.read(ref.blob))
            left -= size(data[mime])
        else:
            omitted.append((mime, ref.bytes))
    saved: dict[str, Any] = {"output_type": output.type, "data": data, "metadata": output.metadata}
    if output.type == "execute_result":
        saved["execution_count"] = output.execution_count
    yield saved
    for mime, length in omitted:
        yield _stream("stdout", _notice(f"{mime}, {_megabytes(length)}"))


def _notice(what: str) -> str:
    return f"… {what} not saved in this file; the whole output is in OwnLab …\n"


def _megabytes(length: int) -> str:
    return f"{length / 1e6:.1f} MB"


def _size(output: dict[str, Any]) -> int:
    if output["output_type"] == "stream":
        return len(output["text"])
    if output["output_type"] == "error":
        return sum(map(len, output["traceback"]))
    return sum(size(payload) for payload in output["data"].values())
