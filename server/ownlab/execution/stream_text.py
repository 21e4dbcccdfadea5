"""The whole text of a stream output, however long, a piece at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ownlab.base.errors import NotFound
from ownlab.execution.outputs import OutputLog
from ownlab.execution.reducer import Limits, Reducer
from ownlab.execution.stream import CommittedText

_SURVEY = Limits(outputs=sys.maxsize, head=0, inline=0, total=sys.maxsize)


class NoSuchStream(NotFound):
    """The run has no stream output of this index."""

    code = "no_such_stream"


def stream_text(log: OutputLog, index: int) -> Iterator[str]:
    """The text of the stream output at index, as it is when this is called, in pieces; memory stays small.

    Raises:
        NoSuchStream: before the first piece.
    """
    until = log.size()
    survey = Reducer(log.path.stem, limits=_SURVEY, put_blob=_no_blob)
    for entry in log.entries(until=until):
        survey.apply(entry)
    stream = survey.stream(index)
    if stream is None:
        raise NoSuchStream("This output is not kept any more. Run the cell again.")
    return _pieces(log, until, _Follower(log.path.stem, index, survey.clears, stream.terminal.reach))


def _pieces(log: OutputLog, until: int, follower: _Follower) -> Iterator[str]:
    for entry in log.entries(until=until):
        follower.apply(entry)
        if follower.followed.pieces:
            yield "".join(follower.followed.pieces)
            follower.followed.pieces.clear()
    stream = follower.stream(follower.index)
    if stream is not None:
        yield stream.terminal.open_text()


class _Followed(CommittedText):
    """Hands everything on instead of keeping it."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.pieces: list[str] = []

    def commit(self, text: str) -> None:
        self.pieces.append(text)

    def pull(self) -> None:
        return None


class _Follower(Reducer):
    """Keeps nothing but what is on its way through one stream, told by its index and the clears before it."""

    def __init__(self, run: str, index: int, clears: int, reach: int) -> None:
        super().__init__(run, limits=_SURVEY, put_blob=_no_blob)
        self.index = index
        self.followed = _Followed()
        self._final_clears = clears
        self._final_reach = reach

    def _text(self, index: int, head: int) -> CommittedText:
        return self.followed if self._is_followed(index) else super()._text(index, head)

    def _reach(self, index: int) -> int:
        return self._final_reach if self._is_followed(index) else 0

    def _is_followed(self, index: int) -> bool:
        return index == self.index and self.clears == self._final_clears


def _no_blob(_content: bytes) -> str:
    return "0" * 64
