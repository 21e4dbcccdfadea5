"""What is typed is kept: while the server is away, when the tab is closed meanwhile, and with two at it."""

from __future__ import annotations

from playwright.async_api import expect

from support.browser import Tab, Visitor, saved_cells
from support.cable import Cable
from support.page import Page
from support.served import Served, eventually

BEFORE = "before = 1"
AWAY = "\nwhile_away = '🦆'"


async def assert_kept(served: Served, tab: Tab, expected: str) -> None:
    """Page, file and a newcomer have this text in the first cell."""
    await expect(tab.save_state).to_have_text("All changes saved")
    assert await tab.source(0) == expected
    await eventually(
        lambda: "".join("".join(cell["source"]) for cell in saved_cells(served)[:1]) == expected, "text in the file"
    )
    other = Page(served, tab.notebook)
    await other.join()
    assert other.source(other.ordered()[0]) == expected
    await other.leave()


async def begin(served: Served, wired: Visitor) -> Tab:
    tab = await wired.open(await served.notebook())
    await tab.write(0, BEFORE)
    await expect(tab.save_state).to_have_text("All changes saved")
    return tab


async def assert_kept_in_this_browser(tab: Tab) -> None:
    await expect(tab.save_state).to_contain_text("kept in this browser")


async def test_text_typed_while_the_server_is_down_is_there_after_it_is_back(served: Served, wired: Visitor) -> None:
    tab = await begin(served, wired)
    await served.kill()
    await expect(tab.connection).to_contain_text("Connection lost. What you type is kept")
    await tab.page.keyboard.insert_text(AWAY)
    await assert_kept_in_this_browser(tab)
    await served.start()
    await expect(tab.connection).to_have_text("Back online")
    await assert_kept(served, tab, BEFORE + AWAY)
    assert tab.problems == []


async def test_a_tab_closed_before_the_connection_is_back_loses_nothing(
    served: Served, wired: Visitor, cable: Cable
) -> None:
    tab = await begin(served, wired)
    await cable.pull_out()
    await tab.page.keyboard.insert_text(AWAY)
    await assert_kept_in_this_browser(tab)
    await tab.page.close(run_before_unload=True)
    await cable.plug_in()
    tab = await wired.open(tab.notebook)
    await assert_kept(served, tab, BEFORE + AWAY)


async def test_a_browser_closed_before_the_server_is_back_loses_nothing(served: Served, wired: Visitor) -> None:
    tab = await begin(served, wired)
    await served.kill()
    await tab.page.keyboard.insert_text(AWAY)
    await assert_kept_in_this_browser(tab)
    await wired.leave()
    await served.start()
    await wired.arrive()
    tab = await wired.open(tab.notebook)
    await assert_kept(served, tab, BEFORE + AWAY)


async def test_a_page_reloaded_while_the_socket_is_away_shows_and_sends_its_text(
    served: Served, wired: Visitor, cable: Cable
) -> None:
    tab = await begin(served, wired)
    await tab.page.route_web_socket("**/live*", lambda socket: socket.close())
    cable.cut()
    await expect(tab.connection).to_contain_text("Connection lost")
    await tab.page.keyboard.insert_text(AWAY)
    await assert_kept_in_this_browser(tab)
    await tab.page.reload()
    await expect(tab.cells.first).to_contain_text("while_away")
    await expect(tab.save_state).to_contain_text("Offline")
    other = await wired.open(tab.notebook)
    assert await other.source(0) == BEFORE + AWAY


async def test_a_run_asked_for_while_the_server_is_down_runs_once_with_the_text_of_the_moment(
    served: Served, wired: Visitor
) -> None:
    tab = await begin(served, wired)
    await served.kill()
    await expect(tab.connection).to_contain_text("Connection lost")
    await tab.page.keyboard.insert_text("\nopen('ran', 'a').write('x')\nprint(open('ran').read())")
    await tab.page.keyboard.press("Control+Enter")
    await expect(tab.cell(0)).to_have_attribute("data-state", "queued")
    await served.start()
    await tab.finished(0)
    assert await tab.text(0) == "x\n"


async def test_a_second_tab_sees_typing_live_and_edits_made_apart_merge(
    served: Served, wired: Visitor, cable: Cable
) -> None:
    here = await begin(served, wired)
    there = Page(served, here.notebook)
    await there.join()
    cell = there.only_cell()
    await here.page.keyboard.type("0")
    await eventually(lambda: there.source(cell) == BEFORE + "0", "typing arrives")
    there.type(cell, "\nremote = 1")
    await expect(here.cell(0).locator(".cm-content")).to_contain_text("remote = 1")

    await cable.pull_out()
    await expect(here.connection).to_contain_text("Connection lost")
    there.type(cell, "\nfrom_there = 2")
    there.add_cell("a_new_cell = 3", "z")
    await here.page.keyboard.press("Control+Home")
    await here.page.keyboard.insert_text("from_here = 4\n")
    await cable.plug_in()
    await expect(here.cells).to_have_count(2)
    merged = f"from_here = 4\n{BEFORE}0\nremote = 1\nfrom_there = 2"
    await eventually(lambda: there.source(cell) == merged, f"merged, is {there.source(cell)!r}")
    await assert_kept(served, here, merged)
    await there.leave()


async def test_two_tabs_of_one_browser_follow_each_other(served: Served, wired: Visitor) -> None:
    one = await begin(served, wired)
    two = await wired.open(one.notebook)
    await one.page.bring_to_front()
    await one.edit(0)
    await one.page.keyboard.type(" + 1")
    await expect(two.cell(0).locator(".cell-editor")).to_contain_text("before = 1 + 1")
    await two.page.bring_to_front()
    await two.page.get_by_role("button", name="Add code cell").click()
    await expect(one.cells).to_have_count(2)
    await two.write(0, "0")
    await two.run(0)
    await one.finished(0)
    await two.finished(0)


async def test_undo_takes_back_only_what_was_typed_here(served: Served, wired: Visitor) -> None:
    here = await begin(served, wired)
    there = Page(served, here.notebook)
    await there.join()
    there.type(there.only_cell(), "\nremote = 1")
    await expect(here.cell(0).locator(".cm-content")).to_contain_text("remote = 1")
    await here.page.keyboard.press("Control+z")
    await eventually(lambda: there.source(there.only_cell()) == "\nremote = 1", "only the local text is taken back")
    await there.leave()
