"""Options of running cells."""

from __future__ import annotations

from dataclasses import dataclass

from ownlab.base.options import option


@dataclass(frozen=True)
class ExecutionOptions:
    """How outputs travel and how much of them is kept where."""

    flush_interval_s: float = option(0.033, "shortest time between two messages with changes of one cell", unit="s")
    flood_interval_s: float = option(0.15, "the same while a cell prints more than is shown", unit="s")
    saved_output_limit: int = option(20 * 2**20, "most output of one cell that the .ipynb holds", unit="bytes")
    runs_kept: int = option(3, "latest runs of each cell whose whole output stays on disk")
