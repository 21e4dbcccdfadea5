"""Serves a lab over HTTP until it is told to stop."""

from __future__ import annotations

import errno
import logging
import socket
from collections.abc import Callable

import uvicorn

from ownlab.agent.client import ensure_agent
from ownlab.base.errors import LabError
from ownlab.lab.lab import open_lab
from ownlab.lab.options import LabOptions, ServerOptions
from ownlab.web.app import make_app

log = logging.getLogger(__name__)


class PortTaken(LabError):
    """The port is in use."""

    code = "port_taken"


async def serve(options: LabOptions, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` gets a link that signs the local user in, once requests are answered.

    Raises:
        PortTaken: somebody listens there; nothing was started.
    """
    listener = _listen(options.server)
    with listener:
        agent = await ensure_agent(options.agent)
        async with open_lab(options, agent) as lab:
            config = uvicorn.Config(
                make_app(lab),
                log_config=None,
                access_log=False,
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=64 * 2**20,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=3,
                lifespan="off",
            )
            token = await lab.accounts.one_time_token(await lab.accounts.local_user())
            link = f"{_address(listener)}/signin?token={token}"
            await _Server(config, lambda: on_ready(link)).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()


def _listen(options: ServerOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off for sockets that name their protocol only; it costs 40 ms a message
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {options.port} of {options.host} is in use: another OwnLab may be running, "
                "and `ownlab link` gives a link to it. Else stop what uses the port, or choose another with --port."
            ) from error
        raise PortTaken(
            f"OwnLab can not listen on {options.host}:{options.port}: {error.strerror}. Choose another with --port."
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
