"""The sockets to one life of a kernel: everything it says, and requests to it.

A fresh set is made for every process of the kernel, so that nothing meant for one life reaches the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import zmq
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

from ownlab_kernel.log.channel import Channel, Frames

_RECONNECT_MS = 5
_NUDGE_S = 1.0
_FAREWELL_S = 0.5
_KINDS = {"iopub": zmq.SUB, "shell": zmq.DEALER, "stdin": zmq.DEALER}

Handler = Callable[[str, Frames], None]


class Subscription:
    """Hands every message of iopub, shell and stdin to `on_message(channel, frames)` as soon as it is there.

    Receiving is unlimited: whatever waits in the sockets is kept, however long a turn of the event loop takes, and
    also while `is_blocked()` says that nothing more can be taken.
    """

    def __init__(self, kernel: KernelManager, on_message: Handler, is_blocked: Callable[[], bool]) -> None:
        self.session = Session(key=kernel.session.key, signature_scheme=kernel.session.signature_scheme)
        self.connected = asyncio.Event()
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.shadow(kernel.context)
        self._channels = {
            name: Channel(self._connect(kernel, name, kind), partial(self._take, name), is_blocked)
            for name, kind in _KINDS.items()
        }
        self._disconnected = asyncio.Event()
        self._goodbye: zmq.Socket[bytes] = self._channels["iopub"].socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._loop.add_reader(self._goodbye.fileno(), self._note_goodbye)
        self._nudging = self._loop.create_task(self._nudge())

    def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send a message of `session` to the kernel; it waits in the socket until the kernel listens."""
        self.session.send(self._channels[channel].socket, message)
        self._channels[channel].look_again()

    async def drain(self) -> None:
        """Wait until everything that a process which ended had sent is handed on, half a second at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._disconnected.wait(), _FAREWELL_S)
        while any([channel.read() for channel in self._channels.values()]):  # noqa: ASYNC110 - others have a turn
            await asyncio.sleep(0)

    def close(self) -> None:
        """Let go of the sockets. Repeating it does nothing."""
        if self._goodbye.closed:
            return
        self._nudging.cancel()
        self._loop.remove_reader(self._goodbye.fileno())
        self._channels["iopub"].socket.disable_monitor()
        self._goodbye.close(linger=0)
        for channel in self._channels.values():
            channel.close()

    def _connect(self, kernel: KernelManager, channel: str, kind: int) -> zmq.Socket[bytes]:
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.RCVHWM, 0)
        socket.setsockopt(zmq.SNDHWM, 0)
        # the kernel is often still starting: its sockets do not exist yet
        socket.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            # the kernel asks for input under the identity that asked it to execute
            socket.setsockopt(zmq.IDENTITY, self.session.bsession)
        socket.connect(kernel._make_url(channel))
        return socket

    async def _nudge(self) -> None:
        """Make sure that the subscription holds before anything runs: any message on iopub proves it.

        Our kernel greets every subscriber; one of an older make answers to questions.
        """
        while True:
            try:
                await asyncio.wait_for(self.connected.wait(), _NUDGE_S)
            except TimeoutError:
                self.send("shell", self.session.msg("kernel_info_request"))
            else:
                return

    def _take(self, channel: str, frames: Frames) -> None:
        if channel == "iopub":
            self.connected.set()
        self._on_message(channel, frames)

    def _note_goodbye(self) -> None:
        if self._goodbye.poll(0):
            self._disconnected.set()
