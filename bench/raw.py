"""The peer without any server: ipykernel, spoken to by jupyter_client."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from bench.places import core


class _CoreSpecs(KernelSpecManager):  # type: ignore[misc, unused-ignore]
    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        python = str(core().folder / "bin" / "python")
        return KernelSpec(argv=[python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python")


class RawKernel:
    """A kernel and its client."""

    def __init__(self, client: AsyncKernelClient) -> None:
        self._client = client

    async def run(self, code: str) -> tuple[float, list[dict[str, Any]]]:
        """Run code to its end; the moment of its first output, and every output."""
        asked = self._client.execute(code)
        first, outputs = 0.0, []
        while True:
            message = await self._client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] in ("stream", "execute_result"):
                first = first or time.perf_counter()
                outputs.append(message["content"])
            if message["content"].get("execution_state") == "idle":
                await self._client.get_shell_msg(timeout=120)
                return first, outputs


@asynccontextmanager
async def raw_kernel() -> AsyncIterator[RawKernel]:
    """A kernel of the core environment, as jupyter_client starts it, with a receiver that loses nothing."""
    folder = Path(tempfile.mkdtemp(prefix="ownlab-raw-"))
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=_CoreSpecs(),
        transport="ipc",
        connection_file=str(folder / "kernel.json"),
    )
    manager.context.setsockopt(zmq.RCVHWM, 0)
    await manager.start_kernel(cwd=str(folder), env={**os.environ, "IPYTHONDIR": str(folder)})
    client = manager.client()
    client.start_channels(hb=False)
    try:
        await client.wait_for_ready(timeout=60)
        yield RawKernel(client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        shutil.rmtree(folder, ignore_errors=True)
