"""The text of one stream output: a head that only grows, and a tail that may still change."""

from __future__ import annotations

from collections import deque
from typing import Literal

from ownlab.execution.schemas import AppendOp, OutputOp, SetOp, StreamOutput, TailOp
from ownlab.execution.terminal import LINE_LIMIT, Terminal


class CommittedText:
    """Final text: the first `head_limit` characters, and at least the last `tail_limit` of what follows them."""

    __slots__ = ("dropped_bytes", "head", "head_length", "head_limit", "ring", "ring_length", "tail_limit")

    def __init__(self, head_limit: int, tail_limit: int) -> None:
        self.head_limit = head_limit
        self.tail_limit = tail_limit
        self.head: list[str] = []
        self.head_length = 0
        self.ring: deque[str] = deque()
        self.ring_length = 0
        self.dropped_bytes = 0

    def commit(self, text: str) -> None:
        room = self.head_limit - self.head_length
        if room > 0 and not self.ring:
            part = text[:room]
            self.head.append(part)
            self.head_length += len(part)
            text = text[room:]
        if text:
            self.ring.append(text)
            self.ring_length += len(text)
            self._forget()

    def pull(self) -> str | None:
        """Take back the last line; None if it is not whole, or too long to change."""
        chunks: deque[str] | list[str] = self.ring or self.head
        if not chunks or not chunks[-1].endswith("\n"):
            return None
        at_start = chunks is self.head or (not self.head and not self.dropped_bytes)
        taken = 0
        line: list[str] = []
        length = 0
        for chunk in reversed(chunks):
            start = chunk.rfind("\n", 0, len(chunk) if line else len(chunk) - 1) + 1
            line.append(chunk[start:])
            length += len(chunk) - start
            if length > LINE_LIMIT:
                return None
            if start:
                break
            taken += 1
        else:
            if not at_start:
                return None
        for _ in range(taken):
            chunks.pop()
        if taken < len(line):
            chunks[-1] = chunks[-1][: len(chunks[-1]) - len(line[-1])]
        if chunks is self.head:
            self.head_length -= length
        else:
            self.ring_length -= length
        return "".join(reversed(line))[:-1]

    def tail(self) -> tuple[str, int]:
        """What is shown of the text behind the head, and how many bytes of UTF-8 are hidden before it."""
        text = "".join(self.ring)
        cut = len(text) - self.tail_limit
        if cut <= 0 and not self.dropped_bytes:
            return text, 0
        cut = max(cut, 0)
        line = text.find("\n", cut) + 1
        if 0 < line < len(text):
            cut = line
        return text[cut:], self.dropped_bytes + utf8_length(text[:cut])

    def _forget(self) -> None:
        while len(self.ring) > 1 and self.ring_length - len(self.ring[0]) >= self.tail_limit:
            chunk = self.ring.popleft()
            self.ring_length -= len(chunk)
            self.dropped_bytes += utf8_length(chunk)
        excess = self.ring_length - 2 * self.tail_limit
        if excess > self.tail_limit:
            self.dropped_bytes += utf8_length(self.ring[0][:excess])
            self.ring[0] = self.ring[0][excess:]
            self.ring_length -= excess


class Stream:
    """A stream output under way, and what of it the client holds already."""

    def __init__(self, name: Literal["stdout", "stderr"], text: CommittedText, *, reach: int = 0) -> None:
        self.name: Literal["stdout", "stderr"] = name
        self.text = text
        self.terminal = Terminal(text.commit, self._pull, reach=reach)
        self._sent_chunks: int | None = None
        self._sent_tail = ""
        self._sent_hidden = 0

    @property
    def length(self) -> int:
        """Characters kept, roughly."""
        return self.text.head_length + self.text.ring_length

    @property
    def is_long(self) -> bool:
        """Whether the head is full, so that the tail is long and replaced often."""
        return bool(self.text.ring)

    def snapshot(self) -> StreamOutput:
        tail, hidden = self._tail()
        return StreamOutput(name=self.name, text="".join(self.text.head), tail=tail, hidden_bytes=hidden)

    def take_ops(self, index: int) -> list[OutputOp]:
        """The least that brings the client, who has applied all ops before, to the present."""
        head = self.text.head
        sent = self._sent_chunks
        tail, hidden = self._tail()
        ops: list[OutputOp] = []
        if sent is None:
            head[:] = ["".join(head)]
            ops.append(SetOp(index=index, output=self.snapshot()))
        else:
            if len(head) > sent:
                new = "".join(head[sent:])
                head[sent:] = [new]
                ops.append(AppendOp(index=index, text=new))
            if (tail, hidden) != (self._sent_tail, self._sent_hidden):
                ops.append(TailOp(index=index, tail=tail, hidden_bytes=hidden))
        self._sent_chunks, self._sent_tail, self._sent_hidden = len(head), tail, hidden
        return ops

    def _tail(self) -> tuple[str, int]:
        tail, hidden = self.text.tail()
        return tail + self.terminal.open_text(), hidden

    def _pull(self) -> str | None:
        line = self.text.pull()
        if self._sent_chunks is not None and len(self.text.head) <= self._sent_chunks:
            self._sent_chunks = None
        return line


def utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
