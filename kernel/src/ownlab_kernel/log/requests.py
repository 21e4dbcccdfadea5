"""What a client asks for on the log's socket."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

_RUN = re.compile(r"[A-Za-z0-9_.:-]{1,128}")

Kind = TypeVar("Kind")


class NotUnderstood(ValueError):
    """The text is no request; the message says what is wrong with it."""


@dataclass(frozen=True)
class Run:
    """Execute code under this id, once however often it is asked."""

    run: str
    code: str
    stop_on_error: bool
    allow_stdin: bool


@dataclass(frozen=True)
class Input:
    """The line that this run waits for."""

    run: str
    value: str


@dataclass(frozen=True)
class Acknowledge:
    """The client has every entry up to this number on its own disk."""

    number: int


def parse(text: str | bytes) -> Run | Input | Acknowledge:
    """The request in a text frame.

    Raises:
        NotUnderstood: it is none.
    """
    try:
        asked = json.loads(text)
    except ValueError:
        raise NotUnderstood("The message is not JSON.") from None
    match asked:
        case {"op": "run"}:
            return Run(
                _run(asked),
                _field(asked, "code", str),
                _field(asked, "stop_on_error", bool, True),
                _field(asked, "allow_stdin", bool, True),
            )
        case {"op": "input"}:
            return Input(_run(asked), _field(asked, "value", str))
        case {"op": "ack"}:
            return Acknowledge(_field(asked, "n", int))
    raise NotUnderstood('The message has no "op" that is one of run, input, ack.')


def _run(asked: dict[str, Any]) -> str:
    run = _field(asked, "run", str)
    if not _RUN.fullmatch(run):
        raise NotUnderstood(f"{run!r} can not be a run id.")
    return run


def _field(asked: dict[str, Any], name: str, kind: type[Kind], default: Kind | None = None) -> Kind:
    value = asked.get(name, default)
    if not isinstance(value, kind):
        raise NotUnderstood(f'"{name}" is not a {kind.__name__}.')
    return value
