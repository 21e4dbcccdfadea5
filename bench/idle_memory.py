"""What an idle session costs: PSS of every process that is there because of it, after it ran one cell."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

from bench.lab import serving
from bench.processes import family, pss

_SESSIONS = 4
_SETTLE_S = 3.0


async def measure(sessions: int = _SESSIONS) -> dict[str, Any]:
    async with serving() as lab:
        status = await lab.agent.status()
        before = {"control_plane_mib": pss(lab.pid), "agent_mib": pss(status.pid)}
        notebooks = []
        for _ in range(sessions):
            notebook = await lab.new_notebook()
            await notebook.write("print('hello')")
            await notebook.ended(await notebook.run())
            notebooks.append(notebook)
        await asyncio.sleep(_SETTLE_S)
        processes = family(status.pid)
        after = {"control_plane_mib": pss(lab.pid), "agent_mib": pss(status.pid)}
        for notebook in notebooks:
            await notebook.close()
    parts: defaultdict[str, float] = defaultdict(float)
    for name, mib in processes:
        parts[name] += mib / sessions
    return {
        "bench": "idle_memory",
        "sessions": sessions,
        "session_mib": round(sum(parts.values()), 1),
        "parts_mib": {name: round(mib, 1) for name, mib in sorted(parts.items(), key=lambda part: -part[1])},
        "processes_per_session": round(len(processes) / sessions, 1),
        "before": before,
        "after": after,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
