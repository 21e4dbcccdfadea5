"""Outputs of a notebook from a stranger reach nothing of the page, the account or the machine.

Every attack stands in an uploaded `.ipynb` that is opened without running a cell; those that a cell makes take the same
way. An attack reports from inside the frame what it got, so that one that was not even tried fails its test.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Error, Locator, expect

from support.browser import Tab, Visitor, code_cell, shown, text_cell
from support.served import Served, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "the-secret-of-the-page"
REPORT = """
<p id="report">pending</p>
<script>
(async () => {
  let told
  try { told = 'GOT ' + String(await (async () => { %s })()) } catch (error) { told = 'BLOCKED ' + error.name }
  document.getElementById('report').textContent = told
})()
</script>"""

THEFTS = {
    "its cookie": "return document.cookie",
    "a cookie of its own": "document.cookie = 'mine=1; path=/'; return document.cookie",
    "the parent's document": "return parent.document.body.innerHTML",
    "the top document": "return top.document.title",
    "the element that holds it": "if (frameElement === null) throw new DOMException('', 'NoElement'); return frameElement.id",
    "the page's variables": "return parent.localStorage.length",
    "the page's address": "return parent.location.href",
    "another output's document": "return parent.frames[0].document.body.innerHTML",
    "local storage": "return localStorage.getItem('canary')",
    "session storage": "return sessionStorage.length",
    "IndexedDB": "return await new Promise((done, fail) => { const r = indexedDB.open('x'); r.onsuccess = () => done('open'); r.onerror = () => fail(r.error) })",
    "the names of databases": "return (await indexedDB.databases()).length",
    "caches": "return (await caches.keys()).length",
    "who is signed in": "return await (await fetch('/api/me', {credentials: 'include'})).text()",
    "the list of notebooks": "return await (await fetch('/api/notebooks', {credentials: 'include'})).text()",
    "the API by XMLHttpRequest": "return await new Promise((done, fail) => { const r = new XMLHttpRequest(); r.open('GET', '/api/notebooks'); r.withCredentials = true; r.onload = () => done(r.responseText); r.onerror = () => fail(new DOMException('', 'NetworkError')); r.send() })",
    "the room's socket": "return await new Promise((done, fail) => { const s = new WebSocket('ws://HOST/api/notebooks/NOTEBOOK/live'); s.onmessage = () => done('joined'); s.onclose = e => fail(new DOMException('', 'Closed' + e.code)) })",
    "a service worker": "return (await navigator.serviceWorker.register('/frame/sw.js')).scope",
    "a shared worker": "return new SharedWorker('/frame/worker.js').port",
    "a picture by its address": "return await new Promise((done, fail) => { const i = new Image(); i.onload = () => done(i.naturalWidth); i.onerror = () => fail(new DOMException('', 'NoPicture')); i.src = '/api/notebooks/NOTEBOOK/blobs/BLOB?type=image/png' })",
    "a blob's bytes": "return (await (await fetch('/api/notebooks/NOTEBOOK/blobs/BLOB', {credentials: 'include'})).blob()).size",
    "the whole file as a script": "return await new Promise((done, fail) => { const s = document.createElement('script'); s.onload = () => done('loaded'); s.onerror = () => fail(new DOMException('', 'NoScript')); s.src = '/api/notebooks/NOTEBOOK/file'; document.body.append(s) })",
    "the top window's place": "top.location = 'about:blank'; return 'navigated'",
    "the top window's place, by replace": "top.location.replace('https://example.invalid/'); return 'navigated'",
    "another output's place": "parent.frames[0].location = 'about:blank'; return 'navigated'",
    "the clipboard": "return await navigator.clipboard.readText()",
    "the camera": "return await navigator.mediaDevices.getUserMedia({video: true})",
}


def html(markup: str) -> dict[str, Any]:
    return shown("text/html", markup)


async def upload(lab: Served, *cells: dict[str, Any]) -> str:
    """Upload a notebook with these cells; returns its id."""
    file = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    async with lab.client.post("/api/notebooks/upload?title=Hostile", data=file.encode()) as response:
        assert response.status == 201, await response.text()
        return str((await response.json())["id"])


async def open_hostile(lab: Served, guest: Visitor, *cells: dict[str, Any]) -> Tab:
    """Open an uploaded notebook whose page has secrets that scripts can read, unlike the session's cookie."""
    await guest.context.add_cookies([{"name": "canary", "value": SECRET, "url": lab.url}])
    tab = await guest.open(await upload(lab, *cells))
    await tab.page.evaluate("secret => localStorage.setItem('canary', secret)", SECRET)
    return tab


