"""OwnLab's page in a real Chromium, spoken to in the page's own words."""

from __future__ import annotations

import json
import os
import shutil
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Error, FrameLocator, Locator, Page, Playwright, expect

from support.served import Served

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

expect.set_options(timeout=30_000)


class Visitor:
    """Somebody at one browser profile, which outlives the browser."""

    def __init__(self, playwright: Playwright, profile: Path, served: Served) -> None:
        self.playwright = playwright
        self.profile = profile
        self.served = served
        self.url = served.url
        """Where the browser finds the server."""
        self._context: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None
        return self._context

    async def arrive(self, **options: Any) -> None:
        """Start the browser on this profile: Chromium of OWNLAB_CHROMIUM, of the system, or Playwright's."""
        path = os.environ.get("OWNLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        self._context = await self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=path, args=_ARGUMENTS, **options
        )
        self._context.set_default_timeout(30_000)

    async def leave(self) -> None:
        """Close the browser."""
        if self._context is not None:
            await self._context.close()
            self._context = None

    async def sign_in(self) -> None:
        """Sign in as the test's client is, without using up the link. The cookie bears the port of the address."""
        port = self.url.rsplit(":", 1)[-1]
        await self.context.add_cookies(
            [
                {
                    "name": cookie.key.replace(str(self.served.port), port),
                    "value": cookie.value,
                    "url": self.url,
                    "httpOnly": True,
                    "sameSite": "Lax",
                    "expires": time.time() + 86_400,
                }
                for cookie in self.served.client.cookie_jar
            ]
        )

    async def go(self, address: str) -> Tab:
        """Open an address in a new tab."""
        page = await self.context.new_page()
        tab = Tab(page)
        await page.goto(address)
        return tab

    async def open(self, notebook: str) -> Tab:
        """Open a notebook in a new tab; returns when its cells are drawn."""
        tab = await self.go(f"{self.url}/notebooks/{notebook}")
        await tab.loaded()
        return tab


class Tab:
    """One tab with a notebook or the home page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        """What the page's own scripts threw; those of outputs may."""
        page.on("pageerror", self._note)

    @property
    def notebook(self) -> str:
        """The id of the notebook."""
        return self.page.url.rsplit("/", 1)[-1]

    @property
    def cells(self) -> Locator:
        return self.page.locator("section.cell")

    @property
    def save_state(self) -> Locator:
        return self.page.get_by_test_id("save-state")

    @property
    def connection(self) -> Locator:
        """The line that tells that the connection is lost, or back."""
        return self.page.get_by_test_id("connection-bar")

    @property
    def connect(self) -> Locator:
        return self.page.get_by_test_id("connect")

    def _note(self, error: Error) -> None:
        if f"{self.page.url.split('/', 3)[2]}/assets/" in (error.stack or ""):
            self.problems.append(f"{error}\n{error.stack}")

    async def loaded(self) -> None:
        """Wait until the cells are drawn and the server's document is there."""
        await expect(self.page.locator("main.notebook")).to_have_attribute("aria-busy", "false")
        await expect(self.cells.first).to_be_visible()
        await expect(self.save_state).to_have_text("All changes saved")

    def cell(self, index: int) -> Locator:
        return self.cells.nth(index)

    def outputs(self, index: int) -> Locator:
        return self.cell(index).locator(".cell-outputs")

    def frame(self, index: int) -> FrameLocator:
        """The sandboxed frame of a cell's outputs."""
        return self.outputs(index).frame_locator("iframe")

    async def new_notebook(self) -> None:
        """From the home page to a new notebook."""
        await self.page.get_by_test_id("new-notebook").click()
        await self.loaded()

    async def edit(self, index: int) -> None:
        """Put the caret at the end of a cell."""
        await self.cell(index).locator(".cell-editor").click()
        await expect(self.cell(index).locator(".cm-content")).to_be_focused()
        await self.page.keyboard.press("Control+End")

    async def write(self, index: int, text: str) -> None:
        """Put text behind what a cell holds, as a paste does."""
        await self.edit(index)
        await self.page.keyboard.insert_text(text)

    async def source(self, index: int) -> str:
        """What a cell's editor shows."""
        lines = await self.cell(index).locator(".cm-line").all_text_contents()
        if lines:
            return "\n".join(lines)
        return await self.cell(index).locator(".cell-editor").inner_text()

    async def run(self, index: int) -> None:
        """Run a cell with Ctrl+Enter."""
        await self.edit(index)
        await self.page.keyboard.press("Control+Enter")

    async def finished(self, index: int, state: str = "done", deadline_s: float = 60.0) -> None:
        """Wait until a cell is done, or what state says."""
        await expect(self.cell(index)).to_have_attribute("data-state", state, timeout=deadline_s * 1_000)

    async def text(self, index: int, stream: str = "stdout") -> str:
        """Everything that a cell shows of a stream."""
        shown = await self.outputs(index).locator(f'.stream[data-stream="{stream}"]').all()
        return "".join([await each.evaluate("element => element.textContent") for each in shown])

    async def choose(self, menu: str, entry: str) -> None:
        """Choose from the menu bar."""
        await self.page.get_by_role("menubar").get_by_role("menuitem", name=menu, exact=True).click()
        label = self.page.locator(".menu-label").get_by_text(entry, exact=True)
        await self.page.get_by_role("menuitem").filter(has=label).click()

    async def answer(self, button: str) -> None:
        """Press a button of the open dialog."""
        await self.page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


async def upload(served: Served, *cells: dict[str, Any], title: str = "Uploaded") -> str:
    """Upload a notebook with these cells; returns its id."""
    file = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    async with served.client.post("/api/notebooks/upload", params={"title": title}, data=file.encode()) as response:
        assert response.status == 201, await response.text()
        return str((await response.json())["id"])


def saved_cells(served: Served, name: str | None = None) -> list[dict[str, Any]]:
    """The cells of the only saved notebook, or of the one with this file name; none if there is none yet."""
    for path in served.files():
        if name is None or path.name == name:
            cells: list[dict[str, Any]] = json.loads(path.read_text())["cells"]
            return cells
    return []


def code_cell(source: str, outputs: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1 if outputs else None,
        "id": f"cell{zlib.crc32(source.encode())}",
        "metadata": {},
        "outputs": list(outputs),
        "source": source,
    }


def shown(mime: str, payload: Any) -> dict[str, Any]:
    """An output of this MIME type, as files hold it."""
    return {"output_type": "display_data", "data": {mime: payload, "text/plain": "plain"}, "metadata": {}}


def text_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"text{zlib.crc32(source.encode())}", "metadata": {}, "source": source}


def notebook_file(path: Path, cells: Sequence[dict[str, Any]]) -> Path:
    """Write an `.ipynb` with these cells."""
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path
