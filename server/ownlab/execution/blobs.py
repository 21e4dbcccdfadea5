"""Large MIME payloads of a notebook's outputs, each in a file named by its sha256."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from pathlib import Path

from ownlab.base.errors import NotFound
from ownlab.base.files import open_beneath

_NAME = re.compile(r"[0-9a-f]{64}")


class NoSuchBlob(NotFound):
    """No output of this notebook has this payload, or it is not kept any more."""

    code = "no_such_blob"


class Blobs:
    """The payloads of one notebook. They can be made again from the logs, so they are not synced to disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep content and return its name. Whoever reads it sees all of it or none."""
        name = hashlib.sha256(content).hexdigest()
        path = self.folder / name
        try:
            if path.stat().st_size == len(content):
                return name
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.folder / f".{name[:16]}.{secrets.token_hex(4)}.tmp"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return name

    def open(self, name: str) -> int:
        """A descriptor of a payload's file, for reading; the caller closes it.

        Raises:
            NoSuchBlob: there is none of this name.
        """
        if _NAME.fullmatch(name) is None:
            raise NoSuchBlob(f"{name!r} is not the name of an output. Reload the page.")
        try:
            return open_beneath(self.folder, name, follow_links=False)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                raise
            raise NoSuchBlob("This output is not kept any more. Run the cell again.") from None

    def read(self, name: str) -> bytes:
        """A payload.

        Raises:
            NoSuchBlob: there is none of this name.
        """
        with os.fdopen(self.open(name), "rb") as file:
            return file.read()
