"""Scripts in outputs of a notebook from a stranger reach nothing of the page, the account or the machine.

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
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Error, expect

from support.browser import Tab, Visitor, code_cell, shown, upload
from support.hostile import REPORT, THEFTS, assert_untouched, html, notebooks, open_hostile, report
from support.served import Served, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

FEW = ["its cookie", "the parent's document", "who is signed in", "local storage", "the top window's place"]


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


@pytest.mark.parametrize("wanted", FEW)
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


@pytest.mark.parametrize("wanted", FEW)
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


async def test_an_endless_loop_in_an_output_does_not_stop_the_page(lab: Served, guest: Visitor) -> None:
    tab = await open_hostile(lab, guest, code_cell("attack", [html("<script>for (;;) {}</script>")]))
    await tab.write(0, "typed = 1")
    await expect(tab.save_state).to_have_text("All changes saved")
    assert "typed = 1" in await tab.source(0)
    await tab.page.close()
