"""What lies in a drive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What an item is. It never changes."""

    FOLDER = "folder"
    NOTEBOOK = "notebook"
    FILE = "file"


class Need(IntEnum):
    """What somebody wants to do with an item; each includes those before it."""

    READ = 1
    WRITE = 2
    OWN = 3


@dataclass(frozen=True)
class Item:
    """A folder, notebook or file. Its id stays when it is renamed."""

    id: str
    owner: str
    parent: str | None
    """The folder it is in; None for the root of a drive."""
    name: str
    kind: Kind
    created_at: datetime
    modified_at: datetime
    opened_at: datetime | None = None
    trashed_at: datetime | None = None
    missing: bool = False
    """Whether its file was not there when it was last looked for; it comes back by being written."""
    renaming_to: str | None = None
    """The name it is being given on disk at this moment."""


Path = tuple[str, ...]
"""Where an item lies below the root of its drive: the names of its folders, then its own."""
