"""`ownlab link`: another sign-in link for a server that runs."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ownlab.base.errors import Unavailable

if TYPE_CHECKING:
    from ownlab.lab.options import LabOptions

ADDRESS = "address"
"""The file in the data folder that tells where the server listens."""


def link(
    data: Annotated[Path | None, typer.Option(help="The folder that holds everything OwnLab keeps.")] = None,
) -> None:
    """Print a link that signs in once, for the server that runs."""
    from ownlab.lab.options import read_options

    options = read_options(os.environ, data)
    print(asyncio.run(_new_link(options)))  # noqa: T201


async def _new_link(options: LabOptions) -> str:
    from ownlab.accounts.accounts import Accounts
    from ownlab.base.clock import SystemClock
    from ownlab.base.database import Database

    try:
        address = (options.data / ADDRESS).read_text()
    except FileNotFoundError:
        raise Unavailable(f"No server keeps its things in {options.data}. Start one: ownlab serve") from None
    database = Database.at(options.data / "ownlab.sqlite3")
    try:
        accounts = Accounts(database, SystemClock(), options.accounts)
        token = await accounts.one_time_token(await accounts.local_user())
    finally:
        await database.close()
    return f"{address}/signin?token={token}"
