"""The first minutes with OwnLab: from the link to outputs that are there after a reload."""

from __future__ import annotations

import asyncio
import sys

from playwright.async_api import expect

from support.browser import Tab, Visitor, saved_cells
from support.served import Served, eventually

CODE = """\
import matplotlib.pyplot as plt, pandas as pd
print('hello from the cell')
plt.plot([1, 3, 2])
plt.show()
pd.DataFrame({'bird': ['duck', 'goose'], 'count': [3, 5]})"""


async def fresh_link(served: Served) -> str:
    """What `ownlab link` prints: the fixture has used the link of the start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ownlab", "link", env=served.environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return next(word for word in output.decode().split() if "/signin?token=" in word)


async def assert_all_three_are_shown(tab: Tab) -> None:
    outputs = tab.outputs(0)
    await expect(outputs.locator(".stream")).to_have_text("hello from the cell\n")
    picture = outputs.locator("img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    table = outputs.locator("table.dataframe")
    assert await table.locator("thead th").all_inner_texts() == ["", "bird", "count"]
    assert await table.locator("tbody td").all_inner_texts() == ["duck", "3", "goose", "5"]


async def test_a_newcomer_makes_a_notebook_and_finds_everything_after_a_reload(
    served: Served, newcomer: Visitor
) -> None:
    tab = await newcomer.go(await fresh_link(served))
    await tab.new_notebook()
    await tab.write(0, CODE)
    await tab.page.keyboard.press("Control+Enter")
    await tab.finished(0)
    await assert_all_three_are_shown(tab)

    await tab.page.get_by_test_id("title").dblclick()
    await tab.page.get_by_test_id("title-field").fill("Birds.ipynb")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_test_id("title")).to_have_text("Birds.ipynb")
    await expect(tab.save_state).to_have_text("All changes saved")
    kinds = await eventually(
        lambda: [output["output_type"] for cell in saved_cells(served, "Birds.ipynb") for output in cell["outputs"]],
        "outputs in the file",
    )
    assert kinds == ["stream", "display_data", "execute_result"]

    await tab.page.reload()
    await tab.loaded()
    await assert_all_three_are_shown(tab)
    assert await tab.source(0) == CODE
    assert tab.problems == []
