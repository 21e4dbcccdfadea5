"""The network between a browser and the server, which a test can pull out, cut and freeze."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

_BLOCK = 64 * 1024


class Cable:
    """A TCP proxy on a port of its own. Open OwnLab through `url`."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        return len(self._ends) // 2

    async def plug_in(self) -> None:
        """Let connections through, on the same port each time."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def pull_out(self) -> None:
        """Break every connection, and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """Break every connection without a farewell: both ends get a reset."""
        for end in self._ends:
            connection = end.get_extra_info("socket")
            if connection is not None:
                with contextlib.suppress(OSError):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()

    def freeze(self) -> None:
        """Carry nothing more, and tell nobody: what a firewall does that has forgotten a connection."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, there_writer}
        self._ends |= ends
        try:
            await asyncio.gather(self._carry(reader, there_writer), self._carry(there_reader, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while block := await reader.read(_BLOCK):
                await self._flowing.wait()
                writer.write(block)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()
