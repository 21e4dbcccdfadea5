"""The agent's socket, and starting the agent."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import aiohttp
import pytest

from ownlab.agent.client import AgentClient, AgentOptions, ensure_agent
from ownlab.agent.errors import AgentOutdated, AgentUnreachable, BadMessage
from ownlab.agent.model import PROTOCOL, AgentStatus


@pytest.fixture
async def options(tmp_path: Path) -> AsyncIterator[AgentOptions]:
    """Of an agent whose folder has a long name: longer than a socket's may be."""
    data = tmp_path / ("long" * 20) / ("name" * 10)
    options = AgentOptions(data=data)
    yield options
    try:
        await AgentClient(options.socket).shutdown()
    except AgentUnreachable:
        return


async def test_an_agent_is_started_when_none_answers(options: AgentOptions) -> None:
    client = await ensure_agent(options)
    status = await client.status()
    assert (status.protocol, status.runtimes) == (PROTOCOL, 0)


async def test_an_agent_that_answers_is_used(options: AgentOptions) -> None:
    first = await (await ensure_agent(options)).status()
    assert (await (await ensure_agent(options)).status()).pid == first.pid


async def test_of_several_starts_at_once_one_agent_comes(options: AgentOptions) -> None:
    clients = await asyncio.gather(*(ensure_agent(options) for _ in range(4)))
    assert len({(await client.status()).pid for client in clients}) == 1


async def test_nobody_else_can_enter_the_agents_folder(options: AgentOptions) -> None:
    await ensure_agent(options)
    assert options.folder.stat().st_mode & 0o777 == 0o700
    assert options.socket.stat().st_mode & 0o777 == 0o600


async def test_the_agent_outlives_whoever_started_it(options: AgentOptions) -> None:
    status = await (await ensure_agent(options)).status()
    fields = Path(f"/proc/{status.pid}/stat").read_text().rpartition(")")[2].split()
    parent, session = int(fields[1]), int(fields[3])
    assert parent != os.getpid()
    assert session == status.pid


async def test_an_agent_that_can_not_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "agent").mkdir()
    (tmp_path / "data" / "agent" / "agent.sock").mkdir()
    with pytest.raises(AgentUnreachable, match=r"did not start: IsADirectoryError.*agent\.log"):
        await ensure_agent(AgentOptions(data=tmp_path / "data"))


async def test_no_agent_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(AgentUnreachable, match="No agent answers"):
        await AgentClient(tmp_path / "agent.sock").status()


async def test_an_outdated_agent_with_runtimes_is_left_alone(tmp_path: Path) -> None:
    options = AgentOptions(data=tmp_path)
    options.folder.mkdir()
    status = AgentStatus(pid=1, version="0.0.1", protocol=PROTOCOL + 1, isolation="full", runtimes=2)
    asked = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(json.loads(await reader.readline())["op"])
        writer.write(json.dumps({"ok": asdict(status)}).encode() + b"\n")
        writer.close()

    async with await asyncio.start_unix_server(answer, options.socket):
        with pytest.raises(AgentOutdated, match="keeps 2 runtimes"):
            await ensure_agent(options)
    assert asked == ["status"]


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"op": 5}', b'{"op": "dance"}', b'{"op": "usage"}'])
async def test_a_message_that_makes_no_sense_is_answered(options: AgentOptions, line: bytes) -> None:
    await ensure_agent(options)
    folder = os.open(options.folder, os.O_PATH)
    try:
        reader, writer = await asyncio.open_unix_connection(f"/proc/self/fd/{folder}/agent.sock")
    finally:
        os.close(folder)
    writer.write(line + b"\n")
    answer = json.loads(await reader.read())
    writer.close()
    assert answer["error"]["code"] == BadMessage.code


async def test_a_request_to_no_runtime_is_a_connection_error(options: AgentOptions) -> None:
    client = await ensure_agent(options)
    async with aiohttp.ClientSession(connector=client.connector("none")) as session:
        with pytest.raises(aiohttp.ClientConnectionError, match="no runtime 'none'"):
            await session.get("http://runtime/api")
