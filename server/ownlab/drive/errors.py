"""What can go wrong in a drive."""

from __future__ import annotations

from ownlab.base.errors import BadInput, Conflict, LabError, NotFound
from ownlab.drive.model import Need


class NoSuchItem(NotFound):
    """There is no such item, it is in the trash, or the caller may not know of it: an outsider can not tell which."""

    code = "no_such_item"

    def __init__(self, id: str) -> None:
        super().__init__("There is no such file in your Drive. It may have been deleted.", id=id)


class NotAllowed(LabError):
    """The caller may see the item, and no more than that."""

    status = 403
    code = "not_allowed"

    def __init__(self, name: str, need: Need) -> None:
        deed = {Need.READ: "read", Need.WRITE: "change", Need.OWN: "manage"}[need]
        super().__init__(
            f"You may not {deed} {name!r}. Ask its owner, or make a copy.", name=name, need=need.name.lower()
        )


class ItemMissing(NotFound):
    """The item is known, its file is gone from the disk."""

    code = "item_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"The file of {name!r} is gone from the disk. Put it back, or delete the item.", name=name)


class BadName(BadInput):
    """A name that no file can have."""

    code = "bad_name"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name!r} can not be a file name: {reason}. Choose another.", name=name)


class NameTaken(Conflict):
    """Something else in the folder has this name, or one that differs in case only."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a {name!r} in this folder already. Choose another name.", name=name)


class NotAFolder(BadInput):
    """Something was to be put into what is not a folder."""

    code = "not_a_folder"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is not a folder. Choose one.", name=name)


class NotAFile(BadInput):
    """Contents were asked of what has none."""

    code = "not_a_file"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is not a file. Open what is in it instead.", name=name)


class DiskRefused(LabError):
    """The disk did not take what was to be stored."""

    status = 507
    code = "disk_refused"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name!r} could not be stored: {reason}. Make room or mend the disk, then try again.", name=name
        )
