"""What travels in a notebook's room about running: requests of the page, events of the server."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ownlab.execution.schemas import Output, OutputOp, RunRequest, RunSummary
from ownlab.runtimes.schemas import RuntimeState


class _Request(BaseModel):
    id: int = Field(description="chosen by the client; the reply carries it")


class RunCellsRequest(_Request):
    """Run these cells in this order, starting a runtime if there is none. Sent behind the edits it depends on."""

    kind: Literal["run"] = "run"
    runs: list[RunRequest]


class InterruptRequest(_Request):
    kind: Literal["interrupt"] = "interrupt"


class RestartRequest(_Request):
    """A fresh kernel in the same runtime: variables go, files stay."""

    kind: Literal["restart"] = "restart"


class ConnectRequest(_Request):
    """Start a runtime for this notebook, or find the one it has."""

    kind: Literal["connect"] = "connect"


class DisconnectRequest(_Request):
    """End the notebook's runtime and delete it."""

    kind: Literal["disconnect"] = "disconnect"


class InputRequest(_Request):
    """The answer to an `input_wanted`."""

    kind: Literal["input"] = "input"
    run: str
    value: str


class ClearOutputsRequest(_Request):
    """Forget the outputs of these cells, or of all when `cells` is null."""

    kind: Literal["clear_outputs"] = "clear_outputs"
    cells: list[str] | None = None


PageMessage = Annotated[
    RunCellsRequest
    | InterruptRequest
    | RestartRequest
    | ConnectRequest
    | DisconnectRequest
    | InputRequest
    | ClearOutputsRequest,
    Field(discriminator="kind"),
]


class RuntimeEvent(BaseModel):
    """The runtime of this notebook, whenever it changes and once after `hello`."""

    kind: Literal["runtime"] = "runtime"
    runtime: str | None
    state: RuntimeState
    kernel: Literal["none", "starting", "idle", "busy", "restarting", "unreachable"]
    message: str | None = Field(default=None, description="for a failure: what happened and what to do")
    since: datetime | None = None


class RunEvent(BaseModel):
    """A run changed state. A final state comes after the run's last output."""

    kind: Literal["run"] = "run"
    summary: RunSummary


class OutputsEvent(BaseModel):
    """All outputs of a cell as they are now; comes for every cell with a run after `hello`."""

    kind: Literal["outputs"] = "outputs"
    cell: str
    run: str
    outputs: list[Output]


class OutputOpsEvent(BaseModel):
    """Changes to the outputs of a cell, in order."""

    kind: Literal["output_ops"] = "output_ops"
    cell: str
    run: str
    ops: list[OutputOp]


class OutputsCleared(BaseModel):
    """The outputs and the run of these cells are forgotten."""

    kind: Literal["outputs_cleared"] = "outputs_cleared"
    cells: list[str]


class InputWanted(BaseModel):
    """The run waits for a line of text."""

    kind: Literal["input_wanted"] = "input_wanted"
    cell: str
    run: str
    prompt: str
    password: bool


class InputDone(BaseModel):
    """The run waits no longer."""

    kind: Literal["input_done"] = "input_done"
    cell: str
    run: str


ExecutionEvent = RuntimeEvent | RunEvent | OutputsEvent | OutputOpsEvent | OutputsCleared | InputWanted | InputDone