async def notebooks(lab: Served) -> list[str]:
    return sorted(item["id"] for item in (await lab.get("/api/notebooks"))["notebooks"])


async def report(place: Locator) -> str:
    await expect(place.locator("#report")).not_to_have_text("pending")
    return await place.locator("#report").inner_text()


async def assert_untouched(tab: Tab) -> None:
    """The page is where it was and works, and nothing has left a mark on it."""
    assert await tab.page.evaluate("typeof window.hacked") == "undefined"
    assert "/notebooks/" in tab.page.url
    await expect(tab.cells.first).to_be_visible()
    assert tab.problems == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def victim(lab: Served) -> tuple[str, str]:
    """A notebook with a large picture, whose addresses the attacker knows: notebook and blob."""
    rows = b"".join(b"\0" + random.Random(n).randbytes(300 * 3) for n in range(300))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 300, 300, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    notebook = await upload(lab, code_cell("picture", [shown("image/png", base64.b64encode(png).decode())]))
    (cell,) = await lab.get(f"/api/notebooks/{notebook}/outputs")
    blob = cell["outputs"][0]["refs"]["image/png"]["blob"]
    async with lab.client.get(f"/api/notebooks/{notebook}/blobs/{blob}?type=image/png") as response:
        assert await response.read() == png
    return notebook, blob


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def robbed(lab: Served, guest: Visitor, victim: tuple[str, str]) -> AsyncIterator[Tab]:
    """A page with an innocent output and an attempt at every theft, each in a cell of its own."""
    places = {"NOTEBOOK": victim[0], "BLOB": victim[1], "HOST": lab.url.removeprefix("http://")}
    cells = [code_cell("innocent", [html("<script>1</script>innocent")])]
    for wanted, script in THEFTS.items():
        for name, value in places.items():
            script = script.replace(name, value)
        cells.append(code_cell(wanted, [html(REPORT % script)]))
    tab = await open_hostile(lab, guest, *cells)
    yield tab
    await tab.page.close()


@pytest.mark.parametrize("wanted", THEFTS)
async def test_a_script_in_an_output_does_not_get(robbed: Tab, wanted: str) -> None:
    index = 1 + list(THEFTS).index(wanted)
    await robbed.cell(index).scroll_into_view_if_needed()
    told = await report(robbed.frame(index).locator("body"))
    print(told)
    assert told.startswith("BLOCKED"), told
    await expect(robbed.frame(0).locator("body")).to_contain_text("innocent")
    await assert_untouched(robbed)


@pytest.mark.parametrize("wanted", ["its cookie", "the parent's document", "who is signed in", "local storage"])
async def test_javascript_as_an_output_of_its_own_does_not_get(lab: Served, guest: Visitor, wanted: str) -> None:
    body = f"(async () => {{ {THEFTS[wanted]} }})()"
    script = f"""
      element.innerHTML = '<p id="report">pending</p>';
      {body}.then(got => 'GOT ' + got, error => 'BLOCKED ' + error.name)
        .then(told => {{ document.getElementById('report').textContent = told }})"""
    tab = await open_hostile(lab, guest, code_cell("attack", [shown("application/javascript", script)]))
    told = await report(tab.frame(0).locator("body"))
    assert told.startswith("BLOCKED"), told
    await assert_untouched(tab)
    await tab.page.close()


@pytest.mark.parametrize(
    "wanted", ["its cookie", "the parent's document", "who is signed in", "the top window's place"]
)
async def test_a_document_within_an_output_does_not_get(lab: Served, guest: Visitor, wanted: str) -> None:
    inner = (REPORT % THEFTS[wanted]).replace('"', "&quot;")
    tab = await open_hostile(lab, guest, code_cell("attack", [html(f'<iframe srcdoc="{inner}"></iframe>')]))
    told = await report(tab.frame(0).frame_locator("iframe").locator("body"))
    assert told.startswith("BLOCKED"), told
    await assert_untouched(tab)
    await tab.page.close()


async def test_outputs_of_a_cell_that_runs_take_the_same_way(tab: Tab) -> None:
    code = f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({REPORT % THEFTS['its cookie']!r}))"
    await tab.write(0, code)
    await tab.page.keyboard.press("Control+Enter")
    await tab.finished(0)
    assert await report(tab.frame(0).locator("body")) == "BLOCKED SecurityError"
    await assert_untouched(tab)


