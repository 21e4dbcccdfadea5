"""The files of notebooks, for the rooms: opened in their owners' names, because a save outlives the page that asked."""

from __future__ import annotations

from ownlab.accounts.accounts import Accounts
from ownlab.drive.drive import Drive, OpenItem
from ownlab.drive.model import Need


class DriveFiles:
    """Finds the file of a notebook. Access was checked when the room was asked for."""

    def __init__(self, drive: Drive, accounts: Accounts) -> None:
        self._drive = drive
        self._accounts = accounts

    async def of_notebook(self, notebook: str) -> OpenItem:
        owner = await self._accounts.user(await self._drive.owner_of(notebook))
        return await self._drive.open_item(owner, notebook, Need.WRITE)
