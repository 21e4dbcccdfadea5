"""The engine of this machine: every runtime runs under the machine's own agent."""

from __future__ import annotations

import aiohttp

from ownlab.agent.client import AgentClient, Launch
from ownlab.runtimes.engines.engine import Placed
from ownlab.runtimes.model import Runtime, Shape


class LocalEngine:
    """Places runtimes under one agent."""

    def __init__(self, agent: AgentClient) -> None:
        self._agent = agent

    async def start(self, runtime: Runtime, shape: Shape) -> None:
        await self._agent.launch(
            Launch(
                runtime=runtime.id,
                environment=runtime.environment,
                token=runtime.token,
                seed=shape.seed,
                memory_bytes=shape.memory_bytes,
            )
        )

    async def stop(self, runtime: str) -> None:
        await self._agent.stop(runtime)

    async def placed(self) -> list[Placed]:
        return [
            Placed(status.id, status.alive, status.exit.reason if status.exit else "")
            for status in await self._agent.runtimes()
        ]

    async def memory_bytes(self, runtime: str) -> int:
        return (await self._agent.usage(runtime)).memory_bytes

    def connector(self, runtime: str) -> aiohttp.BaseConnector:
        return self._agent.connector(runtime)
