"""The kernels of the runtime's Jupyter Server: any number of them, and one whose output is kept in the log."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from jupyter_server.utils import ApiPath
from traitlets import default

from ownlab_kernel.first_kernel import FirstKernel
from ownlab_kernel.log.kernel_log import KernelLog
from ownlab_kernel.log.spool import Spool


class RuntimeKernel(ServerKernelManager):
    """One kernel. The one with a log tells it of every beginning and end of its process."""

    log_of_kernel: KernelLog | None = None
    first: FirstKernel | None = None
    _exit: int = -1
    _lives = 0

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        """Jupyter's own connections drop nothing either."""
        context = super()._context_default()
        context.setsockopt(zmq.RCVHWM, 0)
        context.setsockopt(zmq.SNDHWM, 0)
        return context

    async def _async_pre_start_kernel(self, **kw: Any) -> Any:
        if self.first is not None and self.first.is_alive:
            self.connection_file = self.first.connection_file
            self.load_connection_file()
            self._connection_file_written = True
        else:
            self.first = None
        return await super()._async_pre_start_kernel(**kw)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        if self.first is None:
            await super()._async_launch_kernel(kernel_cmd, **kw)
            return
        process, self.first = self.first.process, None
        provisioner: Any = self.provisioner
        provisioner.process = process
        provisioner.pid = provisioner.pgid = process.pid
        provisioner.cwd = kw.get("cwd")

    async def _async_post_start_kernel(self, **kw: Any) -> None:
        await super()._async_post_start_kernel(**kw)
        if self.log_of_kernel is not None:
            self.execution_state = "starting"
            self.log_of_kernel.began(self, "restarted" if self._lives else "started")
            self._lives += 1
            self._watch()

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        if self.log_of_kernel is not None:
            self.log_of_kernel.ending()
            self.execution_state = "restarting" if restart else "dead"
        await super()._async_shutdown_kernel(now=now, restart=restart)

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        await self._async_shutdown_kernel(now=now, restart=restart)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        self._unwatch()
        if self.log_of_kernel is not None:
            await self.log_of_kernel.ended(for_good=not restart)
        await super()._async_cleanup_resources(restart=restart)

    def _watch(self) -> None:
        """Notice the end of the process at once instead of at the next look."""
        provisioner: Any = self.provisioner
        try:
            self._exit = os.pidfd_open(provisioner.pid)
        except OSError:
            return
        asyncio.get_running_loop().add_reader(self._exit, self._exited)

    def _unwatch(self) -> None:
        if self._exit >= 0:
            asyncio.get_running_loop().remove_reader(self._exit)
            os.close(self._exit)
            self._exit = -1

    def _exited(self) -> None:
        self._unwatch()
        if not self.shutting_down and self.log_of_kernel is not None:
            self._burying = asyncio.create_task(self._bury(self.log_of_kernel))

    async def _bury(self, log: KernelLog) -> None:
        await log.died()
        if not self.shutting_down and self._restarter is not None:
            await self._restarter.poll()


class RuntimeKernels(AsyncMappingKernelManager):
    """The runtime's kernel under an id that the spool keeps, beside those that other clients start."""

    runtime_kernel: str
    kernel_log: KernelLog
    _first: FirstKernel | None = None
    _starting: asyncio.Lock

    def keep(self, id: str, spool: Path, first: FirstKernel | None, loop: asyncio.AbstractEventLoop) -> None:
        """Say which kernel is the runtime's, where its log is, and which process of it already starts."""
        self.runtime_kernel = id
        self.kernel_log = KernelLog(Spool(spool / id), loop, self._note_state)
        self._first = first
        self._starting = asyncio.Lock()

    async def ensure(self) -> str:
        """The id of the runtime's kernel, started when it is not there."""
        async with self._starting:
            if self.runtime_kernel not in self:
                await self.start_kernel(kernel_name=NATIVE_KERNEL_NAME, kernel_id=self.runtime_kernel, path=ApiPath(""))
        return self.runtime_kernel

    def listed(self) -> list[dict[str, str]]:
        """The runtime's kernel with its state, or nothing."""
        if self.runtime_kernel not in self:
            return []
        kernel: Any = self.get_kernel(self.runtime_kernel)
        return [{"id": self.runtime_kernel, "state": kernel.execution_state or "starting"}]

    def pre_start_kernel(self, kernel_name: str | None, kwargs: Any) -> Any:
        kernel, name, id = super().pre_start_kernel(kernel_name, kwargs)
        if id == self.runtime_kernel and isinstance(kernel, RuntimeKernel):
            kernel.log_of_kernel = self.kernel_log
            kernel.first, self._first = self._first, None
        return kernel, name, id

    def _handle_kernel_died(self, kernel_id: str) -> None:
        """Jupyter has given up restarting it."""
        super()._handle_kernel_died(kernel_id)  # type: ignore[no-untyped-call]
        if kernel_id == self.runtime_kernel:
            self.kernel_log.gave_up()

    def start_watching_activity(self, kernel_id: str) -> None:
        """The log's reader sees all that the runtime's kernel does; a second reader would cost as much again."""
        if kernel_id != self.runtime_kernel:
            super().start_watching_activity(kernel_id)  # type: ignore[no-untyped-call]

    def _note_state(self, state: str, request_type: str | None) -> None:
        kernel: Any = self._kernels.get(self.runtime_kernel)
        if kernel is None:
            return
        self.last_kernel_activity = kernel.last_activity = utcnow()
        if self.track_message_type(request_type):  # type: ignore[no-untyped-call]
            kernel.execution_state = state
        elif kernel.execution_state == "starting" and state != "starting":
            kernel.execution_state = "idle"
