"""One ZeroMQ socket on the event loop: every message is handed on in the turn in which it is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

import zmq

log = logging.getLogger(__name__)

_TURN_S = 0.005
_BLOCKED_S = 0.25

Frames = Sequence[bytes]


class Channel:
    """Reads a socket to the end whenever something came, 5 ms at a time, and not at all while `is_blocked()`."""

    def __init__(
        self, socket: zmq.Socket[bytes], on_frames: Callable[[Frames], None], is_blocked: Callable[[], bool]
    ) -> None:
        self.socket = socket
        self._on_frames = on_frames
        self._is_blocked = is_blocked
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(socket.fileno(), self._pump)
        self._again: asyncio.Handle | None = None
        self.look_again()

    def look_again(self) -> None:
        """Read soon: after a send, or a turn that was cut short, the descriptor does not tell what is there."""
        if self._again is None:
            self._again = self._loop.call_soon(self._pump)

    def read(self) -> bool:
        """Hand on what is there, for one turn; whether something may be left."""
        deadline = self._loop.time() + _TURN_S
        while True:
            for _ in range(20):
                try:
                    frames = self.socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    return False
                try:
                    self._on_frames(frames)
                except (ValueError, KeyError, TypeError, IndexError):
                    log.warning("A message of the kernel could not be read.", exc_info=True)
            if self._loop.time() > deadline:
                return True

    def close(self) -> None:
        if self._again is not None:
            self._again.cancel()
        self._loop.remove_reader(self.socket.fileno())
        self.socket.close(linger=0)

    def _pump(self) -> None:
        self._again = None
        if self._is_blocked():
            self._again = self._loop.call_later(_BLOCKED_S, self._pump)
        elif self.read():
            self.look_again()
