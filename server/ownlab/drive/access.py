"""Who may do what with an item."""

from __future__ import annotations

from ownlab.accounts.model import User
from ownlab.drive.model import Item, Need


def most_allowed(caller: User, item: Item) -> Need | None:
    """The most that caller may do with item; None where caller may not even know of it."""
    return Need.OWN if item.owner == caller.id else None
