"""The log over HTTP and WebSocket.

POST /ownlab/kernels              the runtime's one kernel, started if it is not there
GET  /ownlab/kernels              [it], or [] while there is none
WS   /ownlab/kernels/ID/log?after=N
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado import web
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ownlab_kernel.kernels import RuntimeKernels
from ownlab_kernel.log.follower import Follower
from ownlab_kernel.log.requests import NotUnderstood, parse


class KernelsHandler(APIHandler):
    """The kernel of this runtime."""

    auth_resource = "kernels"

    @property
    def _kernels(self) -> RuntimeKernels:
        return self.settings["kernel_manager"]  # type: ignore[no-any-return]

    @web.authenticated
    @authorized
    async def post(self) -> None:
        kernel = await self._kernels.ensure()
        self.set_status(201)
        self.finish(json.dumps({"id": kernel}))

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.finish(json.dumps(self._kernels.listed()))


class LogHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Entries to the client, requests from it."""

    auth_resource = "kernels"
    # a client that dies closes its socket: it is on the same machine, or the agent stands in for it
    ping_interval = 0
    ping_timeout = 0
    _sending: asyncio.Task[None] | None = None

    def set_default_headers(self) -> None:
        """None: they are for pages."""

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        kernel = kwargs["kernel"]
        kernels: RuntimeKernels = self.settings["kernel_manager"]
        if not await _true(self.authorizer.is_authorized(self, self.current_user, "execute", "kernels")):
            raise web.HTTPError(403)
        if kernel != kernels.runtime_kernel:
            raise web.HTTPError(404, f"No log of kernel {kernel}. POST /ownlab/kernels tells which there is.")
        after = self.get_argument("after", "0")
        if not after.isdigit():
            raise web.HTTPError(400, f"after={after!r} is not a number.")
        self._kernel_log = kernels.kernel_log
        self._after = int(after)
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        super().open(*args, **kwargs)
        self.set_nodelay(True)
        self._follower = Follower(self._kernel_log.journal, self._after, self._send)
        self._sending = asyncio.create_task(self._follow())

    def on_message(self, message: str | bytes) -> None:
        try:
            request = parse(message)
        except NotUnderstood as problem:
            self._follower.answer(self._kernel_log.journal.spool.last, problem=str(problem))
        else:
            self._kernel_log.handle(request, self._follower)

    def on_close(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    async def _follow(self) -> None:
        with suppress(WebSocketClosedError, StreamClosedError):
            await self._follower.run()

    async def _send(self, frame: bytes) -> None:
        await self.write_message(frame)


async def _true(answer: Awaitable[bool] | bool) -> bool:
    return answer if isinstance(answer, bool) else await answer
