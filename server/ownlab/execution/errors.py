"""What can go wrong with running cells."""

from __future__ import annotations

from ownlab.base.errors import BadInput, Conflict, NotFound


class NoSuchCell(NotFound):
    """The document has no such cell."""

    code = "no_such_cell"


class NoSuchRun(NotFound):
    """No run has this id, or its output is not kept any more."""

    code = "no_such_run"


class NothingAsked(Conflict):
    """An input arrived that no run waits for."""

    code = "nothing_asked"


class BadRequestMessage(BadInput):
    """A page sent a message that is none."""

    code = "bad_message"
