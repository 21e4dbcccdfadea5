"""What a notebook from a stranger may try, and how its cells hold it."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, expect

from support.browser import Tab, Visitor, code_cell, shown, text_cell, upload
from support.served import Served

SECRET = "the-secret-of-the-page"

REPORT = """
<p id="report">pending</p>
<script>
(async () => {
  const refuse = word => new DOMException('', word)
  const outcome = begin => new Promise((done, fail) => begin(done, word => fail(refuse(word))))
  let told
  try { told = 'GOT ' + String(await (async () => { %s })()) } catch (error) { told = 'BLOCKED ' + error.name }
  document.getElementById('report').textContent = told
})()
</script>"""
"""A script that tries something and tells in its output what it got."""

THEFTS = {
    "its cookie": "return document.cookie",
    "a cookie of its own": "document.cookie = 'mine=1; path=/'; return document.cookie",
    "the parent's document": "return parent.document.body.innerHTML",
    "the top document": "return top.document.title",
    "the element that holds it": "if (frameElement === null) throw refuse('NoElement'); return frameElement.id",
    "the page's variables": "return parent.localStorage.length",
    "the page's address": "return parent.location.href",
    "another output's document": "return parent.frames[0].document.body.innerHTML",
    "local storage": "return localStorage.getItem('canary')",
    "session storage": "return sessionStorage.length",
    "IndexedDB": """return await outcome((done, fail) => {
        const request = indexedDB.open('x')
        request.onsuccess = () => done('open')
        request.onerror = () => fail(request.error.name)
    })""",
    "the names of databases": "return (await indexedDB.databases()).length",
    "caches": "return (await caches.keys()).length",
    "who is signed in": "return await (await fetch('/api/me', {credentials: 'include'})).text()",
    "the list of notebooks": "return await (await fetch('/api/notebooks', {credentials: 'include'})).text()",
    "the API by XMLHttpRequest": """return await outcome((done, fail) => {
        const request = new XMLHttpRequest()
        request.open('GET', '/api/notebooks')
        request.withCredentials = true
        request.onload = () => done(request.responseText)
        request.onerror = () => fail('NetworkError')
        request.send()
    })""",
    "the room's socket": """return await outcome((done, fail) => {
        const socket = new WebSocket('ws://HOST/api/notebooks/NOTEBOOK/live')
        socket.onmessage = () => done('joined')
        socket.onclose = () => fail('Closed')
    })""",
    "a service worker": "return (await navigator.serviceWorker.register('/frame/sw.js')).scope",
    "a shared worker": "return new SharedWorker('/frame/worker.js').port",
    "a picture by its address": """return await outcome((done, fail) => {
        const image = new Image()
        image.onload = () => done(image.naturalWidth)
        image.onerror = () => fail('NoPicture')
        image.src = '/api/notebooks/NOTEBOOK/blobs/BLOB?type=image/png'
    })""",
    "a blob's bytes": """
        const answer = await fetch('/api/notebooks/NOTEBOOK/blobs/BLOB', {credentials: 'include'})
        return (await answer.blob()).size""",
    "the whole file as a script": """return await outcome((done, fail) => {
        const script = document.createElement('script')
        script.onload = () => done('loaded')
        script.onerror = () => fail('NoScript')
        script.src = '/api/notebooks/NOTEBOOK/file'
        document.body.append(script)
    })""",
    "the top window's place": "top.location = 'about:blank'; return 'navigated'",
    "the top window's place, by replace": "top.location.replace('https://example.invalid/'); return 'navigated'",
    "another output's place": "parent.frames[0].location = 'about:blank'; return 'navigated'",
    "the clipboard": "return await navigator.clipboard.readText()",
    "the camera": "return await navigator.mediaDevices.getUserMedia({video: true})",
}
"""Scripts by what they are after. HOST, NOTEBOOK and BLOB stand for addresses that the attacker knows."""

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
    "MathML that changes its mind": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>",
    "a comment that is none": "<!--><img src=x onerror='window.hacked = 1'>-->",
    "a template": "<template><img src=x onerror='window.hacked = 1'></template>",
    "a refresh": "<meta http-equiv=refresh content='0;url=/'>",
    "a base": "<base href='https://example.invalid/'>",
    "a link of a script": "<a id=trap href='javascript:window.hacked = 1'>go</a>",
    "a link of a script in disguise": "<a id=trap href='java&#10;script:window.hacked = 1'>go</a>",
    "a form of a script": "<form action='javascript:window.hacked = 1'><button id=trap>go</button></form>",
    "a name of the page's own": "<img name=getElementById><a id=body></a><form id=documentElement>",
}
"""Markup that would leave `window.hacked` behind, or change the page's document."""

COVERS = {
    "fixed": "<div style='position:fixed;inset:0;z-index:99999;background:red'>cover</div>",
    "absolute": "<div style='position:absolute;top:-200px;left:-200px;width:9000px;height:9000px;z-index:9999'></div>",
    "margins": "<div style='margin:-2000px;padding:2000px;position:relative;z-index:99999'>cover</div>",
    "transformed": "<div style='transform:translateY(-300px) scale(50);z-index:99999'>cover</div>",
    "sticky": "<div style='position:sticky;top:-1000px;height:2000px;z-index:99999'>cover</div>",
    "a class of the page": "<div class='dialog-shade dialog toast menu header notebook-page'>cover</div>",
    "a link": "<a href='https://example.invalid/' style='position:fixed;inset:0;z-index:99999'>cover</a>",
    "a table": "<table style='position:fixed;inset:0;width:100vw;height:100vh;z-index:99999'><tr><td>cover</table>",
    "an SVG": "<svg style='overflow:visible;position:fixed;inset:0;z-index:9999' width=10 height=10>"
    "<rect x=-4000 y=-4000 width=9000 height=9000 /></svg>",
}
"""Markup without scripts that would lie over the page's buttons."""


def html(markup: str) -> dict[str, Any]:
    return shown("text/html", markup)


def in_every_way(markup: str) -> dict[str, dict[str, Any]]:
    """Cells that make the markup part of the page, by the way it takes."""
    return {
        "html": code_cell(markup, [html(markup)]),
        "markdown output": code_cell(markup, [shown("text/markdown", markup)]),
        "text cell": text_cell(markup),
    }


async def open_hostile(lab: Served, guest: Visitor, *cells: dict[str, Any]) -> Tab:
    """Open an uploaded notebook whose page has secrets that scripts can read, unlike the session's cookie."""
    await guest.context.add_cookies([{"name": "canary", "value": SECRET, "url": lab.url}])
    tab = await guest.open(await upload(lab, *cells))
    await tab.page.evaluate("secret => localStorage.setItem('canary', secret)", SECRET)
    return tab


async def notebooks(lab: Served) -> list[str]:
    return sorted(item["id"] for item in (await lab.get("/api/notebooks"))["notebooks"])


async def report(place: Locator) -> str:
    """What the script of `REPORT` told."""
    await expect(place.locator("#report")).not_to_have_text("pending")
    return await place.locator("#report").inner_text()


async def assert_untouched(tab: Tab) -> None:
    """The page is where it was and works, and nothing has left a mark on it."""
    assert await tab.page.evaluate("typeof window.hacked") == "undefined"
    assert "/notebooks/" in tab.page.url
    await expect(tab.cells.first).to_be_visible()
    assert tab.problems == []
