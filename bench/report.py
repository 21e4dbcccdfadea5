"""The table of all figures, with what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Row = tuple[str, str, str, str]


def _cold_start(found: Mapping[str, Any]) -> Iterator[Row]:
    median = {peer: found[peer]["median_s"] for peer in ("ownlab", "raw", "jupyterhub")}
    peers = f"raw kernel {median['raw']:.2f} s, JupyterHub {median['jupyterhub']:.2f} s"
    yield "Nothing to first output, median", f"{median['ownlab']:.2f} s", peers, "≤ 0.8 s"
    yield "… best", f"{found['ownlab']['min_s']:.2f} s", _bests(found), ""
    yield "… JupyterHub's time in ours", f"{found['jupyterhub_to_ownlab']:.1f}", "", "≥ 5"


def _bests(found: Mapping[str, Any]) -> str:
    return f"raw kernel {found['raw']['min_s']:.2f} s, JupyterHub {found['jupyterhub']['min_s']:.2f} s"


def _round_trip(found: Mapping[str, Any]) -> Iterator[Row]:
    ours, raw = found["ownlab"], found["raw"]
    p50, p95 = f"{ours['p50_ms']} ms", f"{ours['p95_ms']} ms"
    yield "`1+1` to its result, p50", p50, f"raw kernel {raw['p50_ms']} ms", f"≤ {2 * raw['p50_ms']:.1f} ms (2 × raw)"
    yield "… p95", p95, f"raw kernel {raw['p95_ms']} ms", ""


def _million_lines(found: Mapping[str, Any]) -> Iterator[Row]:
    plane = found["control_plane"]
    yield "1,000,000 printed lines: kept", f"{found['lines_kept']:,}", "", "1,000,000"
    raw = f"raw kernel {found['raw']['median_s']:.1f} s"
    yield "… time, median", f"{found['ownlab']['median_s']:.1f} s", raw, ""
    grown = f"{plane['pss_before_mib']} MiB before, {plane['pss_after_mib']} MiB after (PSS)"
    yield "… control plane at most", f"{plane['rss_peak_mib']} MiB", grown, ""
    yield "… slowest answer meanwhile", f"{found['slowest_answer_ms']} ms", "", "≤ 200 ms"


def _idle_memory(found: Mapping[str, Any]) -> Iterator[Row]:
    parts = ", ".join(f"{name} {mib}" for name, mib in found["parts_mib"].items())
    yield "Idle session, all its processes (PSS)", f"{found['session_mib']} MiB", parts, "≤ 90 MiB"
    after = found["after"]
    beside = f"control plane {after['control_plane_mib']} MiB, agent {after['agent_mib']} MiB, for all sessions"
    yield "… beside it", "", beside, ""


BENCHES: dict[str, Callable[[Mapping[str, Any]], Iterator[Row]]] = {
    "cold_start": _cold_start,
    "round_trip": _round_trip,
    "million_lines": _million_lines,
    "idle_memory": _idle_memory,
}


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown; one line or more for each bench that ran."""
    rows = [row for name, found in results.items() for row in BENCHES[name](found)]
    head = ["| | OwnLab | beside it | promised |", "|---|---|---|---|"]
    return "\n".join(head + [f"| {' | '.join(row)} |" for row in rows])
