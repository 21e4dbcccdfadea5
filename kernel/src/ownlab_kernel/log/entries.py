"""A message of the kernel as an entry of the log: one line of JSON.

    {"n": 7, "run": "…" or null, "type": "stream", "content": {…}, "metadata": {…}, "buffers": ["base64", …]}

`run` is the message id of the request that caused it, `buffers` is left out when there are none. The content travels
as the kernel wrote it and is not encoded anew.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

DELIMITER = b"<IDS|MSG>"


@dataclass(slots=True)
class Entry:
    """One thing that the kernel said, or that happened to it; it gets its number when it is committed."""

    run: str | None
    type: str
    content: bytes
    metadata: bytes = b"{}"
    buffers: Sequence[bytes] = ()
    state: str | None = None
    stream: str | None = None
    texts: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """About how many bytes the line will have."""
        return len(self.content) + len(self.metadata) + sum(len(buffer) * 4 // 3 for buffer in self.buffers) + 100

    def absorb(self, later: Entry) -> bool:
        """Take in the text of the next entry if both are of one stream of one run; False leaves both as they are."""
        if self.stream is None or self.stream != later.stream or self.run != later.run:
            return False
        self.texts += later.texts
        return True

    def line(self, number: int) -> bytes:
        """The line of the log for this entry."""
        content = self.content
        if len(self.texts) > 1:
            content = _dump({"name": self.stream, "text": "".join(self.texts)})
        run, kind = _dump(self.run), _dump(self.type)
        buffers = b',"buffers":%s' % _dump([base64.b64encode(each).decode() for each in self.buffers])
        return b'{"n":%d,"run":%s,"type":%s,"content":%s,"metadata":%s%s}' % (
            number,
            run,
            kind,
            content,
            self.metadata,
            buffers if self.buffers else b"",
        )


def happened(state: str) -> Entry:
    """The entry for something that happened to the kernel's process: started, restarted or died."""
    return Entry(None, "kernel", _dump({"state": state}))


class Decoder:
    """Makes entries of the frames of messages. Signatures are not checked: the socket is private to the runtime.

    `request` is the header of the request that caused the message which was decoded last, {} without one.
    """

    def __init__(self) -> None:
        self._parent = b"{}"
        self.request: dict[str, Any] = {}

    def decode(self, frames: Sequence[bytes]) -> Entry:
        """The entry for one message as it came from the socket.

        Raises:
            ValueError: it is not a message of the Jupyter protocol.
        """
        start = frames.index(DELIMITER) + 2
        header, parent, metadata, content = frames[start : start + 4]
        kind = json.loads(header)["msg_type"]
        request = self._request_of(parent)
        parsed, content = _as_line(content)
        entry = Entry(request.get("msg_id"), kind, content, _as_line(metadata)[1], frames[start + 4 :])
        if kind == "stream" and entry.metadata == b"{}" and not entry.buffers and parsed.keys() == {"name", "text"}:
            entry.stream, entry.texts = parsed["name"], [parsed["text"]]
        elif kind == "status":
            entry.state = parsed.get("execution_state")
        return entry

    def _request_of(self, parent: bytes) -> dict[str, Any]:
        if parent != self._parent:
            self.request = json.loads(parent)
            self._parent = parent
        return self.request


def _as_line(text: bytes) -> tuple[Any, bytes]:
    """A JSON object parsed, and as UTF-8 text without line breaks."""
    try:
        parsed = json.loads(text.decode())
    except UnicodeDecodeError:
        text = text.decode(errors="replace").encode()
        parsed = json.loads(text)
    if not isinstance(parsed, dict):
        raise ValueError("not an object")
    return parsed, _dump(parsed) if b"\n" in text else text


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
