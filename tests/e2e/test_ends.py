"""Kernels and runtimes that go away, and what is told of it."""

from __future__ import annotations

from support.page import Page
from support.served import Served, eventually


async def test_a_kernel_that_dies_loses_its_run_only_and_comes_back(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(
        cell,
        "import os, signal, time\nprint('before', flush=True)\ntime.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)",
    )
    behind = page.add_cell("print('never')", "m")
    runs = await page.run(cell, behind)
    assert [await page.finished(run) for run in runs] == ["lost", "cancelled"]
    assert page.text(runs[0]) == "before\n"
    after = page.add_cell("print('alive')", "n")
    (run,) = await page.run(after)
    assert await page.finished(run) == "done"
    assert (page.text(run), page.runs[run]["execution_count"]) == ("alive\n", 1)


async def test_a_restart_ends_the_running_cell_and_no_later_one(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "import time\nprint('begun', flush=True)\ntime.sleep(60)")
    (run,) = await page.run(cell)
    await eventually(lambda: page.text(run) == "begun\n", "begun")
    await page.ask("restart")
    assert await page.finished(run) == "interrupted"
    later = page.add_cell("import time\ntime.sleep(2)\nprint('whole')", "n")
    (run,) = await page.run(later)
    await eventually(lambda: page.state(run) == "running", "running")
    await served.kill()
    await page.leave()
    await served.start()
    await page.join()
    assert await page.finished(run) == "done"
    assert page.text(run) == "whole\n"


async def test_a_runtime_that_goes_away_says_why_and_the_next_run_starts_another(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)")
    (run,) = await page.run(cell)
    assert await page.finished(run) == "lost"
    await eventually(lambda: page.runtime["state"] == "failed", "failure told")
    assert page.runtime["message"]
    after = page.add_cell("print('a new one')", "n")
    (run,) = await page.run(after)
    assert await page.finished(run) == "done"
    assert page.text(run) == "a new one\n"


async def test_running_right_after_disconnecting_runs_in_a_fresh_runtime(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "variable = 1\nopen('here', 'w').close()")
    (run,) = await page.run(cell)
    assert await page.finished(run) == "done"
    await page.ask("disconnect")
    after = page.add_cell("import os\nprint('variable' in globals(), os.path.exists('here'))", "n")
    (run,) = await page.run(after)
    assert await page.finished(run) == "done"
    assert page.text(run) == "False False\n"


async def test_clearing_outputs_forgets_them_everywhere(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('to be forgotten')")
    (run,) = await page.run(cell)
    await page.finished(run)
    (file,) = served.files()
    await eventually(lambda: '"to be forgotten\\n"' in file.read_text(), "saved")
    await page.ask("clear_outputs")
    assert {"kind": "outputs_cleared", "cells": [cell]} in page.messages
    await eventually(lambda: '"to be forgotten\\n"' not in file.read_text(), "saved without it")
    other = Page(served, page.notebook)
    await other.join()
    assert other.outputs == {}


async def test_a_cancelled_run_leaves_what_the_cell_showed(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('kept')")
    (first,) = await page.run(cell)
    await page.finished(first)
    failing = page.add_cell("1/0", "Z")
    runs = await page.run(failing, cell)
    assert [await page.finished(run) for run in runs] == ["failed", "cancelled"]
    other = Page(served, page.notebook)
    await other.join()
    await eventually(lambda: first in other.outputs, "the earlier run")
    assert other.text(first) == "kept\n"


async def test_outputs_that_came_with_a_file_are_shown_and_kept(served: Served) -> None:
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"},
        "cells": [
            {
                "cell_type": "code",
                "id": "first",
                "metadata": {"executionInfo": {"elapsed": 12}},
                "source": "1+1",
                "execution_count": 3,
                "outputs": [
                    {
                        "output_type": "execute_result",
                        "execution_count": 3,
                        "metadata": {},
                        "data": {"text/plain": "2"},
                    },
                    {"output_type": "stream", "name": "stderr", "text": "careful\n"},
                ],
            }
        ],
    }
    async with served.client.post("/api/notebooks/upload?title=Came.ipynb", json=content) as response:
        notebook = (await response.json())["id"]
    page = Page(served, notebook)
    await page.join()
    await eventually(lambda: page.outputs, "outputs")
    (run,) = page.outputs
    assert (page.runs[run]["state"], page.runs[run]["execution_count"]) == ("done", 3)
    assert page.outputs[run][0]["data"] == {"text/plain": "2"}
    assert page.text(run, "stderr") == "careful\n"
    page.type("first", " # typed")
    async with served.client.get(f"/api/notebooks/{notebook}/file") as response:
        saved = await response.json(content_type=None)
    assert saved["metadata"] == content["metadata"]
    cell = saved["cells"][0]
    assert cell["metadata"] == {"executionInfo": {"elapsed": 12}}
    assert cell["outputs"][1]["text"] == ["careful\n"]
    assert cell["execution_count"] == 3


async def test_what_was_printed_right_before_a_kill_reaches_the_file_without_a_page(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('just ' 'in time')")
    await page.stored()
    (file,) = served.files()
    await eventually(lambda: "just " in file.read_text(), "typed and saved")
    (run,) = await page.run(cell)
    await page.finished(run)
    await served.kill()
    await page.leave()
    assert "just in time" not in file.read_text()
    await served.start()
    await eventually(lambda: "just in time" in file.read_text(), "printed and saved")


async def test_a_deleted_notebook_is_in_the_trash_with_its_last_words(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('said')")
    (run,) = await page.run(cell)
    await page.finished(run)
    page.type(cell, "  # last words")
    await page.stored()
    async with served.client.delete(f"/api/notebooks/{page.notebook}") as response:
        assert response.status == 204
    (trashed,) = (served.data / "drive").rglob(".trash/*/*.ipynb")
    assert "# last words" in trashed.read_text()
    assert '"said\\n"' in trashed.read_text()
    await eventually(lambda: page.close_code == 4404, "the page is told")
