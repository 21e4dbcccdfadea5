"""What a page does with the ops it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from ownlab.execution.schemas import AppendOp, ClearOp, Output, OutputOp, SetOp, StreamOutput, TailOp


def apply_ops(outputs: list[Output], ops: Iterable[OutputOp]) -> None:
    """Change outputs as the ops say, refusing any that does not fit."""
    for op in ops:
        match op:
            case ClearOp():
                outputs.clear()
            case SetOp():
                assert 0 <= op.index <= len(outputs)
                outputs[op.index : op.index + 1] = [op.output]
            case AppendOp():
                old = outputs[op.index]
                assert isinstance(old, StreamOutput)
                outputs[op.index] = old.model_copy(update={"text": old.text + op.text})
            case TailOp():
                old = outputs[op.index]
                assert isinstance(old, StreamOutput)
                outputs[op.index] = old.model_copy(update={"tail": op.tail, "hidden_bytes": op.hidden_bytes})
