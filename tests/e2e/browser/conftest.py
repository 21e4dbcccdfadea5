"""A Chromium with a signed-in visitor: one of its own for tests that break things, a shared one for the others.

Tests on the shared server run in the session's event loop: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright

from support.browser import Tab, Visitor
from support.cable import Cable
from support.served import Served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as playwright:
        yield playwright


@pytest.fixture
async def newcomer(playwright: Playwright, tmp_path: Path, served: Served) -> AsyncIterator[Visitor]:
    """Somebody with a new browser who has not signed in."""
    visitor = Visitor(playwright, tmp_path / "profile", served)
    await visitor.arrive()
    yield visitor
    await visitor.leave()


@pytest.fixture
async def cable(served: Served) -> AsyncIterator[Cable]:
    cable = Cable(served.port)
    await cable.plug_in()
    yield cable
    await cable.pull_out()


@pytest.fixture
async def wired(playwright: Playwright, tmp_path: Path, served: Served, cable: Cable) -> AsyncIterator[Visitor]:
    """Somebody who has signed in, and reaches the server through the cable only."""
    visitor = Visitor(playwright, tmp_path / "profile", served)
    visitor.url = cable.url
    await visitor.arrive()
    await visitor.sign_in()
    yield visitor
    await visitor.leave()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lab(tmp_path_factory: pytest.TempPathFactory, environments: Path) -> AsyncIterator[Served]:
    """A server for all tests that leave it as it is."""
    server = Served(tmp_path_factory.mktemp("lab") / "data", {"OWNLAB_ENVIRONMENTS": str(environments)})
    await server.start()
    await server.sign_in()
    yield server
    await server.close()
    print(server.logs())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guest(lab: Served, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visitor]:
    """Somebody who has signed in to the shared server."""
    async with async_playwright() as playwright:
        visitor = Visitor(playwright, tmp_path_factory.mktemp("guest"), lab)
        await visitor.arrive()
        await visitor.sign_in()
        yield visitor
        await visitor.leave()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(lab: Served, guest: Visitor) -> AsyncIterator[Tab]:
    """A new notebook on the shared server, open in a tab. No script of the page may fail."""
    notebook = await lab.notebook()
    tab = await guest.open(notebook)
    yield tab
    await tab.page.close()
    async with lab.client.delete(f"/api/notebooks/{notebook}"):
        assert tab.problems == []
