"""The agent's options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ownlab.base.options import option


@dataclass(frozen=True)
class AgentOptions:
    """Where the agent keeps its things and how strict it is."""

    data: Path = option(Path("~/.local/share/ownlab"), "Folder that holds everything OwnLab keeps.")
    users: str = option("one", "`one` or `many`. With many, runtimes start only in full isolation.")
    network_allow: str = option(
        "",
        "Networks that runtimes may reach although they are private, such as a package index: 10.1.2.0/24,10.9.0.5/32.",
    )
    environments_folder: str = option(
        "", "Folder of the environments; the data folder's own if empty.", name="OWNLAB_ENVIRONMENTS"
    )

    @property
    def folder(self) -> Path:
        """The agent's own folder."""
        return self.data.expanduser() / "agent"

    @property
    def socket(self) -> Path:
        return self.folder / "agent.sock"

    @property
    def log(self) -> Path:
        return self.folder / "agent.log"

    @property
    def environments(self) -> Path:
        named = self.environments_folder
        return Path(named).expanduser() if named else self.data.expanduser() / "environments"
