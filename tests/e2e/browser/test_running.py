"""What a user does with cells, from keys and menus to what is seen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from support.browser import Tab, Visitor, code_cell, notebook_file, saved_cells
from support.served import Served, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_input_is_answered_where_it_is_asked(tab: Tab) -> None:
    await tab.write(0, "name = input('Who? ')\nprint('Hello', name)")
    await tab.page.keyboard.press("Control+Enter")
    field = tab.outputs(0).get_by_label("Who?")
    await expect(field).to_be_focused()
    await field.fill("Ada")
    await field.press("Enter")
    await tab.finished(0)
    assert "Hello Ada" in await tab.text(0)
    await expect(field).to_have_count(0)


async def test_a_password_is_not_shown(tab: Tab) -> None:
    await tab.write(0, "import getpass\nprint(len(getpass.getpass('Key: ')))")
    await tab.page.keyboard.press("Control+Enter")
    field = tab.outputs(0).get_by_label("Key:")
    await expect(field).to_have_attribute("type", "password")
    await field.fill("swordfish")
    await field.press("Enter")
    await tab.finished(0)
    assert "9" in await tab.text(0)
    assert "swordfish" not in await tab.page.content()


async def test_a_question_is_still_there_after_a_reload(tab: Tab) -> None:
    await tab.write(0, "print('Hello', input('Who? '))")
    await tab.page.keyboard.press("Control+Enter")
    await expect(tab.outputs(0).get_by_label("Who?")).to_be_visible()
    await tab.page.reload()
    await tab.outputs(0).get_by_label("Who?").fill("Grace")
    await tab.outputs(0).get_by_label("Who?").press("Enter")
    await tab.finished(0)
    assert "Hello Grace" in await tab.text(0)


async def test_the_button_stops_a_running_cell(tab: Tab) -> None:
    await tab.write(0, "import time\nprint('begun', flush=True)\ntime.sleep(60)")
    await tab.page.keyboard.press("Control+Enter")
    await expect(tab.outputs(0).locator(".stream")).to_have_text("begun\n")
    await tab.cell(0).get_by_role("button", name="Stop cell").click()
    await tab.finished(0, "interrupted")
    await expect(tab.outputs(0).locator(".traceback")).to_contain_text("KeyboardInterrupt")


async def test_shift_enter_at_the_end_adds_a_cell(tab: Tab) -> None:
    await tab.write(0, "6 * 7")
    await tab.page.keyboard.press("Shift+Enter")
    await expect(tab.cells).to_have_count(2)
    await expect(tab.cell(1).locator(".cm-content")).to_be_focused()
    await tab.finished(0)
    await expect(tab.outputs(0).locator(".plain-text")).to_have_text("42")
    await tab.page.keyboard.type("7 * 6")
    assert await tab.source(1) == "7 * 6"


async def test_an_error_cancels_what_waits_and_says_so(lab: Served, guest: Visitor, tab: Tab) -> None:
    await tab.write(0, "import time\ntime.sleep(0.5)\n1 / 0")
    await tab.page.keyboard.press("Shift+Enter")
    await expect(tab.cells).to_have_count(2)
    await tab.write(1, "print('never')")
    await tab.choose("Runtime", "Run all")
    await tab.finished(0, "failed")
    await expect(tab.outputs(0).locator(".traceback")).to_contain_text("ZeroDivisionError")
    await expect(tab.cell(1)).not_to_have_attribute("data-state", "queued")
    await expect(tab.cell(1)).not_to_have_attribute("data-state", "done")
    await expect(tab.cell(1).locator(".run-status")).to_contain_text("Was not run")
    assert await tab.text(1) == ""


async def test_a_restart_from_the_menu_forgets_variables(tab: Tab) -> None:
    await tab.write(0, "print('known' in globals())\nknown = 1")
    await tab.page.keyboard.press("Control+Enter")
    await tab.finished(0)
    assert await tab.text(0) == "False\n"
    await tab.run(0)
    await expect(tab.outputs(0).locator(".stream")).to_have_text("True\n")
    await tab.choose("Runtime", "Restart session")
    await tab.answer("Restart")
    await expect(tab.connect).to_have_attribute("data-state", "connected")
    await tab.run(0)
    await expect(tab.outputs(0).locator(".stream")).to_have_text("False\n")


async def test_the_runtime_is_connected_and_deleted_by_the_button_and_its_menu(tab: Tab) -> None:
    await expect(tab.connect).to_have_attribute("data-state", "none")
    await tab.connect.click()
    await expect(tab.connect).to_have_attribute("data-state", "connected")
    await tab.choose("Runtime", "Disconnect and delete runtime")
    await tab.answer("Disconnect")
    await expect(tab.connect).to_have_attribute("data-state", "none")


async def test_text_cells_are_written_and_shown(lab: Served, tab: Tab) -> None:
    await tab.page.get_by_role("button", name="Add text cell").click()
    await expect(tab.cells).to_have_count(2)
    await expect(tab.cell(1).locator(".cm-content")).to_be_focused()
    await tab.page.keyboard.insert_text("# Ducks\n\nwith $x^2$ and **bold**")
    await tab.page.keyboard.press("Shift+Enter")
    await expect(tab.cell(1).get_by_role("heading", name="Ducks")).to_be_visible()
    await expect(tab.cell(1).locator(".katex").first).to_be_visible()
    await expect(tab.cell(1).locator("strong")).to_have_text("bold")


async def test_a_progress_bar_stays_on_one_line(tab: Tab) -> None:
    code = "import time\nfor i in range(50):\n    print(f'\\r{i}%', end='', flush=True)\n    time.sleep(0.01)\nprint()"
    await tab.write(0, code)
    await tab.page.keyboard.press("Control+Enter")
    await tab.finished(0)
    assert await tab.text(0) == "49%\n"


async def test_colours_of_the_terminal_are_shown(tab: Tab) -> None:
    await tab.write(0, "print('\\x1b[31mred\\x1b[0m plain')")
    await tab.page.keyboard.press("Control+Enter")
    await tab.finished(0)
    red = tab.outputs(0).locator(".stream span", has_text="red").first
    assert await red.evaluate("element => getComputedStyle(element).color") != await tab.outputs(0).locator(
        ".stream"
    ).evaluate("element => getComputedStyle(element).color")


async def test_a_file_is_uploaded_opened_and_deleted_from_home(
    lab: Served, guest: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "from a file\n"}]
    file = notebook_file(tmp_path_factory.mktemp("upload") / "From a file.ipynb", [code_cell("print('?')", outputs)])
    tab = await guest.go(lab.url)
    async with tab.page.expect_file_chooser() as choosing:
        await tab.page.get_by_role("button", name="Upload", exact=True).click()
    await (await choosing.value).set_files(file)
    await tab.loaded()
    await expect(tab.page.get_by_test_id("title")).to_have_text("From a file.ipynb")
    assert await tab.text(0) == "from a file\n"

    await (
        tab.page.get_by_role("button", name="All notebooks")
        .or_(tab.page.get_by_role("link", name="All notebooks"))
        .click()
    )
    row = tab.page.get_by_role("row", name="From a file.ipynb")
    await row.get_by_role("button", name="Actions for").click()
    await tab.page.get_by_role("menuitem", name="Delete").click()
    await tab.answer("Delete")
    await expect(row).to_have_count(0)
    await tab.page.close()


async def test_a_file_that_is_no_notebook_is_refused_in_words(
    lab: Served, guest: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("upload") / "not.ipynb"
    file.write_text("this is no JSON")
    tab = await guest.go(lab.url)
    await tab.page.get_by_test_id("upload").set_input_files(file)
    await expect(tab.page.get_by_role("alert")).to_contain_text("not")
    await tab.page.close()


async def test_a_tab_is_told_when_its_notebook_is_deleted_elsewhere(lab: Served, guest: Visitor, tab: Tab) -> None:
    async with lab.client.delete(f"/api/notebooks/{tab.notebook}") as response:
        assert response.status == 204
    await expect(tab.page.get_by_role("heading")).to_have_text("This notebook is not here")
    await tab.page.reload()
    await expect(tab.page.get_by_role("heading")).to_have_text("This notebook is not here")


async def test_a_deleted_notebook_can_not_come_back_from_a_tab(lab: Served, guest: Visitor, tab: Tab) -> None:
    await tab.choose("File", "Delete notebook")
    await tab.answer("Delete")
    await expect(tab.page.get_by_role("heading", name="Notebooks")).to_be_visible()
    assert tab.notebook not in [item["id"] for item in (await lab.get("/api/notebooks"))["notebooks"]]


async def test_a_new_name_is_the_name_of_the_file(lab: Served, tab: Tab) -> None:
    await tab.page.get_by_test_id("title").dblclick()
    await tab.page.get_by_test_id("title-field").fill("Seltsame Ente 🦆")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_test_id("title")).to_have_text("Seltsame Ente 🦆.ipynb")
    await expect(tab.page).to_have_title("Seltsame Ente 🦆 – OwnLab")
    await eventually(lambda: saved_cells(lab, "Seltsame Ente 🦆.ipynb"), "file of the new name")
