"""What to change in the database so that it tells what is on disk, whenever the two were parted by a crash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ownlab.base.ids import new_id
from ownlab.drive.disk import Found
from ownlab.drive.model import Item, Kind, Path
from ownlab.drive.names import kind_of

_CLOCKS_DIFFER = timedelta(seconds=1)


@dataclass
class Differences:
    """What the database does not know yet."""

    new: list[Item] = field(default_factory=list)
    """Files without a row; folders come before what is in them."""
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Columns to set, by item id."""
    trashed: list[str] = field(default_factory=list)


def differences(
    root: Item, items: Collection[Item], found: Mapping[Path, Found], in_trash: Collection[str], now: datetime
) -> Differences:
    """Compare the items of a drive (the trashed left out) with what is on its disk.

    Nothing is ever deleted: an item whose file is gone is marked missing, and one whose file lies in the trash
    trashed. A rename that a crash cut short is completed or taken back, whichever the disk says.
    """
    result = Differences()
    rows: dict[str | None, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.renaming_to is None, item.missing)):
        rows[item.parent].append(item)
    owners: dict[Path, str] = {(): root.id}

    def visit(folder: Item, path: Path) -> None:
        for item in rows[folder.id]:
            values = _settled_rename(item, path, found)
            here = (*path, values.get("name", item.name))
            file = found.get(here)
            if file is not None and here not in owners and file.is_folder == (item.kind is Kind.FOLDER):
                owners[here] = item.id
                values |= _as_found(item, file)
            elif item.id in in_trash:
                result.trashed.append(item.id)
                continue
            elif not item.missing:
                values["missing"] = True
            if values:
                result.changed[item.id] = values
            visit(item, here)

    visit(root, ())
    for path, file in found.items():
        if path not in owners and path[:-1] in owners:
            kind = Kind.FOLDER if file.is_folder else kind_of(path[-1])
            item = Item(
                new_id(), root.owner, owners[path[:-1]], path[-1], kind, min(file.modified_at, now), file.modified_at
            )
            owners[path] = item.id
            result.new.append(item)
    return result


def _settled_rename(item: Item, path: Path, found: Mapping[Path, Found]) -> dict[str, Any]:
    if item.renaming_to is None:
        return {}
    happened = (*path, item.renaming_to) in found and (*path, item.name) not in found
    return {"renaming_to": None, **({"name": item.renaming_to} if happened else {})}


def _as_found(item: Item, file: Found) -> dict[str, Any]:
    values: dict[str, Any] = {"missing": False} if item.missing else {}
    if not file.is_folder and file.modified_at > item.modified_at + _CLOCKS_DIFFER:
        values["modified_at"] = file.modified_at
    return values
