"""Whatever breaks while a cell prints: the page says so, comes back, and shows every line once.

Each test breaks something at a random moment of a cell that prints 1 to 2,000, a flush and 5 ms after each line. The
moments come from a seed that is printed; OWNLAB_SEED runs one again.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from support.browser import Tab, Visitor, saved_cells
from support.cable import Cable
from support.served import Served, eventually

LINES = 2_000
CODE = f"import time\nfor number in range(1, {LINES} + 1):\n    print(number, flush=True)\n    time.sleep(0.005)"
WHOLE = "".join(f"{number}\n" for number in range(1, LINES + 1))
RUNS_EACH = int(os.environ.get("OWNLAB_BREAKS", "1"))


def moments(name: str) -> list[float]:
    """After how many lines, from before the cell is accepted to about its end."""
    seed = os.environ.get("OWNLAB_SEED") or str(random.SystemRandom().randrange(10**9))
    print(f"OWNLAB_SEED={seed}")
    chance = random.Random(f"{seed}{name}")
    return [chance.uniform(-200, LINES) for _ in range(RUNS_EACH)]


SHOWN_LINES = "wanted => (document.querySelector('.stream')?.textContent.match(/\\n/g) ?? []).length"

Break = Callable[[Visitor, Tab, Cable], Awaitable[Tab]]


async def assert_told(tab: Tab) -> None:
    """The page said that the connection was lost."""
    await expect(tab.connection).to_contain_text("Connection lost")
    await expect(tab.save_state).to_contain_text("Offline")


async def kill_server(visitor: Visitor, tab: Tab, cable: Cable) -> Tab:
    await visitor.served.kill()
    await assert_told(tab)
    await visitor.served.start()
    return tab


async def close_browser(visitor: Visitor, tab: Tab, cable: Cable) -> Tab:
    notebook = tab.notebook
    await visitor.leave()
    await visitor.arrive()
    return await visitor.open(notebook)


async def drop_socket(visitor: Visitor, tab: Tab, cable: Cable) -> Tab:
    await cable.pull_out()
    await assert_told(tab)
    await cable.plug_in()
    return tab


async def drop_socket_for_a_blink(visitor: Visitor, tab: Tab, cable: Cable) -> Tab:
    cable.cut()
    return tab


@pytest.mark.parametrize("broken", [kill_server, close_browser, drop_socket, drop_socket_for_a_blink])
async def test_a_break_while_a_cell_prints_loses_no_line(
    served: Served, wired: Visitor, cable: Cable, broken: Break
) -> None:
    for after_lines in moments(broken.__name__):
        print(f"{broken.__name__} after {after_lines:.0f} lines")
        tab = await wired.open(await served.notebook())
        await tab.write(0, CODE)
        await tab.page.keyboard.press("Control+Enter")
        if after_lines > 0:
            await tab.page.wait_for_function(
                SHOWN_LINES + " > wanted",
                arg=after_lines,
                timeout=60_000,
            )
        else:
            await asyncio.sleep(-after_lines / 1_000)

        tab = await broken(wired, tab, cable)
        if broken in (kill_server, drop_socket):
            await expect(tab.connection).to_have_text("Back online")
        await tab.finished(0)
        assert await tab.text(0) == WHOLE
        await expect(tab.save_state).to_have_text("All changes saved")
        await eventually(
            lambda: (
                [out["text"] for cell in saved_cells(served) for out in cell["outputs"]]
                == [WHOLE.splitlines(keepends=True)]
            ),
            "every line in the file",
        )
        await tab.page.reload()
        await tab.loaded()
        await tab.finished(0)
        assert await tab.text(0) == WHOLE
        assert tab.problems == []
        async with served.client.delete(f"/api/notebooks/{tab.notebook}") as response:
            assert response.status == 204
        await tab.page.close()


async def test_a_connection_that_went_silent_is_noticed(served: Served, wired: Visitor, cable: Cable) -> None:
    tab = await wired.open(await served.notebook())
    await tab.write(0, "import time\nfor number in range(30):\n    print(number, flush=True)\n    time.sleep(0.5)")
    await tab.page.keyboard.press("Control+Enter")
    await expect(tab.outputs(0).locator(".stream")).to_contain_text("3\n")
    cable.freeze()
    await expect(tab.connection).to_contain_text("Connection lost", timeout=45_000)
    cable.thaw()
    await tab.finished(0)
    assert await tab.text(0) == "".join(f"{number}\n" for number in range(30))
