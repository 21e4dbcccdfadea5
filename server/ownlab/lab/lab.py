"""Builds every part of an OwnLab once and passes it to those that need it. There are no globals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ownlab.accounts.accounts import Accounts
from ownlab.agent.client import AgentClient
from ownlab.base.clock import Clock, SystemClock
from ownlab.base.database import Database
from ownlab.base.events import Events
from ownlab.drive.drive import Drive
from ownlab.execution.execution import Execution
from ownlab.execution.outputs import OutputFolder
from ownlab.execution.store import RunStore
from ownlab.lab.files import DriveFiles
from ownlab.lab.options import LabOptions
from ownlab.notebooks.rooms import Rooms
from ownlab.notebooks.store import DocumentStore
from ownlab.runtimes.engines.local import LocalEngine
from ownlab.runtimes.runtimes import Runtimes
from ownlab.runtimes.store import RuntimeStore


@dataclass(frozen=True)
class Lab:
    """The parts of a running OwnLab."""

    options: LabOptions
    database: Database
    events: Events
    accounts: Accounts
    drive: Drive
    runtimes: Runtimes
    rooms: Rooms
    execution: Execution


@asynccontextmanager
async def open_lab(options: LabOptions, agent: AgentClient, clock: Clock | None = None) -> AsyncIterator[Lab]:
    """An OwnLab over this agent: adopts what runs already, and lets it run on at the end of the block."""
    clock = clock or SystemClock()
    options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database.at(options.data / "ownlab.sqlite3")
    await database.migrate()
    events = Events()
    accounts = Accounts(database, clock, options.accounts)
    drive = Drive(database, clock, options.data / "drive")
    runtimes = Runtimes(RuntimeStore(database), LocalEngine(agent), events, clock, options.runtimes)
    rooms = Rooms(DocumentStore(database), DriveFiles(drive, accounts).of_notebook, clock, options.notebooks)
    execution = Execution(
        RunStore(database),
        OutputFolder(options.data / "outputs"),
        rooms,
        runtimes,
        events,
        clock,
        options.execution,
    )
    rooms.connect(execution, execution)
    lab = Lab(options, database, events, accounts, drive, runtimes, rooms, execution)
    try:
        await accounts.local_user()
        await drive.reconcile(await accounts.users())
        await runtimes.open()
        await execution.open()
        yield lab
    finally:
        await rooms.close()
        await execution.close()
        await runtimes.close()
        await database.close()
