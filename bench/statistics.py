"""Summaries of measured times."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def seconds(durations: Sequence[float]) -> dict[str, float]:
    """Least, middle and greatest of a few durations."""
    return {
        "min_s": round(min(durations), 3),
        "median_s": round(statistics.median(durations), 3),
        "max_s": round(max(durations), 3),
    }


def milliseconds(durations: Sequence[float]) -> dict[str, float]:
    """Middle and 95th percentile of many durations given in seconds."""
    cuts = statistics.quantiles(durations, n=20)
    return {"p50_ms": round(cuts[9] * 1e3, 2), "p95_ms": round(cuts[18] * 1e3, 2)}
