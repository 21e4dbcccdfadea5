"""What reaches a page that does not keep up."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ownlab.notebooks.client import Client, json_frame
from ownlab.notebooks.schemas import Hello, Renamed

_MIB = 2**20


class Page:
    """The page's end: keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.asked_again = 0
        self.is_at_rest = asyncio.Event()

    async def send_bytes(self, data: bytes) -> None:
        self.received.append(data)
        await asyncio.sleep(0)

    async def close(self, code: int, reason: str) -> None:
        self.is_at_rest.set()


async def _drain(client: Client, page: Page) -> None:
    def catch_up(behind: Client) -> None:
        page.asked_again += 1
        behind.send_frame(b"\x64state" + bytes(9 * _MIB))
        behind.end(1000, "all sent")

    pumping = asyncio.create_task(client.pump(catch_up))
    async with asyncio.timeout(10):
        await page.is_at_rest.wait()
    pumping.cancel()
    with suppress(asyncio.CancelledError):
        await pumping


async def test_an_answer_of_any_size_reaches_its_page() -> None:
    page = Page()
    client = Client(page, "c", "u")
    hello = Hello(generation="g", client="c", title="T.ipynb", version="1")
    document = b"\x00" + bytes(9 * _MIB)
    client.send(hello)
    client.send_frame(document)
    client.end(1000, "all sent")
    await _drain(client, page)
    assert page.received == [json_frame(hello), document]
    assert not client.is_behind


async def test_a_page_that_is_behind_is_sent_the_state_once_however_large() -> None:
    page = Page()
    client = Client(page, "c", "u")
    hello = Hello(generation="g", client="c", title="T.ipynb", version="1")
    client.send(hello)
    for _ in range(3):
        client.send_event(json_frame(Renamed(title="x" * 4 * _MIB)))
    assert client.is_behind
    await _drain(client, page)
    assert page.asked_again == 1
    assert [frame[:6] for frame in page.received] == [json_frame(hello)[:6], b"\x64state"]
