"""The log of the runtime's kernel through all its lives: what it says, what happens to it, what it is asked."""

from __future__ import annotations

import asyncio
from collections import deque

from jupyter_client.manager import KernelManager

from ownlab_kernel.log.entries import happened
from ownlab_kernel.log.follower import Follower
from ownlab_kernel.log.journal import Journal
from ownlab_kernel.log.life import Life, OnState
from ownlab_kernel.log.requests import Acknowledge, Input, Run
from ownlab_kernel.log.spool import Spool


class KernelLog:
    """One log for all processes of a kernel; `began`, `ending` and `ended` tell it where one stops and the next is.

    A run that was accepted belongs to the process of that moment: the next "kernel" entry ends it. So a request that
    comes between two processes waits and is accepted by the second.
    """

    def __init__(self, spool: Spool, loop: asyncio.AbstractEventLoop, on_state: OnState) -> None:
        self.journal = Journal(spool, loop)
        self._spool = spool
        self._on_state = on_state
        self._life: Life | None = None
        self._is_ending = False
        self._is_over = False
        self._waiting: deque[tuple[Run, Follower]] = deque()

    def began(self, kernel: KernelManager, state: str) -> None:
        """A process of the kernel was started: the first ("started") or one in place of another ("restarted")."""
        if self._life is not None:
            self._life.close()
        self._record(state)
        self._life = Life(kernel, self.journal, self._on_state)
        self._is_ending = self._is_over = False
        while self._waiting:
            self._run(*self._waiting.popleft())

    def ending(self) -> None:
        """The process is about to be ended on purpose."""
        self._is_ending = True

    async def ended(self, *, for_good: bool) -> None:
        """The process is gone, and no other follows if `for_good`."""
        self._is_ending = True
        if self._life is not None:
            life, self._life = self._life, None
            await life.drain()
            life.close()
        if for_good and not self._is_over:
            self._record("died")
            self.gave_up()

    async def died(self) -> None:
        """The process ended by itself; Jupyter will start another."""
        await self.ended(for_good=False)
        self._record("died")

    def gave_up(self) -> None:
        """No process follows the one that ended last, until somebody asks for one."""
        self._is_over = True
        while self._waiting:
            self._run(*self._waiting.popleft())

    def handle(self, request: Run | Input | Acknowledge, follower: Follower) -> None:
        """Do what a client asks for."""
        match request:
            case Run():
                self._run(request, follower)
            case Input():
                if self._life is None or not self._life.answer(request):
                    self._refuse(follower, f"Run {request.run} does not wait for input.")
            case Acknowledge():
                self._spool.acknowledge(request.number)

    def _run(self, run: Run, follower: Follower) -> None:
        accepted_at = self._spool.accepted_at(run.run)
        if accepted_at is not None:
            follower.answer(self._spool.last, accepted=run.run, known=True, n=accepted_at)
        elif self._is_over:
            self._refuse(follower, f"Run {run.run} was not started: the kernel is gone.")
        elif self._life is None or self._is_ending:
            self._waiting.append((run, follower))
        else:
            try:
                accepted_at = self._spool.accept(run.run)
            except OSError as error:
                self._refuse(follower, f"Run {run.run} was not started: its id can not be kept ({error.strerror}).")
                return
            self._life.execute(run)
            follower.answer(accepted_at, accepted=run.run, known=False, n=accepted_at)

    def _refuse(self, follower: Follower, problem: str) -> None:
        follower.answer(self._spool.last, problem=problem)

    def _record(self, state: str) -> None:
        self.journal.add(happened(state))
        self.journal.commit()
