"""Whatever breaks while a cell prints, every line is there once, in order, and the cell ends as done.

Each test breaks something at a random moment of a cell that prints 1 to 2,000, a flush and 5 ms after each line. The
moments come from a seed that is printed; OWNLAB_SEED runs one again.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable

import pytest

from support.page import Page
from support.served import Served, eventually

LINES = 2_000
CODE = f"import time\nfor number in range(1, {LINES} + 1):\n    print(number, flush=True)\n    time.sleep(0.005)\n"
WHOLE = "".join(f"{number}\n" for number in range(1, LINES + 1))
MOMENTS_S = 11.0
"""The cell takes a little longer than this."""

RUNS_EACH = int(os.environ.get("OWNLAB_BREAKS", "2"))
"""How often each break is tried; the issue's twenty are OWNLAB_BREAKS=5, as four breaks are tried so often."""


def moments(name: str) -> list[float]:
    seed = os.environ.get("OWNLAB_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"OWNLAB_SEED={seed}")
    chance = random.Random(f"{seed}{name}")
    return sorted(chance.uniform(0.0, MOMENTS_S) for _ in range(RUNS_EACH))


async def begin(served: Served) -> tuple[Page, str, str]:
    """A notebook with the cell, running. Returns page, cell and run."""
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, CODE)
    (run,) = await page.run(cell)
    return page, cell, run


async def assert_complete(served: Served, page: Page, run: str) -> None:
    """Page, a second page, and file hold every line once, in order."""
    assert await page.finished(run) == "done"
    assert page.text(run) == WHOLE
    other = Page(served, page.notebook)
    await other.join()
    await eventually(lambda: run in other.outputs, "outputs for a newcomer")
    assert other.text(run) == WHOLE
    await other.leave()

    def saved() -> bool:
        (file,) = served.files()
        cells = json.loads(file.read_text())["cells"]
        texts = ["".join(part) for c in cells for o in c.get("outputs", []) if (part := o.get("text")) is not None]
        return texts == [WHOLE]

    await eventually(saved, "the saved file holds every line")


async def kill_server(served: Served, page: Page, after_s: float) -> None:
    """kill -9 the control plane, start it again, come back as the page does."""
    await asyncio.sleep(after_s)
    await served.kill()
    await page.leave()
    await served.start()
    await page.join()


async def close_page(served: Served, page: Page, after_s: float) -> None:
    """Close the browser and open it."""
    await asyncio.sleep(after_s)
    await page.leave()
    await asyncio.sleep(0.5)
    await page.join()


async def drop_page(served: Served, page: Page, after_s: float) -> None:
    """Lose the page's connection without a farewell."""
    await asyncio.sleep(after_s)
    await page.drop()
    await page.join()


async def cut_runtime(served: Served, page: Page, after_s: float) -> None:
    """Abort the connections between control plane and agent, and so to the runtime's log."""
    await asyncio.sleep(after_s)
    assert await abort_agent_connections(served) > 0


async def abort_agent_connections(served: Served) -> int:
    """Shut the control plane's open sockets to the agent down, from outside of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ABORT,
        str(served.pid),
        str(served.data / "agent" / "agent.sock"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return int(output or 0)


ABORT = """
import ctypes, os, socket, subprocess, sys
pid, path = int(sys.argv[1]), sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
pidfd = os.pidfd_open(pid)
cut = 0
for name in os.listdir(f"/proc/{pid}/fd"):
    try:
        if not os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket:"):
            continue
        fd = libc.syscall(438, pidfd, int(name), 0)  # pidfd_getfd
        if fd < 0:
            continue
        own = socket.socket(fileno=fd)
        is_agents = own.family == socket.AF_UNIX and str(own.getpeername()).endswith(os.path.basename(path))
        if is_agents and own.type == socket.SOCK_STREAM:
            own.shutdown(socket.SHUT_RDWR)
            cut += 1
        own.close()
    except OSError:
        continue
print(cut)
"""

BREAKS: list[Callable[[Served, Page, float], Awaitable[None]]] = [kill_server, close_page, drop_page, cut_runtime]


@pytest.mark.parametrize("broken", BREAKS)
async def test_a_break_while_a_cell_prints_loses_no_line(
    served: Served, broken: Callable[[Served, Page, float], Awaitable[None]]
) -> None:
    for after_s in moments(broken.__name__):
        print(f"{broken.__name__} after {after_s:.2f} s")
        page, _, run = await begin(served)
        await eventually(lambda page=page, run=run: page.state(run) == "running", "running")
        await broken(served, page, after_s)
        await assert_complete(served, page, run)
        await page.ask("disconnect")
        await page.leave()
        async with served.client.delete(f"/api/notebooks/{page.notebook}") as response:
            assert response.status == 204


async def test_a_kill_while_cells_wait_runs_each_once(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    first = page.only_cell()
    page.type(first, "import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.05)")
    others = [page.add_cell(f"print('cell {n}')", f"m{n}") for n in range(1, 4)]
    runs = await page.run(first, *others)
    await eventually(lambda: page.text(runs[0]).count("\n") > 5, "some lines")
    await served.kill()
    await page.leave()
    await served.start()
    await page.join()
    assert [await page.finished(run) for run in runs] == ["done"] * 4
    assert page.text(runs[0]) == "".join(f"{i}\n" for i in range(40))
    assert [page.text(run) for run in runs[1:]] == ["cell 1\n", "cell 2\n", "cell 3\n"]
    assert [page.runs[run]["execution_count"] for run in runs] == [1, 2, 3, 4]


@pytest.mark.parametrize("after_ms", [0, 1, 3, 10, 30, 100, 300, 600])
async def test_a_kill_between_asking_and_recording_runs_the_cell_once(served: Served, after_ms: int) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "open('ran', 'a').write('x')\nprint(open('ran').read())")
    await page.stored()
    runs = await page.run(cell, wait=False)
    await asyncio.sleep(after_ms / 1000)
    await served.kill()
    await page.leave()
    await served.start()
    await page.join()
    await page.run(cell, runs=runs)
    assert await page.finished(runs[0]) == "done"
    assert page.text(runs[0]) == "x\n"


async def test_what_is_typed_while_the_server_is_away_is_kept(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "before = 1\n")
    await page.stored()
    await served.kill()
    await page.leave()
    page.type(cell, "while_away = '🦆'\n")
    await served.start()
    await page.join()
    page.type(cell, "after = 2\n")
    (file,) = served.files()
    expected = "before = 1\nwhile_away = '🦆'\nafter = 2\n"
    await eventually(lambda: "".join(json.loads(file.read_text())["cells"][0]["source"]) == expected, "saved")
    other = Page(served, page.notebook)
    await other.join()
    assert other.source(cell) == expected
