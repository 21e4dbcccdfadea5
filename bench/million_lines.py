"""What a cell that prints 1,000,000 lines costs, how many are kept, and whether the server answers meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from bench.lab import Lab, Notebook, serving
from bench.processes import peak_rss, pss, reset_peak
from bench.raw import raw_kernel
from bench.statistics import seconds

_LINES = 1_000_000
_CODE = f"for i in range({_LINES}): print(i)"
_ROUNDS = 3


async def measure(rounds: int = _ROUNDS) -> dict[str, Any]:
    ownlab: list[float] = []
    raw: list[float] = []
    answers: list[float] = []
    kept: set[int] = set()
    async with serving() as lab, raw_kernel() as kernel:
        notebook = await lab.new_notebook()
        await notebook.write("print('ready')")
        await notebook.ended(await notebook.run())
        await notebook.write(_CODE)
        before = pss(lab.pid)
        reset_peak(lab.pid)
        for _ in range(rounds):
            probing = asyncio.create_task(_probe(lab, answers))
            taken, lines = await _ownlab(lab, notebook)
            probing.cancel()
            ownlab.append(taken)
            kept.add(lines)
            start = time.perf_counter()
            _, outputs = await kernel.run(_CODE)
            raw.append(time.perf_counter() - start)
            kept.add(_count("".join(output["text"] for output in outputs)))
        peak, after = peak_rss(lab.pid), pss(lab.pid)
        await notebook.close()
    found = {"ownlab": seconds(ownlab), "raw": seconds(raw)}
    return {
        "bench": "million_lines",
        "rounds": rounds,
        "lines_kept": min(kept),
        **found,
        "ownlab_to_raw": round(found["ownlab"]["median_s"] / found["raw"]["median_s"], 2),
        "control_plane": {"pss_before_mib": before, "pss_after_mib": after, "rss_peak_mib": peak},
        "slowest_answer_ms": round(max(answers) * 1e3, 1),
    }


async def _ownlab(lab: Lab, notebook: Notebook) -> tuple[float, int]:
    """The time until the run has ended, and the lines in what the server kept of it."""
    start = time.perf_counter()
    run = await notebook.run()
    state = await notebook.ended(run)
    taken = time.perf_counter() - start
    if state != "done":
        raise RuntimeError(f"the run ended as {state}")
    async with lab.client.get(f"/api/notebooks/{notebook.id}/runs/{run}/outputs/0/text") as answer:
        answer.raise_for_status()
        return taken, _count(await answer.text())


async def _probe(lab: Lab, answers: list[float]) -> None:
    """Ask the server something small all the time."""
    while True:
        start = time.perf_counter()
        async with lab.client.get("/api/health") as answer:
            await answer.read()
        answers.append(time.perf_counter() - start)
        await asyncio.sleep(0.02)


def _count(text: str) -> int:
    """How many of the expected lines there are, in order."""
    return sum(line == str(number) for number, line in enumerate(text.splitlines()))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
