"""What can go wrong with signing in."""

from __future__ import annotations

from typing import ClassVar

from ownlab.base.errors import LabError, NotFound


class NotSignedIn(LabError):
    """The request carries no session, or one that ended."""

    status = 401
    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("You are not signed in. Run `ownlab link` on the machine that runs OwnLab and open the link.")


class LinkUnusable(LabError):
    """A sign-in link does not, or no longer, sign in."""

    status = 403
    code = "link_unusable"
    what: ClassVar[str] = "does not belong to this OwnLab, or not all of it was copied"

    def __init__(self) -> None:
        super().__init__(f"This link {self.what}. Run `ownlab link` to get a new one.")


class LinkUsed(LinkUnusable):
    code = "link_used"
    what = "was used already: it signs in once"


class LinkExpired(LinkUnusable):
    code = "link_expired"
    what = "is too old"


class NoSuchUser(NotFound):
    code = "no_such_user"

    def __init__(self, user: str) -> None:
        super().__init__(f"There is no user {user!r}.", user=user)
