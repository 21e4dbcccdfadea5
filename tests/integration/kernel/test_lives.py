"""The log when the kernel or its server dies, or starts anew."""

from __future__ import annotations

import os
import signal
from typing import Any


async def pid_of(client: Any, run: str) -> int:
    await client.finish(run, "import os; print(os.getpid())")
    return int(client.text(run))


async def test_a_killed_kernel_is_logged_and_replaced(runtime: Any) -> None:
    async with runtime.follow() as client:
        pid = await pid_of(client, "run-1")
        await client.run("run-2", "print('begun', flush=True)\nwhile True: pass")
        await client.until(lambda each: each.text("run-2") == "begun\n")
        os.kill(pid, signal.SIGKILL)
        await client.until(lambda each: each.states() == ["started", "died", "restarted"])
        await client.finish("run-3", "print('new')")
        assert client.text("run-3") == "new\n"
        assert await runtime.ask("POST", "/ownlab/kernels") == {"id": runtime.kernel}


async def test_everything_a_kernel_said_before_it_exited_is_logged_before_its_end(runtime: Any) -> None:
    code = "import os\nfor i in range(5000): print(i, flush=True)\nos._exit(3)"
    async with runtime.follow() as client:
        await client.run("run-1", code)
        await client.until(lambda each: "died" in each.states())
        said = client.text("run-1")
        await client.until(lambda each: "restarted" in each.states())
        assert client.text("run-1") == said
        assert "".join(f"{i}\n" for i in range(5000)).startswith(said)


async def test_a_restart_is_logged_and_a_run_asked_meanwhile_belongs_to_the_new_kernel(runtime: Any) -> None:
    async with runtime.follow() as client:
        old = await pid_of(client, "run-1")
        answer = await runtime.ask("POST", f"/api/kernels/{runtime.kernel}/restart")
        assert answer["id"] == runtime.kernel
        new = await pid_of(client, "run-2")
        assert new != old
        assert client.states() == ["started", "restarted"]
        restarted = next(e["n"] for e in client.entries if e["content"].get("state") == "restarted")
        accepted = next(answer for answer in client.answers if answer["accepted"] == "run-2")
        assert accepted["n"] >= restarted


async def test_runs_asked_while_the_kernel_restarts_run_once_in_the_new_one(runtime: Any) -> None:
    async with runtime.follow() as client:
        pid = await pid_of(client, "run-1")
        os.kill(pid, signal.SIGKILL)
        for number in range(2, 6):
            await client.run(f"run-{number}", "x = globals().get('x', 0) + 1; print(x)")
        await client.until(lambda each: "restarted" in each.states())
        restarted = next(e["n"] for e in client.entries if e["content"].get("state") == "restarted")
        await client.until(lambda each: len(each.answers) == 5)
        alive = [answer["accepted"] for answer in client.answers if answer["n"] >= restarted]
        for run in alive:
            await client.until(lambda each, run=run: each.is_done(run))
        assert [client.text(run) for run in alive] == [f"{number}\n" for number in range(1, len(alive) + 1)]


async def test_the_log_goes_on_after_the_server_died(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "print('before')")
        last, kernel = client.last, runtime.kernel
    await runtime.kill()
    await runtime.start()
    assert runtime.kernel == kernel
    async with runtime.follow(last) as client:
        await client.run("run-1", "print('again')")
        await client.finish("run-2", "print('after')")
        assert client.states() == ["started"]
        assert (client.text("run-1"), client.text("run-2")) == ("", "after\n")
        assert [(answer["accepted"], answer["known"]) for answer in client.answers] == [
            ("run-1", True),
            ("run-2", False),
        ]


async def test_a_kernel_that_was_shut_down_is_over_until_it_is_asked_for(runtime: Any) -> None:
    async with runtime.follow() as client:
        await runtime.ask("DELETE", f"/api/kernels/{runtime.kernel}")
        await client.until(lambda each: each.states() == ["started", "died"])
        await client.run("run-1", "1")
        await client.until(lambda each: each.answers)
        assert client.answers == [{"problem": "Run run-1 was not started: the kernel is gone."}]
        assert await runtime.ask("GET", "/ownlab/kernels") == []
        assert await runtime.ask("POST", "/ownlab/kernels") == {"id": runtime.kernel}
        await client.finish("run-1", "print('back')")
        assert (client.states(), client.text("run-1")) == (["started", "died", "started"], "back\n")


async def test_a_kernel_that_dies_again_and_again_is_given_up_until_it_is_asked_for(runtime: Any) -> None:
    async with runtime.follow() as client:
        for count in range(1, 7):
            await client.until(lambda each, count=count: len(each.states()) == 2 * count - 1)
            os.kill(runtime.kernel_pid, signal.SIGKILL)
        await client.until(lambda each: len(each.states()) == 12)
        await client.run("run-1", "1")
        await client.until(lambda each: each.answers)
        assert client.answers == [{"problem": "Run run-1 was not started: the kernel is gone."}]
        await runtime.ask("POST", "/ownlab/kernels")
        await client.finish("run-1", "print('back')")
        assert (client.states()[-2:], client.text("run-1")) == (["died", "started"], "back\n")


async def test_the_token_is_not_in_the_environment_of_the_kernel(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "import os; print([k for k in os.environ if 'OWNLAB' in k or 'TOKEN' in k])")
        assert client.text("run-1") == "[]\n"


async def test_files_of_the_user_do_not_shadow_what_the_server_and_the_kernel_load(runtime: Any) -> None:
    for name in ("json", "signal", "random", "zmq", "queue"):
        (runtime.content / f"{name}.py").write_text("raise SystemExit('shadowed')")
    (runtime.content / "mine.py").write_text("answer = 42")
    await runtime.kill()
    await runtime.start()
    async with runtime.follow() as client:
        await client.finish("run-1", "import mine; print(mine.answer)")
        assert client.text("run-1") == "42\n"


async def test_a_client_of_another_make_finds_the_kernel_under_its_usual_name(runtime: Any) -> None:
    specs = await runtime.ask("GET", "/api/kernelspecs")
    assert specs["default"] == "python3"
    assert specs["kernelspecs"]["python3"]["spec"]["display_name"] == "Python 3"
    assert [kernel["id"] for kernel in await runtime.ask("GET", "/api/kernels")] == [runtime.kernel]
