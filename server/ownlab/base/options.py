"""Options: each declared once, with its default, unit and sentence, and read from the environment here.

A domain's `options.py` holds one frozen dataclass whose fields are made with `option`. The documentation of all
options, the environment variables and the command line's help are read from these declarations.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from ownlab.base.errors import BadInput

Options = TypeVar("Options")


def option(default: Any, help: str, *, unit: str = "", name: str = "") -> Any:
    """One field of an options class. `name` overrides the environment variable, OWNLAB_<FIELD> otherwise."""
    metadata = {"help": help, "unit": unit, "name": name}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Described:
    """An option as documentation shows it."""

    variable: str
    kind: str
    default: str
    unit: str
    help: str


def describe(options: type[Any]) -> Iterator[Described]:
    """Every option of a class, in the order of declaration."""
    hints = get_type_hints(options)
    for field in dataclasses.fields(options):
        kind = getattr(hints[field.name], "__name__", str(hints[field.name]))
        yield Described(_variable(field), kind, str(field.default), field.metadata["unit"], field.metadata["help"])


def read(options: type[Options], environment: Mapping[str, str], **overrides: Any) -> Options:
    """An options object from the environment; `overrides` that are not None win.

    Raises:
        BadInput: a variable does not parse as its option's type; the message names it.
    """
    hints = get_type_hints(options)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(options):  # type: ignore[arg-type]
        variable = _variable(field)
        if overrides.get(field.name) is not None:
            values[field.name] = overrides[field.name]
        elif variable in environment:
            values[field.name] = _parse(variable, environment[variable], hints[field.name])
    return options(**values)


def _variable(field: dataclasses.Field[Any]) -> str:
    return field.metadata["name"] or f"OWNLAB_{field.name.upper()}"


def _parse(variable: str, text: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[text.lower()]
        if kind in (int, float, str, Path):
            return kind(text)
    except (ValueError, KeyError):
        pass
    else:
        raise TypeError(f"no way to read an option of type {kind}")
    raise BadInput(f"{variable}={text!r} is not a valid {kind.__name__}. Correct it or unset it.")