async def test_a_form_in_an_output_changes_nothing(lab: Served, guest: Visitor) -> None:
    form = (
        '<form method="post" action="/api/notebooks" enctype="text/plain"><input name="{" value="}"></form>'
        "<script>document.forms[0].submit()</script>"
    )
    notebook = await upload(lab, code_cell("attack", [html(form)]))
    before = await notebooks(lab)
    answers: list[tuple[str, int]] = []
    guest.context.on("response", lambda response: answers.append((response.request.method, response.status)))
    tab = await guest.open(notebook)
    await eventually(lambda: ("POST", 403) in answers, "the form's refusal")
    assert [status for method, status in answers if method == "POST"] == [403]
    assert await notebooks(lab) == before
    await assert_untouched(tab)
    await tab.page.close()


@pytest.mark.parametrize("mode", ["no-cors", "cors"])
async def test_a_blind_request_changes_nothing(lab: Served, guest: Visitor, mode: str) -> None:
    script = (
        f"const r = await fetch('/api/notebooks', {{method: 'POST', mode: '{mode}', credentials: 'include', "
        "headers: {'Content-Type': 'text/plain'}, body: '{}'}); return r.type + r.status"
    )
    tab = await open_hostile(lab, guest, code_cell("attack", [html(REPORT % script)]))
    before = await notebooks(lab)
    told = await report(tab.frame(0).locator("body"))
    assert told.startswith("BLOCKED") or told == "GOT opaque0"
    await tab.page.reload()
    await report(tab.frame(0).locator("body"))
    assert await notebooks(lab) == before
    await tab.page.close()


async def test_a_popup_of_an_output_is_as_powerless_as_the_output(lab: Served, guest: Visitor) -> None:
    button = """
    <p id="report">pending</p><button>go</button>
    <script>
    document.querySelector('button').onclick = () => {
      const popup = window.open('/api/notebooks')
      const end = Date.now() + 3000
      const look = () => {
        let told = ''
        try { told = popup.document.body?.innerText || '' } catch (error) { told = 'BLOCKED ' + error.name }
        if (!told && Date.now() < end) return setTimeout(look, 50)
        document.getElementById('report').textContent = told || 'BLOCKED nothing to read'
      }
      setTimeout(look, 50)
    }
    </script>"""
    tab = await open_hostile(lab, guest, code_cell("attack", [html(button)]))
    async with tab.page.expect_popup() as opening:
        await tab.frame(0).get_by_role("button", name="go").click()
    told = await report(tab.frame(0).locator("body"))
    assert told.startswith("BLOCKED"), told
    popup = await opening.value
    assert await popup.evaluate("self.origin") == "null"
    await assert_untouched(tab)
    await tab.page.close()


async def test_the_page_in_a_popup_of_an_output_is_not_signed_in(lab: Served, guest: Visitor) -> None:
    button = "<button>go</button><script>document.querySelector('button').onclick = () => window.open('/')</script>"
    tab = await open_hostile(lab, guest, code_cell("attack", [html(button)]))
    async with tab.page.expect_popup() as opening:
        await tab.frame(0).get_by_role("button", name="go").click()
    popup = await opening.value
    assert await popup.evaluate("self.origin") == "null"
    assert await popup.evaluate("fetch('/api/me').then(r => r.status, () => 'blocked')") == "blocked"
    await tab.page.close()


@pytest.mark.parametrize("target", ["_top", "_parent", "_self"])
async def test_a_link_in_an_output_does_not_replace_the_page(lab: Served, guest: Visitor, target: str) -> None:
    link = f'<script>1</script><a href="/" target="{target}">go</a>'
    tab = await open_hostile(lab, guest, code_cell("attack", [html(link)]))
    await tab.frame(0).get_by_role("link", name="go").click()
    await tab.page.wait_for_timeout(300)
    await assert_untouched(tab)
    await expect(tab.save_state).to_have_text("All changes saved")
    await tab.page.close()


@pytest.mark.parametrize(
    "markup",
    ["<a target='_top' href='/'>go</a>", "<svg width=90 height=30><a xlink:href='/'><text y=20>go</text></a></svg>"],
)
@pytest.mark.parametrize("kind", ["html", "markdown output", "text cell"])
async def test_a_link_that_became_part_of_the_page_opens_beside_it(
    lab: Served, guest: Visitor, markup: str, kind: str
) -> None:
    cell = {
        "html": code_cell("attack", [html(markup)]),
        "markdown output": code_cell("attack", [shown("text/markdown", markup)]),
        "text cell": text_cell(markup),
    }[kind]
    tab = await open_hostile(lab, guest, cell)
    link = tab.cell(0).get_by_text("go", exact=True)
    if await link.count():
        await link.click()
        await tab.page.wait_for_timeout(300)
    await assert_untouched(tab)
    await tab.page.close()


