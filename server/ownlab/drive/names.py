"""Names of items: which can be, which are the same, which is free."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from itertools import count

from ownlab.drive.errors import BadName
from ownlab.drive.model import Kind

NOTEBOOK_SUFFIX = ".ipynb"
UNTITLED = f"Untitled{NOTEBOOK_SUFFIX}"

_MOST_BYTES = 255
_LONGEST_EXTENSION = 32


def valid_name(name: str) -> str:
    """The name as it is stored: NFC, without blanks around it.

    Raises:
        BadName: no file can have it, or one that has it would be hidden.
    """
    clean = unicodedata.normalize("NFC", name).strip()
    if reason := _fault(clean):
        raise BadName(clean[:80].encode("utf-8", "replace").decode(), reason)
    return clean


def key(name: str) -> str:
    """What two names have in common when they may not stand in one folder: they differ in case or coding only."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def kind_of(name: str) -> Kind:
    """What a file of this name is."""
    return Kind.NOTEBOOK if name.lower().endswith(NOTEBOOK_SUFFIX) else Kind.FILE


def named_like(wanted: str, kind: Kind, old: str = "") -> str:
    """The wanted name, completed so that an item of this kind stays of this kind and keeps an extension.

    Raises:
        BadName: as `valid_name`.
    """
    name = valid_name(wanted)
    if kind is Kind.NOTEBOOK:
        return name if kind_of(name) is kind else valid_name(name + NOTEBOOK_SUFFIX)
    if kind is Kind.FILE and (not _split(name)[1] or kind_of(name) is not kind):
        extension = _split(old)[1]
        if kind_of(name) is not kind and not extension:
            raise BadName(name, "only a notebook can end in .ipynb")
        return valid_name(name + extension)
    return name


def free_name(wanted: str, taken: Container[str]) -> str:
    """wanted, or wanted with the lowest number that makes its `key` free; as long as names can be."""
    if key(wanted) not in taken:
        return wanted
    stem, extension = _split(wanted)
    for number in count(1):
        ending = f"{number}{extension}" if wanted == UNTITLED else f" ({number}){extension}"
        name = _cut(stem, _MOST_BYTES - len(ending.encode())) + ending
        if key(name) not in taken:
            return name
    raise AssertionError("unreachable")


def _fault(name: str) -> str:
    if not name:
        return "it is empty"
    if "/" in name:
        return "it holds a slash"
    if name.startswith("."):
        return "it starts with a dot"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "it holds a character that can not be shown"
    if (size := len(name.encode())) > _MOST_BYTES:
        return f"it is {size} bytes long, {_MOST_BYTES} are possible"
    return ""


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    return (stem, dot + extension) if stem and len(extension.encode()) < _LONGEST_EXTENSION else (name, "")


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode("utf-8", "ignore").rstrip()
