"""The one family of errors that reaches a user, in one shape."""

from __future__ import annotations

from typing import Any, ClassVar


class LabError(Exception):
    """Something a caller may handle, told in one sentence that says what to do.

    Subclasses set `status` (HTTP), `code` (stable, snake_case) and pass typed fields by keyword; the fields travel
    to the client beside the message.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class NotFound(LabError):
    """The thing asked for does not exist, or the caller may not know that it does."""

    status = 404
    code = "not_found"


class BadInput(LabError):
    """What the caller sent can not be used as it is."""

    status = 400
    code = "bad_input"


class Conflict(LabError):
    """The request does not fit the present state of the thing."""

    status = 409
    code = "conflict"


class Unavailable(LabError):
    """A part that is needed does not answer now; the same call may work later."""

    status = 503
    code = "unavailable"
