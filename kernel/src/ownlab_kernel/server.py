"""The runtime's Jupyter Server: the standard one, with our kernels, our log and a socket that was made for it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from ownlab_kernel.first_kernel import FirstKernel
from ownlab_kernel.kernels import RuntimeKernels
from ownlab_kernel.kernelspec import RuntimeKernelSpecs


@dataclass(frozen=True)
class Placement:
    """What the outside gives this server."""

    content: Path
    spool: Path
    token: str
    listen_fd: int | None
    kernel_id: str
    first: FirstKernel | None


class RuntimeServer(ServerApp):
    """A server for one runtime; `place` says where before it is initialised."""

    placement: Placement

    def place(self, placement: Placement) -> None:
        self.placement = placement
        self.update_config(_configuration(placement))

    def init_configurables(self) -> None:
        super().init_configurables()
        given = self.placement
        kernels: Any = self.kernel_manager
        loop: Any = self.io_loop
        kernels.keep(given.kernel_id, given.spool, given.first, loop.asyncio_loop)
        self.io_loop.add_callback(kernels.ensure)

    def _bind_http_server_unix(self) -> bool:
        descriptor = self.placement.listen_fd
        if descriptor is None:
            return bool(super()._bind_http_server_unix())
        os.set_inheritable(descriptor, False)
        listening = socket.socket(fileno=descriptor)
        listening.setblocking(False)
        self.http_server.add_socket(listening)
        return True


def _configuration(given: Placement) -> Any:
    config = Config()
    config.ServerApp.root_dir = str(given.content)
    config.ServerApp.kernel_manager_class = RuntimeKernels
    config.ServerApp.kernel_spec_manager_class = RuntimeKernelSpecs
    config.ServerApp.jpserver_extensions = {"ownlab_kernel.log": True}
    config.ServerApp.allow_remote_access = True
    config.ServerApp.allow_root = True
    config.ServerApp.open_browser = False
    config.ServerApp.tornado_settings = {"websocket_max_message_size": 64 << 20}
    if given.listen_fd is not None:
        config.ServerApp.sock = "/tmp/adopted.sock"  # noqa: S108 - a name that is never bound
    if given.token:
        config.IdentityProvider.token = given.token
    config.RuntimeKernels.kernel_manager_class = "ownlab_kernel.kernels.RuntimeKernel"
    config.KernelManager.transport = "ipc"
    config.ZMQChannelsWebsocketConnection.limit_rate = False
    return config
