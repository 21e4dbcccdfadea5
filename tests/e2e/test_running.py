"""Cells run, print and end, as a page sees it."""

from __future__ import annotations

import json

import nbformat

from support.page import Page
from support.served import Served, eventually


async def test_a_cell_runs_in_a_new_notebook_and_its_output_is_saved(served: Served) -> None:
    notebook = await served.notebook()
    page = Page(served, notebook)
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('hello from', __import__('os').getcwd())\n1 + 1")
    (run,) = await page.run(cell)
    assert await page.finished(run) == "done"
    assert page.text(run) == "hello from /content\n"
    assert page.outputs[run][1]["data"] == {"text/plain": "2"}
    assert page.runs[run]["execution_count"] == 1
    assert page.runtime["state"] == "ready"

    (file,) = served.files()
    await eventually(lambda: "hello from /content" in file.read_text(), "saved")
    saved = nbformat.read(file, as_version=4)
    nbformat.validate(saved)
    assert saved.cells[0].outputs[0].text == "hello from /content\n"
    assert json.loads(file.read_text())["cells"][0]["execution_count"] == 1


async def test_a_failing_cell_cancels_what_waits_behind_it(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    first = page.only_cell()
    page.type(first, "print('one')")
    second = page.add_cell("1/0", "m")
    third = page.add_cell("print('never')", "n")
    runs = await page.run(first, second, third)
    assert [await page.finished(run) for run in runs] == ["done", "failed", "cancelled"]
    assert page.outputs[runs[1]][0]["ename"] == "ZeroDivisionError"


async def test_a_run_that_is_sent_twice_runs_once(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "import builtins\nbuiltins.count = getattr(builtins, 'count', 0) + 1\nprint(builtins.count)")
    runs = await page.run(cell)
    await page.run(cell, runs=runs)
    assert await page.finished(runs[0]) == "done"
    await page.run(cell, runs=runs)
    (again,) = await page.run(cell)
    assert await page.finished(again) == "done"
    assert page.text(again) == "2\n"


async def test_input_is_asked_and_answered(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "print('Hello', input('name? '))")
    (run,) = await page.run(cell)
    asked = await eventually(lambda: page.input, "input wanted")
    assert (asked["prompt"], asked["password"]) == ("name? ", False)
    await page.ask("input", run=run, value="Ada")
    assert await page.finished(run) == "done"
    assert page.text(run) == "name? Ada\nHello Ada\n"


async def test_a_password_is_not_kept(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "from getpass import getpass\nprint(len(getpass('secret: ')))")
    (run,) = await page.run(cell)
    asked = await eventually(lambda: page.input, "password wanted")
    assert asked["password"]
    await page.ask("input", run=run, value="hunter2")
    assert await page.finished(run) == "done"
    assert page.text(run) == "secret: ········\n7\n"
    logs = list((served.data / "outputs").rglob("*.log"))
    assert logs
    assert not any(b"hunter2" in log.read_bytes() for log in logs)


async def test_an_interrupt_stops_the_cell_and_what_waits(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "import time\nprint('begun', flush=True)\ntime.sleep(60)")
    behind = page.add_cell("print('never')", "n")
    runs = await page.run(cell, behind)
    await eventually(lambda: page.text(runs[0]) == "begun\n", "begun")
    await page.ask("interrupt")
    assert [await page.finished(run) for run in runs] == ["interrupted", "cancelled"]


async def test_a_restart_forgets_variables_and_keeps_files(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "open('kept.txt', 'w').write('kept')\nvariable = 1")
    (run,) = await page.run(cell)
    await page.finished(run)
    reply = await page.ask("restart")
    assert reply is not None
    assert reply["problem"] is None
    after = page.add_cell("print(open('kept.txt').read(), 'variable' in globals())", "n")
    (run,) = await page.run(after)
    assert await page.finished(run) == "done"
    assert page.text(run) == "kept False\n"


async def test_disconnecting_ends_the_runtime(served: Served) -> None:
    page = Page(served, await served.notebook())
    await page.join()
    cell = page.only_cell()
    page.type(cell, "import time; time.sleep(60)")
    (run,) = await page.run(cell)
    await eventually(lambda: page.state(run) == "running", "running")
    await page.ask("disconnect")
    assert await page.finished(run) == "lost"
    await eventually(lambda: page.runtime["state"] == "none", "runtime gone")
