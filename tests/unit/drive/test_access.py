"""Who may do what."""

from __future__ import annotations

from ownlab.accounts.model import User
from ownlab.drive.access import most_allowed
from ownlab.drive.model import Item, Kind, Need


def test_the_owner_may_everything_and_nobody_else_anything(ada: User, eve: User) -> None:
    item = Item("i", ada.id, "root", "a.ipynb", Kind.NOTEBOOK, ada.created_at, ada.created_at)
    assert most_allowed(ada, item) is Need.OWN
    assert most_allowed(eve, item) is None


def test_who_has_the_same_name_is_still_somebody_else(ada: User) -> None:
    item = Item("i", ada.id, "root", "a.ipynb", Kind.NOTEBOOK, ada.created_at, ada.created_at)
    assert most_allowed(User("other", ada.name, ada.email, ada.created_at), item) is None
