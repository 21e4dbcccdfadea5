"""The log of a real kernel behind a real server."""

from __future__ import annotations

import asyncio
import base64
import random
from typing import Any

import pytest

LINES = "import time\nfor i in range(1, 2001):\n    print(i, flush=True)\n    time.sleep(0.0005)\n"
EXPECTED = "".join(f"{i}\n" for i in range(1, 2001))


async def test_a_run_is_logged_from_busy_to_its_reply(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "print('hello')\n1 + 1")
        assert client.answers == [{"accepted": "run-1", "known": False, "n": client.answers[0]["n"]}]
        assert client.entries[0]["content"] == {"state": "started"}
        kinds = client.types("run-1")
        assert kinds[:2] == ["status", "execute_input"]
        assert sorted(kinds[2:]) == ["execute_reply", "execute_result", "status", "stream"]
        result = next(entry for entry in client.of("run-1") if entry["type"] == "execute_result")
        assert result["content"]["data"] == {"text/plain": "2"}


async def test_a_second_client_gets_everything_that_is_kept(runtime: Any) -> None:
    async with runtime.follow() as first:
        await first.finish("run-1", "print('hello')")
        async with runtime.follow() as second:
            await second.until(lambda client: client.last == first.last)
            assert second.entries == first.entries
            await first.finish("run-2", "print('both')")
            await second.until(lambda client: client.is_done("run-2"))
            assert second.text("run-2") == "both\n"


@pytest.mark.parametrize("seed", range(4))
async def test_a_client_that_is_cut_off_in_the_middle_finds_every_line_once(runtime: Any, seed: int) -> None:
    moment = random.Random(seed)
    lines, after = "", 0
    for cut in range(4):
        async with runtime.follow(after) as client:
            if cut == 0:
                await client.run("run-1", LINES)
            stop = len(lines) + moment.randrange(500, 2000)
            known = lines
            await client.until(lambda each, known=known, stop=stop: len(known + each.text("run-1")) > stop)
            lines, after = lines + client.text("run-1"), client.last
            await client.acknowledge()
            client.socket._response.connection.transport.abort()
    async with runtime.follow(after) as client:
        await client.until(lambda each: each.is_done("run-1") or "idle" in str(each.entries[-1:]))
        assert lines + client.text("run-1") == EXPECTED


async def test_what_nobody_acknowledged_is_given_again(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "print('hello')")
        client.socket._response.connection.transport.abort()
    async with runtime.follow() as again:
        await again.until(lambda each: each.is_done("run-1"))
        assert again.text("run-1") == "hello\n"


async def test_the_same_run_asked_again_is_not_run_again(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "x = globals().get('x', 0) + 1")
        await client.run("run-1", "x = 100")
        await client.finish("run-2", "print(x)")
        assert client.text("run-2") == "1\n"
        assert [(answer["accepted"], answer["known"]) for answer in client.answers] == [
            ("run-1", False),
            ("run-1", True),
            ("run-2", False),
        ]


