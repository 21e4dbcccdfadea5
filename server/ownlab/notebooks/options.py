"""Options of notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from ownlab.base.options import option


@dataclass(frozen=True)
class NotebooksOptions:
    """How documents are stored and saved."""

    store_interval_s: float = option(0.05, "shortest time between two writes of a document's edits", unit="s")
    save_delay_s: float = option(1.0, "how long after a change the .ipynb is written", unit="s")
    compact_after: int = option(500, "stored edits of a document after which they are folded into one", unit="rows")
    room_linger_s: float = option(30.0, "how long a document stays in memory after the last page left", unit="s")
