"""All options of an OwnLab, and where it keeps its things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ownlab.accounts.options import AccountsOptions
from ownlab.agent.options import AgentOptions
from ownlab.base.options import option, read
from ownlab.execution.options import ExecutionOptions
from ownlab.notebooks.options import NotebooksOptions
from ownlab.runtimes.options import RuntimesOptions


@dataclass(frozen=True)
class ServerOptions:
    """Where OwnLab listens."""

    host: str = option("127.0.0.1", "address to listen on")
    port: int = option(8765, "port to listen on; 0 for any free one")
    allowed_hosts: str = option("", "further host names under which the page may be opened, separated by commas")


@dataclass(frozen=True)
class LabOptions:
    """Everything that can be set."""

    data: Path
    server: ServerOptions = field(default_factory=ServerOptions)
    accounts: AccountsOptions = field(default_factory=AccountsOptions)
    agent: AgentOptions = field(default_factory=AgentOptions)
    runtimes: RuntimesOptions = field(default_factory=RuntimesOptions)
    notebooks: NotebooksOptions = field(default_factory=NotebooksOptions)
    execution: ExecutionOptions = field(default_factory=ExecutionOptions)


def default_data(environment: Mapping[str, str]) -> Path:
    """The data folder that OWNLAB_DATA names, or the one below the home folder."""
    named = environment.get("OWNLAB_DATA")
    return Path(named).expanduser().absolute() if named else Path.home() / ".local" / "share" / "ownlab"


def read_options(environment: Mapping[str, str], data: Path | None = None, **server: Any) -> LabOptions:
    """All options from the environment; what is given wins."""
    data = data or default_data(environment)
    return LabOptions(
        data=data,
        server=read(ServerOptions, environment, **server),
        accounts=read(AccountsOptions, environment),
        agent=read(AgentOptions, environment, data=data),
        runtimes=read(RuntimesOptions, environment),
        notebooks=read(NotebooksOptions, environment),
        execution=read(ExecutionOptions, environment),
    )
