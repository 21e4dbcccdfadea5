"""Notebooks on the wire: HTTP bodies and the messages of a room that concern the document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class NotebookItem(BaseModel):
    """A notebook in a list."""

    id: str
    title: str = Field(description="the file name, with .ipynb")
    created_at: datetime
    modified_at: datetime
    opened_at: datetime | None
    running: bool = Field(default=False, description="whether a runtime is attached")


class NotebookList(BaseModel):
    notebooks: list[NotebookItem]


class NewNotebook(BaseModel):
    title: str | None = Field(default=None, description="Untitled.ipynb, with a number where that is taken, if absent")


class RenameNotebook(BaseModel):
    title: str = Field(min_length=1, max_length=200)


class Problem(BaseModel):
    """The one shape of every error."""

    code: str
    message: str
    fields: dict[str, object] = {}


class Hello(BaseModel):
    """The first message of a room. A client that holds a document of another generation must drop it."""

    kind: Literal["hello"] = "hello"
    generation: str
    client: str
    title: str
    version: str = Field(description="of the server; a page built for another one reloads")


class Stored(BaseModel):
    """The first `frames` document updates that this connection sent are on disk."""

    kind: Literal["stored"] = "stored"
    frames: int


class Saved(BaseModel):
    """The `.ipynb` file holds everything that was stored until then."""

    kind: Literal["saved"] = "saved"
    at: datetime


class SaveFailed(BaseModel):
    """The `.ipynb` could not be written. Nothing typed is lost; saving is tried again."""

    kind: Literal["save_failed"] = "save_failed"
    message: str


class Renamed(BaseModel):
    kind: Literal["renamed"] = "renamed"
    title: str


class Reply(BaseModel):
    """The answer to the request with this id."""

    kind: Literal["reply"] = "reply"
    id: int
    problem: Problem | None = None