async def test_forged_messages_are_not_believed(lab: Served, guest: Visitor) -> None:
    script = """
    const words = ['ownlab-frame-ready', 'ownlab-frame-port', {kind: 'run'}, {kind: 'height', height: 9e9},
      {kind: 'show', outputs: [{type: 'stream', name: 'stdout', text: 'forged', tail: '', hidden_bytes: 0}]}]
    let gifts = 0
    addEventListener('message', event => { gifts += event.ports.length })
    for (const to of [parent, parent.frames[0]]) for (const word of words) {
      to.postMessage(word, '*')
      const channel = new MessageChannel()
      to.postMessage(word, '*', [channel.port2])
      channel.port1.postMessage(words[4])
    }
    await new Promise(done => setTimeout(done, 300))
    return 'gifts ' + gifts"""
    first = code_cell("other", [html("<script>1</script>one")])
    tab = await open_hostile(lab, guest, first, code_cell("attack", [html(REPORT % script)]))
    assert await report(tab.frame(1).locator("body")) == "GOT gifts 0"
    assert (await tab.frame(0).locator("body").inner_text()).strip() == "one"
    height = await tab.outputs(1).locator("iframe").evaluate("frame => frame.clientHeight")
    assert height <= 4_000
    assert await tab.cell(0).get_attribute("data-state") in ("idle", "done")
    await assert_untouched(tab)
    await tab.page.close()


async def test_a_frame_that_starts_again_is_told_nothing_more(lab: Served, guest: Visitor) -> None:
    go = "<script>location.replace('/frame/?again')</script>hello"
    tab = await open_hostile(lab, guest, code_cell("attack", [html(go)]))
    again = await eventually(
        lambda: next((frame for frame in tab.page.frames if frame.url.endswith("?again")), None), "the second document"
    )
    await again.wait_for_load_state()
    await tab.page.evaluate("new Promise(done => setTimeout(done, 200))")
    assert await again.locator("#outputs").inner_text() == ""
    await assert_untouched(tab)
    await tab.page.close()


async def test_a_frame_does_not_become_another_site(lab: Served, guest: Visitor) -> None:
    go = f"<script>location.replace({json.dumps('data:text/html,' + quote('<p>impostor'))})</script>"
    tab = await open_hostile(lab, guest, code_cell("attack", [html(go)]))
    await eventually(
        lambda: any(frame.url.startswith("chrome-error:") for frame in tab.page.frames), "the navigation is refused"
    )
    await assert_untouched(tab)
    await tab.page.close()


async def test_the_frame_opened_by_its_address_is_sandboxed_too(lab: Served, guest: Visitor) -> None:
    tab = await guest.go(f"{lab.url}/frame/")
    assert await tab.page.evaluate("self.origin") == "null"
    assert await tab.page.evaluate("fetch('/api/me').then(r => r.status, () => 'blocked')") == "blocked"
    with pytest.raises(Error, match="SecurityError"):
        await tab.page.evaluate("document.cookie")
    with pytest.raises(Error, match="SecurityError"):
        await tab.page.evaluate("localStorage.length")
    await tab.page.close()


async def test_what_an_output_refers_to_runs_nothing_when_it_is_opened(
    lab: Served, guest: Visitor, victim: tuple[str, str]
) -> None:
    for kind in ("text/html", "image/svg+xml", "application/javascript", "image/png"):
        async with lab.client.get(f"/api/notebooks/{victim[0]}/blobs/{victim[1]}?type={kind}") as response:
            assert "sandbox" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            is_picture = kind == "image/png"
            assert (response.content_type == kind) == is_picture
            assert response.headers["Content-Disposition"] == ("inline" if is_picture else "attachment")