async def test_input_reaches_the_run_that_asked(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.run("run-1", "name = input('Who? '); print('Hello', name)")
        await client.until(lambda each: "input_request" in each.types("run-1"))
        request = next(entry for entry in client.entries if entry["type"] == "input_request")
        assert request["content"] == {"prompt": "Who? ", "password": False}
    async with runtime.follow(client.last) as again:
        await again.socket.send_json({"op": "input", "run": "run-1", "value": "Ada"})
        await again.until(lambda each: each.is_done("run-1"))
        assert again.text("run-1") == "Hello Ada\n"
        await again.socket.send_json({"op": "input", "run": "run-1", "value": "late"})
        await again.until(lambda each: each.answers)
        assert again.answers == [{"problem": "Run run-1 does not wait for input."}]


async def test_an_interrupt_ends_the_run_and_not_the_kernel(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.run("run-1", "x = 5\nprint('on', flush=True)\nwhile True: pass")
        await client.until(lambda each: each.text("run-1") == "on\n")
        await runtime.ask("POST", f"/api/kernels/{runtime.kernel}/interrupt")
        await client.until(lambda each: each.is_done("run-1"))
        error = next(entry for entry in client.of("run-1") if entry["type"] == "error")
        assert error["content"]["ename"] == "KeyboardInterrupt"
        await client.finish("run-2", "print(x)")
        assert client.text("run-2") == "5\n"


async def test_an_error_cancels_the_runs_that_wait(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.run("run-1", "import time; time.sleep(0.3); 1/0")
        await client.run("run-2", "print('never')")
        await client.until(lambda each: each.is_done("run-1") and each.is_done("run-2"))
        replies = {entry["run"]: entry["content"] for entry in client.entries if entry["type"] == "execute_reply"}
        assert (replies["run-1"]["status"], replies["run-2"]["status"]) == ("error", "aborted")


async def test_a_thread_that_prints_after_its_cell_is_logged_under_its_run(runtime: Any) -> None:
    code = (
        "import os, threading, time\n"
        "def late():\n"
        "    while not os.path.exists('go'): time.sleep(0.01)\n"
        "    print('late', flush=True)\n"
        "threading.Thread(target=late).start()"
    )
    async with runtime.follow() as client:
        await client.finish("run-1", code)
        (runtime.content / "go").touch()
        await client.until(lambda each: each.text("run-1") == "late\n")


async def test_buffers_of_a_widget_arrive(runtime: Any) -> None:
    code = (
        "from comm import create_comm\n"
        "channel = create_comm(target_name='test', data={'a': 1})\n"
        "channel.send({'b': 2}, buffers=[bytes(range(256)), memoryview(b'more')])"
    )
    async with runtime.follow() as client:
        await client.finish("run-1", code)
        message = next(entry for entry in client.of("run-1") if entry["type"] == "comm_msg")
        assert message["content"]["data"] == {"b": 2}
        assert [base64.b64decode(each) for each in message["buffers"]] == [bytes(range(256)), b"more"]


async def test_a_plot_is_shown_inline(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
        shown = next(entry for entry in client.of("run-1") if entry["type"] == "display_data")
        assert base64.b64decode(shown["content"]["data"]["image/png"]).startswith(b"\x89PNG")


async def test_fifty_thousand_outputs_reach_a_client_that_stood_still(runtime: Any) -> None:
    code = "from IPython.display import display\nfor i in range(50_000): display({'text/plain': str(i)}, raw=True)"
    async with runtime.follow() as stalled, runtime.follow() as reading:
        await reading.run("run-1", code)
        await reading.until(lambda each: each.is_done("run-1"))
        await stalled.until(lambda each: each.last == reading.last)
        shown = [e["content"]["data"]["text/plain"] for e in stalled.of("run-1") if e["type"] == "display_data"]
        assert shown == [str(i) for i in range(50_000)]


async def test_a_million_lines_arrive_and_what_is_acknowledged_leaves_the_disk(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.finish("run-1", "for i in range(1_000_000): print(i)")
        assert client.text("run-1") == "".join(f"{i}\n" for i in range(1_000_000))
        await client.acknowledge()
        async with asyncio.timeout(10):
            while sum(file.stat().st_size for file in runtime.spool.glob("*/*.log")) > 1 << 20:
                await asyncio.sleep(0.01)


async def test_what_is_not_understood_is_answered(runtime: Any) -> None:
    async with runtime.follow() as client:
        await client.socket.send_str("nonsense")
        await client.until(lambda each: each.answers)
        assert client.answers == [{"problem": "The message is not JSON."}]
        await client.finish("run-1", "print('still here')")


async def test_nobody_gets_in_without_the_token(runtime: Any) -> None:
    async with runtime.session("wrong") as stranger:
        path = f"/ownlab/kernels/{runtime.kernel}/log"
        async with stranger.get(path, headers={"Connection": "Upgrade", "Upgrade": "websocket"}) as answer:
            assert answer.status == 403
        async with stranger.post("/ownlab/kernels", json={}) as answer:
            assert answer.status == 403


async def test_a_log_that_does_not_exist_is_not_found(runtime: Any) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    async with runtime.http.get("/ownlab/kernels/other/log", headers=headers) as answer:
        assert answer.status == 404
