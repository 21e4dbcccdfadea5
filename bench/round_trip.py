"""How long from asking for `1+1` to its result, on a kernel that waits.

OwnLab: from the run request on the page's socket to the result on it. Raw: from jupyter_client's execute to the
result. They take turns in blocks.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from bench.lab import Notebook, serving
from bench.raw import RawKernel, raw_kernel
from bench.statistics import milliseconds

_BLOCKS = 20
_BLOCK = 20


async def measure(blocks: int = _BLOCKS) -> dict[str, Any]:
    async with serving() as lab, raw_kernel() as kernel:
        notebook = await lab.new_notebook()
        await notebook.write("1+1")
        await _ownlab(notebook)
        await _raw(kernel)
        times: dict[str, list[float]] = {"ownlab": [], "raw": []}
        for _ in range(blocks):
            times["ownlab"] += await _ownlab(notebook)
            times["raw"] += await _raw(kernel)
        await notebook.close()
    found = {peer: milliseconds(durations) for peer, durations in times.items()}
    ratio = found["ownlab"]["p50_ms"] / found["raw"]["p50_ms"]
    return {"bench": "round_trip", "runs": blocks * _BLOCK, **found, "p50_ownlab_to_raw": round(ratio, 2)}


async def _ownlab(notebook: Notebook) -> list[float]:
    times = []
    for _ in range(_BLOCK):
        start = time.perf_counter()
        run = await notebook.run()
        await notebook.output(run)
        times.append(time.perf_counter() - start)
        await notebook.ended(run)
    return times


async def _raw(kernel: RawKernel) -> list[float]:
    times = []
    for _ in range(_BLOCK):
        start = time.perf_counter()
        first, _ = await kernel.run("1+1")
        times.append(first - start)
    return times


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
