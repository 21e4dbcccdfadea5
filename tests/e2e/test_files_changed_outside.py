"""A notebook file that another tool changes while OwnLab knows it."""

from __future__ import annotations

import json

from support.page import Page
from support.served import Served, eventually


async def test_an_open_notebook_takes_over_what_another_tool_wrote(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('mine')")
    (run,) = await page.run(cell)
    await page.finished(run)
    (file,) = served.files()
    await eventually(lambda: "mine" in file.read_text() and page.messages[-1]["kind"] == "saved", "saved")

    content = json.loads(file.read_text())
    content["cells"][0]["source"] = ["print('mine')\n", "print('theirs')"]
    content["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["mine\n", "theirs\n"]}]
    content["cells"][0]["execution_count"] = 7
    file.write_text(json.dumps(content))
    page.type(cell, "\n# and mine again")

    await eventually(lambda: "theirs" in page.source(cell), "the edit of the other tool")
    assert sorted(page.source(cell).split("\n")) == ["# and mine again", "print('mine')", "print('theirs')"]
    await eventually(lambda: any(page.text(run) == "mine\ntheirs\n" for run in page.outputs), "their output")
    await eventually(lambda: "and mine again" in file.read_text(), "saved again")
    assert "theirs" in file.read_text()
    assert json.loads(file.read_text())["cells"][0]["execution_count"] == 7


async def test_a_file_changed_while_the_server_was_down_is_merged(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "one = 1\n")
    (file,) = served.files()
    await eventually(lambda: "one" in file.read_text(), "saved")
    await served.stop()
    await page.leave()
    content = json.loads(file.read_text())
    content["cells"].append({"cell_type": "markdown", "id": "theirs", "metadata": {}, "source": "# Theirs"})
    file.write_text(json.dumps(content))
    page.type(cell, "two = 2\n")
    await served.start()
    await page.join()
    await eventually(lambda: "theirs" in page.cells, "the new cell")
    assert page.source(cell) == "one = 1\ntwo = 2\n"
