"""One agent of a test, as root or as an ordinary user, and cells run in its sandboxes through the real kernel."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from ownlab.agent.client import AgentClient, Launch

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]
SECRET = "c0ntrol-plane-secret"
"""In the agent's environment; no sandbox may see it."""


@dataclass
class Host:
    """An agent with a data folder of its own. Its methods are plain calls: every one runs a loop of its own."""

    data: Path
    uid: int

    @property
    def client(self) -> AgentClient:
        return AgentClient(self.data / "agent" / "agent.sock")

    def folder(self, runtime: str) -> Path:
        return self.data / "agent" / "runtimes" / runtime

    def start_agent(self, **variables: str) -> None:
        """Start the agent as the host's user, with further variables, and return when it answers."""
        ready, tell = os.pipe()
        command = [sys.executable, "-m", "ownlab.agent", "--data", str(self.data), "--daemon", "--ready-fd", str(tell)]
        subprocess.run(
            [*as_user(self.uid), *command],
            env=os.environ
            | {"PYTHONPATH": str(ROOT / "server"), "HOME": str(self.data), "CONTROL_PLANE_SECRET": SECRET, **variables},
            pass_fds=[tell],
            check=True,
            timeout=60,
            cwd="/",
        )
        os.close(tell)
        said = os.read(ready, 16)
        os.close(ready)
        assert said == b"ready", (self.data / "agent" / "agent.log").read_text()

    def ask(self, question: Callable[[AgentClient], Awaitable[T]]) -> T:
        async def asked() -> T:
            return await question(self.client)

        return asyncio.run(asked())

    def launch(self, **fields: Any) -> str:
        """Launch a runtime and return its id."""
        launch = Launch(**({"runtime": f"r{secrets.token_hex(4)}", "environment": "core", "token": "t"} | fields))
        self.ask(lambda client: client.launch(launch))
        return launch.runtime

    def stop(self, runtime: str) -> None:
        self.ask(lambda client: client.stop(runtime))

    def run(self, runtime: str, code: str, deadline_s: float = 60) -> str:
        """Run a cell and return what it printed, its error's name and value last."""
        return asyncio.run(asyncio.wait_for(run_cell(self.client, runtime, code), deadline_s))

    def close(self) -> None:
        """End every runtime and the agent."""

        async def end(client: AgentClient) -> None:
            for runtime in await client.runtimes():
                await client.stop(runtime.id)
            await client.shutdown()

        self.ask(end)


async def run_cell(client: AgentClient, runtime: str, code: str) -> str:
    """Run code in the runtime's kernel over the numbered log; returns everything that it printed."""
    headers = {"Authorization": "token t"}
    async with aiohttp.ClientSession("http://runtime", connector=client.connector(runtime), headers=headers) as session:
        async with session.post("/ownlab/kernels", json={}) as response:
            assert response.status == 201, await response.text()
            kernel = (await response.json())["id"]
        run, printed, awaited = secrets.token_hex(8), "", {"reply", "idle"}
        async with session.ws_connect(f"/ownlab/kernels/{kernel}/log?after=0", max_msg_size=0) as log:
            await log.send_json({"op": "run", "run": run, "code": code, "stop_on_error": False, "allow_stdin": False})
            async for frame in log:
                for entry in frame.json().get("entries", ()):
                    content = entry["content"]
                    assert content.get("state") not in ("died", "restarted"), "the kernel died"
                    if entry["run"] != run:
                        continue
                    if entry["type"] == "stream":
                        printed += content["text"]
                    elif entry["type"] == "error":
                        printed += f"{content['ename']}: {content['evalue']}"
                    elif entry["type"] == "execute_reply":
                        awaited.discard("reply")
                    elif entry["type"] == "status":
                        awaited.discard(content["execution_state"])
                    # Reply and output travel on different channels: the cell is over when both have ended.
                    if not awaited:
                        return printed
    raise AssertionError(f"the log ended before the cell did; printed: {printed!r}")


def as_user(uid: int) -> list[str]:
    """The command that runs another one as this user."""
    if uid == os.geteuid():
        return []
    return ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"]


def until(condition: Callable[[], bool], deadline_s: float = 10) -> None:
    """Return when the condition holds."""
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, "the condition did not come true in time"
        time.sleep(0.02)
