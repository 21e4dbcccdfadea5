"""How long from nothing to the first output of a cell: no runtime, no kernel, no single-user server before.

OwnLab: make a notebook, join its room, type the cell, run it; a sandboxed runtime starts on the way.
JupyterHub: spawn the user's server, start a kernel, run the cell. Raw: start ipykernel, run the cell.
Control plane and hub are up already. The three take turns.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from bench.hub import Hub, hub
from bench.lab import Lab, serving
from bench.raw import raw_kernel
from bench.statistics import seconds

_ROUNDS = 7
_CODE = "print('hello')"


async def measure(rounds: int = _ROUNDS) -> dict[str, Any]:
    times: dict[str, list[float]] = {"ownlab": [], "jupyterhub": [], "raw": []}
    async with serving() as lab, hub() as jupyterhub:
        for number in range(rounds + 1):
            taken = {
                "ownlab": await _ownlab(lab),
                "jupyterhub": await _jupyterhub(jupyterhub, f"user{number}"),
                "raw": await _raw(),
            }
            # the first round fills the page cache for all three
            if number:
                for peer, duration in taken.items():
                    times[peer].append(duration)
    found = {peer: seconds(durations) for peer, durations in times.items()}
    middle = {peer: each["median_s"] for peer, each in found.items()}
    return {
        "bench": "cold_start",
        "rounds": rounds,
        **found,
        "ownlab_to_raw": round(middle["ownlab"] / middle["raw"], 2),
        "jupyterhub_to_ownlab": round(middle["jupyterhub"] / middle["ownlab"], 2),
    }


async def _ownlab(lab: Lab) -> float:
    start = time.perf_counter()
    notebook = await lab.new_notebook()
    await notebook.write(_CODE)
    run = await notebook.run()
    await notebook.output(run)
    taken = time.perf_counter() - start
    await notebook.ended(run)
    await notebook.disconnect()
    await notebook.close()
    return taken


async def _jupyterhub(jupyterhub: Hub, user: str) -> float:
    await jupyterhub.add(user)
    start = time.perf_counter()
    taken = await jupyterhub.first_output(user, _CODE) - start
    await jupyterhub.end(user)
    return taken


async def _raw() -> float:
    start = time.perf_counter()
    async with raw_kernel() as kernel:
        first, _ = await kernel.run(_CODE)
    return first - start


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
