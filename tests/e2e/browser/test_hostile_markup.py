"""Foreign markup that becomes part of the page does nothing there, and stays in its place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from support.browser import Visitor, code_cell, shown, text_cell
from support.hostile import COVERS, MARKS, assert_untouched, html, in_every_way, open_hostile
from support.served import Served

pytestmark = pytest.mark.asyncio(loop_scope="session")

WAYS = list(in_every_way(""))
LINKS = [
    "<a target='_top' href='/'>go</a>",
    "<svg width=90 height=30><a xlink:href='/'><text y=20>go</text></a></svg>",
]


@pytest.mark.parametrize("markup", LINKS)
@pytest.mark.parametrize("way", WAYS)
async def test_a_link_that_became_part_of_the_page_opens_beside_it(
    lab: Served, guest: Visitor, markup: str, way: str
) -> None:
    tab = await open_hostile(lab, guest, in_every_way(markup)[way])
    async with tab.page.expect_popup() as opening:
        await tab.cell(0).locator(".html-output, .prose").get_by_text("go", exact=True).click()
    assert await (await opening.value).evaluate("opener") is None
    await assert_untouched(tab)
    await tab.page.close()


async def test_markup_leaves_no_mark_on_the_page(lab: Served, guest: Visitor) -> None:
    def cells(mark: str) -> list[dict[str, Any]]:
        markup = MARKS[mark].replace("hacked = 1", f"hacked = `{mark}`").replace("hacked=1", f"hacked=`{mark}`")
        svg = f'<svg xmlns="http://www.w3.org/2000/svg">{markup}</svg>'
        stream = {"output_type": "stream", "name": "stdout", "text": markup}
        error = {"output_type": "error", "ename": markup, "evalue": markup, "traceback": [markup]}
        return [
            text_cell(f"first **bold**\n\n{markup}\n\nlast"),
            code_cell(f"{mark} as HTML", [html(f"<b>first</b>{markup}")]),
            code_cell(f"{mark} as Markdown", [shown("text/markdown", f"first\n\n{markup}")]),
            code_cell(f"{mark} as a formula", [shown("text/latex", f"first {markup}")]),
            code_cell(f"{mark} as text", [stream, error, shown("application/json", {markup: markup})]),
            code_cell(f"{mark} as SVG", [shown("image/svg+xml", svg)]),
            code_cell(f"{mark} in code {markup}", [shown("text/plain", markup)]),
        ]

    tab = await open_hostile(lab, guest, *[cell for mark in MARKS for cell in cells(mark)])
    await expect(tab.page.locator(".cell-place")).to_have_count(0)
    await expect(tab.cells).to_have_count(7 * len(MARKS))
    for trap in await tab.page.locator("main [id$=trap]").all():
        await trap.click()
    await tab.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    await assert_untouched(tab)
    await tab.page.close()


COVERED = """() => [...document.querySelectorAll('button, .cell-editor')]
  .map(button => [button, button.getBoundingClientRect()])
  .filter(([button]) => getComputedStyle(button).pointerEvents !== 'none')
  .filter(([, box]) => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth)
  .map(([button, box]) => [button, document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)])
  .map(([button, found]) => [button, found?.closest('.html-output, .prose')])
  .filter(([button, cover]) => cover && !cover.contains(button))
  .map(([button, cover]) => (button.ariaLabel || button.innerText) + ' by ' + cover.innerHTML)"""


@pytest.mark.parametrize("kind", WAYS)
async def test_markup_covers_none_of_the_page_s_buttons(lab: Served, guest: Visitor, kind: str) -> None:
    cells = [in_every_way(markup)[kind] for markup in COVERS.values()]
    tab = await open_hostile(lab, guest, code_cell("before"), *cells, code_cell("after"))
    await expect(tab.page.locator(".html-output, .prose")).to_have_count(len(COVERS))
    for index in range(len(COVERS) + 2):
        await tab.cell(index).evaluate("cell => cell.scrollIntoView({block: 'center'})")
        await tab.cell(index).hover(position={"x": 5, "y": 5}, force=True)
        assert await tab.page.evaluate(COVERED) == []
    await tab.page.close()
