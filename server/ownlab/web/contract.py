"""Writes the contract: every route and every message of a room, as one OpenAPI document.

`python -m ownlab.web.contract [FILE]` writes it; a test holds the file in git against what this module says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ownlab.execution.messages import ExecutionEvent, PageMessage
from ownlab.notebooks.schemas import Hello, Problem, Renamed, Reply, Saved, SaveFailed, Stored
from ownlab.web.app import make_api

ServerMessage = Hello | Stored | Saved | SaveFailed | Renamed | Reply | ExecutionEvent

_REF = "#/components/schemas/{model}"


def contract() -> str:
    """The document as it is kept in git."""
    document = make_api().openapi()
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name, kind in (("PageMessage", PageMessage), ("ServerMessage", ServerMessage), ("Problem", Problem)):
        adapter: TypeAdapter[Any] = TypeAdapter(kind)  # type: ignore[arg-type]
        schema = adapter.json_schema(ref_template=_REF, mode="validation" if kind is PageMessage else "serialization")
        for key, definition in schema.pop("$defs", {}).items():
            schemas.setdefault(key, definition)
        schemas[name] = schema
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3] / "contract" / "openapi.json"
    path.write_text(contract())


if __name__ == "__main__":
    main()
