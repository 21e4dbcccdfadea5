"""The page fits a narrow window, follows the theme, and its menus need no mouse."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from support.browser import Tab, Visitor, code_cell, shown, text_cell, upload
from support.served import Served

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE_TABLE = "<table class='dataframe'><tr>" + "".join(f"<td>column {n}</td>" for n in range(40)) + "</tr></table>"
CELLS = [
    text_cell("# Ducks\n\nA *paragraph* with `code`, $x^2$, a [link](https://example.org) and a list:\n\n- one\n- two"),
    code_cell(
        "import numpy as np\n\nfor i in range(3):\n    print(f'line {i}')  # a comment so long that it may not fit",
        [{"output_type": "stream", "name": "stdout", "text": "a printed line\n" + "long " * 60 + "\n"}],
    ),
    code_cell("frame", [shown("text/html", WIDE_TABLE)]),
    code_cell(
        "1 / 0",
        [{"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["\x1b[31mE\x1b[0m: " + "e" * 300]}],
    ),
    code_cell("widget", [shown("text/html", "<script>1</script><div style='width:3000px;background:red'>wide</div>")]),
]


@pytest_asyncio.fixture(loop_scope="session")
async def gallery(lab: Served, guest: Visitor) -> AsyncIterator[Tab]:
    """A notebook with one of everything."""
    notebook = await upload(lab, *CELLS, title="A notebook with quite a long name, as they are called")
    tab = await guest.open(notebook)
    yield tab
    await tab.page.close()
    await lab.client.delete(f"/api/notebooks/{notebook}")
    assert tab.problems == []


async def picture(page: Page, name: str) -> None:
    """Keep a picture for people, where OWNLAB_PICTURES asks for it."""
    if folder := os.environ.get("OWNLAB_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(await page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
async def test_the_notebook_fits_the_window(gallery: Tab, width: int, theme: Any) -> None:
    await gallery.page.emulate_media(color_scheme=theme)
    await gallery.page.set_viewport_size({"width": width, "height": 800})
    await expect(gallery.frame(4).locator("body")).to_contain_text("wide")
    await picture(gallery.page, f"notebook-{width}-{theme}")
    assert await overflow(gallery.page) <= 0
    for button in ("File", "Runtime"):
        await expect(gallery.page.get_by_role("menuitem", name=button, exact=True)).to_be_in_viewport()
    await expect(gallery.connect).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
async def test_the_home_page_fits_the_window(lab: Served, guest: Visitor, gallery: Tab, width: int, theme: Any) -> None:
    tab = await guest.go(lab.url)
    await tab.page.emulate_media(color_scheme=theme)
    await tab.page.set_viewport_size({"width": width, "height": 800})
    await expect(tab.page.locator("tr[data-notebook-id]").first).to_be_visible()
    await picture(tab.page, f"home-{width}-{theme}")
    assert await overflow(tab.page) <= 0
    await expect(tab.page.get_by_test_id("new-notebook")).to_be_in_viewport()
    await tab.page.close()


async def test_the_theme_follows_the_system_and_the_menu_overrules_it(gallery: Tab) -> None:
    def lightness() -> Any:
        return gallery.page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => +a + +b)"
        )

    await gallery.page.emulate_media(color_scheme="light")
    light = await lightness()
    await gallery.page.emulate_media(color_scheme="dark")
    assert await lightness() < light
    await gallery.choose("View", "Light theme")
    await expect(gallery.page.locator("html")).to_have_attribute("data-theme", "light")
    await gallery.page.reload()
    await gallery.loaded()
    assert await lightness() == light
    await gallery.choose("View", "Theme of the system")


async def test_menus_are_used_by_keyboard(tab: Tab) -> None:
    await tab.page.get_by_role("menuitem", name="File", exact=True).focus()
    for name in ("Edit", "View", "Insert"):
        await tab.page.keyboard.press("ArrowRight")
        await expect(tab.page.get_by_role("menuitem", name=name, exact=True)).to_be_focused()
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_role("menuitem", name="Text cell")).to_be_visible()
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.get_by_role("menu")).to_have_count(0)
    await tab.page.keyboard.press("Enter")
    await tab.page.keyboard.press("ArrowDown")
    await tab.page.keyboard.press("Enter")
    await expect(tab.cells).to_have_count(2)


async def test_every_button_has_a_name(gallery: Tab) -> None:
    nameless = await gallery.page.evaluate(
        """[...document.querySelectorAll('button')]
          .filter(button => !(button.ariaLabel || button.innerText.trim())).map(button => button.outerHTML)"""
    )
    assert nameless == []
