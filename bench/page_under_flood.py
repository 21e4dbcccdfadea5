"""How soon the page answers a key, in Chromium, while one of its cells prints 1,000,000 lines.

Measured in the browser: from a key press to the frame that shows it (Event Timing), the longest gap between animation
frames and between ticks of a 50 ms timer, and tasks above 50 ms. Beside it, how soon the server answers meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.lab import Lab, serving
from bench.statistics import milliseconds

_LINES = 1_000_000
_CODE = f"for i in range({_LINES}): print(i)"
_KEY_EVERY_S = 0.2
_PROBE_EVERY_S = 0.02
_DEADLINE_S = 180.0
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_OBSERVE = """() => {
  const seen = window.seen = { keys: [], tasks: [], frame: 0, tick: 0 }
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (entry.name === 'keydown') seen.keys.push(entry.duration)
  }).observe({ type: 'event', durationThreshold: 16 })
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration)
  }).observe({ type: 'longtask' })
  let frame = performance.now(), tick = frame
  const onFrame = () => {
    const now = performance.now()
    seen.frame = Math.max(seen.frame, now - frame)
    frame = now
    requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)
  setInterval(() => {
    const now = performance.now()
    seen.tick = Math.max(seen.tick, now - tick)
    tick = now
  }, 50)
}"""


async def measure() -> dict[str, Any]:
    browser = os.environ.get("OWNLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with serving() as lab, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=_ARGUMENTS)
        page = await _open_notebook(lab, await chromium.new_page())
        quiet = await _while(lab, page, asyncio.sleep(3))
        flood = await _while(lab, page, _flood(page))
        lines = await _lines_of_the_link(lab, page)
        await chromium.close()
    return {"bench": "page_under_flood", "lines_kept": lines, "quiet": quiet, "flood": flood}


async def _open_notebook(lab: Lab, page: Page) -> Page:
    """A notebook with a cell that is to flood and one to type into, on a kernel that waits."""
    await page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": lab.url} for cookie in lab.client.cookie_jar]
    )
    async with lab.client.post("/api/notebooks", json={}) as answer:
        notebook = (await answer.json())["id"]
    await page.goto(f"{lab.url}/notebooks/{notebook}")
    await page.locator("section.cell .cell-editor").click()
    await page.keyboard.insert_text("print('ready')")
    await page.keyboard.press("Control+Enter")
    await _state(page, "done")
    await page.get_by_role("button", name="Add code cell").click()
    await page.locator("section.cell .cell-editor").first.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(_CODE)
    return page


async def _flood(page: Page) -> None:
    await page.locator("section.cell").first.get_by_role("button", name="Run cell").click()
    await page.locator("section.cell .cm-content").last.click()
    await _state(page, "running")
    await _state(page, "done")


async def _state(page: Page, state: str) -> None:
    await page.wait_for_selector(
        f"section.cell[data-state={state}]", state="attached", timeout=_DEADLINE_S * 1_000, strict=False
    )


async def _while(lab: Lab, page: Page, work: Any) -> dict[str, Any]:
    """What is seen while work is done and keys are typed into the second cell."""
    answers: list[float] = []
    await page.locator("section.cell .cell-editor").last.click()
    await page.evaluate(_OBSERVE)
    start = time.perf_counter()
    around = [asyncio.create_task(_probe(lab, answers)), asyncio.create_task(_type(page))]
    await work
    taken = time.perf_counter() - start
    for task in around:
        task.cancel()
    await asyncio.gather(*around, return_exceptions=True)
    seen = await page.evaluate("window.seen")
    return {
        "taken_s": round(taken, 2),
        "key_to_frame_max_ms": round(max(seen["keys"], default=16.0)),
        "keys_above_16_ms": len(seen["keys"]),
        "frame_gap_max_ms": round(seen["frame"]),
        "timer_gap_max_ms": round(seen["tick"]),
        "long_tasks": len(seen["tasks"]),
        "long_task_max_ms": round(max(seen["tasks"], default=0.0)),
        "server_answers": {**milliseconds(answers), "p99_ms": _p99(answers), "max_ms": round(max(answers) * 1e3, 1)},
    }


async def _type(page: Page) -> None:
    while True:
        await page.keyboard.press("x")
        await asyncio.sleep(_KEY_EVERY_S)


async def _probe(lab: Lab, answers: list[float]) -> None:
    """Ask the server something small all the time."""
    while True:
        start = time.perf_counter()
        async with lab.client.get("/api/health") as answer:
            await answer.read()
        answers.append(time.perf_counter() - start)
        await asyncio.sleep(_PROBE_EVERY_S)


def _p99(answers: list[float]) -> float:
    return round(sorted(answers)[int(len(answers) * 0.99)] * 1e3, 1)


async def _lines_of_the_link(lab: Lab, page: Page) -> int:
    """How many of the lines there are, in order, behind the link to the whole output."""
    link = await page.locator(".stream-notice a").get_attribute("href")
    async with lab.client.get(link or "") as answer:
        text = await answer.text()
    return sum(line == str(number) for number, line in enumerate(text.splitlines()))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
