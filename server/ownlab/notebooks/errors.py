"""What can go wrong with a document."""

from __future__ import annotations

from ownlab.base.errors import BadInput, Conflict


class OtherGeneration(Conflict):
    """The client's document descends from another one than the server's; merging them would double every cell."""

    code = "other_generation"


class BadMessage(BadInput):
    """A room received bytes that are no message."""

    code = "bad_message"