MARKS = {
    "a script": "<script>window.hacked = 1</script>",
    "a handler": "<img src=x onerror='window.hacked = 1'>",
    "a handler of an SVG": "<svg onload='window.hacked = 1'><rect width=9 height=9 /></svg>",
    "a script in an SVG": "<svg><script>window.hacked = 1</script></svg>",
    "an animated handler": "<svg><animate onbegin='window.hacked = 1' attributeName=x dur=1s /></svg>",
    "a document in a frame": '<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>',
    "a frame of a script": "<iframe src='javascript:parent.hacked = 1'></iframe>",
    "an object": "<object data='javascript:window.hacked = 1'></object><embed src='javascript:window.hacked = 1'>",
    "a detail that opens": "<details open ontoggle='window.hacked = 1'>x</details>",
    "a field that takes the focus": "<input autofocus onfocus='window.hacked = 1'>",
    "MathML that changes its mind": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>",
    "a comment that is none": "<!--><img src=x onerror='window.hacked = 1'>-->",
    "a template": "<template><img src=x onerror='window.hacked = 1'></template>",
    "a refresh": "<meta http-equiv=refresh content='0;url=/'>",
    "a base": "<base href='https://example.invalid/'>",
    "a link of a script": "<a id=trap href='javascript:window.hacked = 1'>go</a>",
    "a link of a script in disguise": "<a id=trap href='java&#10;script:window.hacked = 1'>go</a>",
    "a form of a script": "<form action='javascript:window.hacked = 1'><button id=trap>go</button></form>",
    "a name of the page's own": "<img name=getElementById><a id=body></a><form id=documentElement>",
}


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


COVERS = {
    "fixed": "<div style='position:fixed;inset:0;z-index:99999;background:red'>cover</div>",
    "absolute": "<div style='position:absolute;top:-2000px;left:-2000px;width:9000px;height:9000px;z-index:99999'>cover</div>",
    "margins": "<div style='margin:-2000px;padding:2000px;position:relative;z-index:99999'>cover</div>",
    "transformed": "<div style='transform:translateY(-300px) scale(50);z-index:99999'>cover</div>",
    "sticky": "<div style='position:sticky;top:-1000px;height:2000px;z-index:99999'>cover</div>",
    "a class of the page": "<div class='dialog-shade dialog toast menu header notebook-page'>cover</div>",
    "a link over all": "<a href='https://example.invalid/' style='position:fixed;inset:0;z-index:99999;display:block'>cover</a>",
    "a table": "<table style='position:fixed;inset:0;width:100vw;height:100vh;z-index:99999'><tr><td>cover</table>",
    "an SVG that overflows": "<svg style='overflow:visible;position:fixed;inset:0;z-index:9999' width=10 height=10><rect x=-4000 y=-4000 width=9000 height=9000 /></svg>",
}


COVERED = """() => [...document.querySelectorAll('button, .cell-editor')]
  .map(button => [button, button.getBoundingClientRect()])
  .filter(([button]) => getComputedStyle(button).pointerEvents !== 'none')
  .filter(([, box]) => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth)
  .map(([button, box]) => [button, document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)])
  .map(([button, found]) => [button, found?.closest('.html-output, .prose')])
  .filter(([button, cover]) => cover && !cover.contains(button))
  .map(([button, cover]) => (button.ariaLabel || button.innerText) + ' by ' + cover.innerHTML)"""


@pytest.mark.parametrize("kind", ["html", "markdown output", "text cell"])
async def test_markup_covers_none_of_the_page_s_buttons(lab: Served, guest: Visitor, kind: str) -> None:
    def cell(cover: str, markup: str) -> dict[str, Any]:
        if kind == "text cell":
            return text_cell(markup)
        return code_cell(cover, [html(markup) if kind == "html" else shown("text/markdown", markup)])

    cells = [cell(cover, markup) for cover, markup in COVERS.items()]
    tab = await open_hostile(lab, guest, code_cell("before"), *cells, code_cell("after"))
    await expect(tab.page.locator(".html-output, .prose")).to_have_count(len(COVERS))
    for index in range(len(COVERS) + 2):
        await tab.cell(index).evaluate("cell => cell.scrollIntoView({block: 'center'})")
        await tab.cell(index).hover(position={"x": 5, "y": 5}, force=True)
        assert await tab.page.evaluate(COVERED) == []
    await tab.page.close()


async def test_an_endless_loop_in_an_output_does_not_stop_the_page(lab: Served, guest: Visitor) -> None:
    tab = await open_hostile(lab, guest, code_cell("attack", [html("<script>for (;;) {}</script>")]))
    await tab.write(0, "typed = 1")
    await expect(tab.save_state).to_have_text("All changes saved")
    assert "typed = 1" in await tab.source(0)
    await tab.page.close()
