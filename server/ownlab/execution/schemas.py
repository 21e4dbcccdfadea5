"""Runs and outputs on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field


class RunState(StrEnum):
    """Where a run of a cell stands.

    `queued` and `running` are under way; the rest are final. `cancelled`: it was queued behind a cell that failed, or
    the queue was emptied, and never ran. `interrupted`: the user stopped it. `lost`: its kernel went away.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    LOST = "lost"


class BlobRef(BaseModel):
    """A MIME payload that is fetched from the notebook's blobs instead of being sent along."""

    blob: str = Field(description="sha256 of the payload, hexadecimal")
    bytes: int


class StreamOutput(BaseModel):
    """Text of stdout or stderr after `\\r` and backspace took effect.

    What is shown is `text`, then (if `hidden_bytes` is not 0) a notice with a link to the whole, then `tail`.
    """

    type: Literal["stream"] = "stream"
    name: Literal["stdout", "stderr"]
    text: str
    tail: str = Field(description="the end that may still change; replaced as a whole")
    hidden_bytes: int = Field(default=0, description="bytes of UTF-8 left out between text and tail")


class DisplayOutput(BaseModel):
    """A MIME bundle, shown or returned. A MIME type is in `data` or in `refs`, never in both."""

    type: Literal["display_data", "execute_result"]
    data: dict[str, Any]
    refs: dict[str, BlobRef] = {}
    metadata: dict[str, Any] = {}
    execution_count: int | None = None


class ErrorOutput(BaseModel):
    """An exception; the lines of the traceback carry ANSI colours."""

    type: Literal["error"] = "error"
    ename: str
    evalue: str
    traceback: list[str]


class TruncatedOutput(BaseModel):
    """Stands for the outputs after the limit of one run."""

    type: Literal["truncated"] = "truncated"
    count: int = Field(description="outputs left out")


Output = Annotated[StreamOutput | DisplayOutput | ErrorOutput | TruncatedOutput, Field(discriminator="type")]


class ClearOp(BaseModel):
    """Remove every output."""

    op: Literal["clear"] = "clear"


class SetOp(BaseModel):
    """Put an output at index: a new one when index is the count of outputs, else in place of the one there."""

    op: Literal["set"] = "set"
    index: int
    output: Output


class AppendOp(BaseModel):
    """Add to the `text` of the stream at index."""

    op: Literal["append"] = "append"
    index: int
    text: str


class TailOp(BaseModel):
    """Replace `tail` and `hidden_bytes` of the stream at index."""

    op: Literal["tail"] = "tail"
    index: int
    tail: str
    hidden_bytes: int = 0


OutputOp = Annotated[ClearOp | SetOp | AppendOp | TailOp, Field(discriminator="op")]


class RunSummary(BaseModel):
    """The latest run of a cell."""

    run: str
    cell: str
    state: RunState
    execution_count: int | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    by: str | None = Field(default=None, description="display name of the user who asked for it")


class RunRequest(BaseModel):
    """A cell to run. `run` is chosen by the client: the same request sent twice runs the cell once."""

    run: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    cell: str


class RunCells(BaseModel):
    """Cells to run, in this order."""

    runs: list[RunRequest]


class CellOutputs(BaseModel):
    """The latest run of a cell with its outputs, head and tail."""

    summary: RunSummary
    outputs: list[Output]
