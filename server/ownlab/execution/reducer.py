"""Kernel messages of one run to its outputs, and to the least that tells a client how they changed."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ownlab.execution import bundles
from ownlab.execution.bundles import PutBlob
from ownlab.execution.displays import DisplayIndex
from ownlab.execution.schemas import (
    ClearOp,
    DisplayOutput,
    ErrorOutput,
    Output,
    OutputOp,
    SetOp,
    TruncatedOutput,
)
from ownlab.execution.stream import CommittedText, Stream

Entry = Mapping[str, Any]
"""One entry of a kernel's log: `n`, `run`, `type`, `content`, and perhaps `metadata` and `buffers`."""


@dataclass(frozen=True)
class Limits:
    """What of a run's outputs is kept at hand. Characters throughout."""

    outputs: int = 2_000
    head: int = 256 * 1024
    tail: int = 64 * 1024
    inline: int = 8 * 1024
    error: int = 64 * 1024
    total: int = 4 * 1024 * 1024


_METADATA_LIMIT = 64 * 1024

UNLIMITED = Limits(*[sys.maxsize] * 6)


class Reducer:
    """The outputs of one run, fed with the entries of its log in order.

    Feed any number of entries, then `drain`: a client that applies the drained ops to the outputs it has holds what
    `snapshot` returns. The cost of an entry does not grow with what came before, and memory is bounded by `limits`.
    Entries of types that are not outputs are ignored; so is whatever a hostile kernel puts where text should be.
    """

    def __init__(
        self,
        run: str,
        *,
        limits: Limits | None = None,
        displays: DisplayIndex | None = None,
        put_blob: PutBlob | None = None,
    ) -> None:
        self.run = run
        self.limits = Limits() if limits is None else limits
        self.clears = 0
        self._displays = DisplayIndex() if displays is None else displays
        self._put_blob = put_blob
        self._items: list[Stream | Output] = []
        self._shown: defaultdict[str, list[int]] = defaultdict(list)
        self._open: Stream | None = None
        self._size = 0
        self._clear_waits = False
        self._truncated: int | None = None
        self._dropping: str | None = None
        self._error_kept = False
        self._changed: set[int] = set()
        self._cleared = False
        self._known = 0

    @property
    def is_dirty(self) -> bool:
        """Whether `drain` would return something."""
        return self._cleared or bool(self._changed)

    def apply(self, entry: Entry) -> tuple[str, ...]:
        """Take the next entry.

        Returns the other runs to whose reducers (and logs) the same entry must go, because it updates a display
        that they show; almost always none.
        """
        content = entry.get("content")
        kind = entry.get("type")
        if kind == "output":
            self._add_imported(content)
            return ()
        if not isinstance(content, dict):
            return ()
        match kind:
            case "stream":
                self._add_stream(content)
            case "display_data":
                self._add_display("display_data", content)
            case "execute_result":
                self._add_display("execute_result", content)
            case "error":
                self._add_error(content)
            case "update_display_data":
                return self._update_display(content)
            case "clear_output":
                if content.get("wait"):
                    self._clear_waits = True
                else:
                    self._clear()
        return ()

    @property
    def is_flooding(self) -> bool:
        """Whether the stream under way has a full head, so that every drain replaces a long tail."""
        return self._open is not None and self._open.is_long

    def clear(self) -> None:
        """Forget the outputs so far, as `clear_output()` would."""
        self._clear()

    def drain(self, *, long_tails: bool = True) -> list[OutputOp]:
        """What changed since the last time, in the order in which it must be applied.

        With `long_tails=False` the tails of streams whose head is full are held back: each is up to 64 kB, replaced
        as a whole, and enough for a reader a few times a second.
        """
        ops: list[OutputOp] = [ClearOp()] if self._cleared else []
        held: set[int] = set()
        for index in sorted(self._changed):
            item = self._items[index]
            if not isinstance(item, Stream):
                ops.append(SetOp(index=index, output=item))
            elif item.is_long and index < self._known and not long_tails:
                held.add(index)
            else:
                ops.extend(item.take_ops(index))
        self._changed = held
        self._cleared = False
        self._known = len(self._items)
        return ops

    def snapshot(self) -> list[Output]:
        """The outputs as they are now."""
        return [item.snapshot() if isinstance(item, Stream) else item for item in self._items]

    def stream(self, index: int) -> Stream | None:
        """The stream output at index."""
        item = self._items[index] if 0 <= index < len(self._items) else None
        return item if isinstance(item, Stream) else None

    def _add_stream(self, content: dict[str, Any]) -> None:
        text = content.get("text")
        if not isinstance(text, str) or not text:
            return
        name: Literal["stdout", "stderr"] = "stderr" if content.get("name") == "stderr" else "stdout"
        self._clear_if_waiting()
        stream = self._open
        if stream is None or stream.name != name:
            if not self._has_room(name):
                return
            head = min(self.limits.head, self.limits.total - self._size)
            stream = Stream(name, self._text(len(self._items), head), reach=self._reach(len(self._items)))
            self._put(stream)
            self._open = stream
        stream.terminal.write(bundles.clean_text(text))
        self._changed.add(len(self._items) - 1)

    def _add_display(self, kind: Literal["display_data", "execute_result"], content: dict[str, Any]) -> None:
        self._clear_if_waiting()
        if not self._has_room():
            return
        output = self._display(kind, content)
        display_id = _display_id(content)
        if display_id is not None:
            self._shown[display_id].append(len(self._items))
            self._displays.add(display_id, self.run)
        self._put(output)

    def _update_display(self, content: dict[str, Any]) -> tuple[str, ...]:
        display_id = _display_id(content)
        if display_id is None:
            return ()
        for index in self._shown.get(display_id, ()):
            old = self._items[index]
            if isinstance(old, DisplayOutput):
                self._items[index] = self._display(old.type, content, old.execution_count)
                self._changed.add(index)
        return tuple(run for run in self._displays.runs(display_id) if run != self.run)

    def _add_error(self, content: dict[str, Any]) -> None:
        self._clear_if_waiting()
        if self._truncated is not None and not self._error_kept:
            self._error_kept = True
        elif not self._has_room():
            return
        traceback = content.get("traceback")
        lines = (
            [bundles.clean(line) for line in traceback if isinstance(line, str)] if isinstance(traceback, list) else []
        )
        limit = self.limits.error
        self._put(
            ErrorOutput(
                ename=_shortened(_text(content.get("ename")), limit),
                evalue=_shortened(_text(content.get("evalue")), limit),
                traceback=lines if sum(map(len, lines)) <= limit else _shortened("\n".join(lines), limit).split("\n"),
            )
        )

    def _add_imported(self, content: Any) -> None:
        """An output of a file: never joined with its neighbours."""
        self._close()
        output: dict[str, Any] = content if isinstance(content, dict) else {}
        kind = output.get("output_type")
        if kind == "stream" and isinstance(text := bundles.joined("text/plain", output.get("text")), str):
            self._add_stream({"name": output.get("name"), "text": text})
        elif (kind == "display_data" or kind == "execute_result") and isinstance(output.get("data"), dict):
            self._add_display(kind, output)
        elif kind == "error":
            self._add_error(output)
        else:
            shown = {"text/plain": json.dumps(content, indent=1, ensure_ascii=False)}
            self._add_display("display_data", {"data": shown})
        self._close()

    def _display(
        self, kind: Literal["display_data", "execute_result"], content: dict[str, Any], count: int | None = None
    ) -> DisplayOutput:
        data = content.get("data")
        metadata = bundles.clean(content.get("metadata"))
        own_count = content.get("execution_count")
        inline, refs = bundles.divide(
            bundles.clean(data) if isinstance(data, dict) else {}, self.limits.inline, self._put_blob
        )
        return DisplayOutput(
            type=kind,
            data=inline,
            refs=refs,
            metadata=metadata if isinstance(metadata, dict) and self._is_small(metadata) else {},
            execution_count=own_count if type(own_count) is int else count,
        )

    def _is_small(self, metadata: dict[str, Any]) -> bool:
        return not metadata or bundles.size(metadata) <= max(self.limits.inline, _METADATA_LIMIT)

    def _close(self) -> None:
        """Let no more text join the last output."""
        if self._open is not None:
            self._size += self._open.length
            self._open = None
        self._dropping = None

    def _put(self, item: Stream | Output) -> None:
        self._close()
        if not isinstance(item, Stream):
            self._size += _size(item)
        self._changed.add(len(self._items))
        self._items.append(item)

    def _has_room(self, stream: str | None = None) -> bool:
        """Whether one more output may be kept; if not, it is counted. Text joins the stream left out before it."""
        used = self._size + (self._open.length if self._open else 0)
        if self._truncated is None:
            if len(self._items) < self.limits.outputs and used < self.limits.total:
                return True
            self._put(TruncatedOutput(count=0))
            self._truncated = len(self._items) - 1
        if stream is None or stream != self._dropping:
            marker = self._items[self._truncated]
            assert isinstance(marker, TruncatedOutput)  # noqa: S101
            self._items[self._truncated] = TruncatedOutput(count=marker.count + 1)
            self._changed.add(self._truncated)
        self._dropping = stream
        return False

    def _clear_if_waiting(self) -> None:
        if self._clear_waits:
            self._clear()

    def _clear(self) -> None:
        self.clears += 1
        self._clear_waits = False
        self._items.clear()
        self._shown.clear()
        self._displays.forget(self.run)
        self._open = None
        self._size = 0
        self._truncated = None
        self._dropping = None
        self._error_kept = False
        self._changed.clear()
        if self._known:
            self._cleared = True
            self._known = 0

    def _text(self, index: int, head: int) -> CommittedText:
        return CommittedText(head, self.limits.tail)

    def _reach(self, index: int) -> int:
        return 0


def _display_id(content: dict[str, Any]) -> str | None:
    transient = content.get("transient")
    display_id = transient.get("display_id") if isinstance(transient, dict) else None
    return display_id if isinstance(display_id, str) else None


def _text(value: Any) -> str:
    return bundles.clean(value) if isinstance(value, str) else ""


def _size(output: Output | Stream) -> int:
    if isinstance(output, DisplayOutput):
        return sum(bundles.size(payload) for payload in output.data.values())
    if isinstance(output, ErrorOutput):
        return len(output.evalue) + sum(map(len, output.traceback))
    return 0


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
