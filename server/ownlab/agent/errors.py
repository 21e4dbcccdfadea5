"""What can go wrong between the control plane, the agent and a sandbox."""

from __future__ import annotations

from ownlab.base.errors import BadInput, Conflict, LabError, NotFound, Unavailable


class AgentUnreachable(Unavailable):
    """No agent answers on its socket."""

    code = "agent_unreachable"


class AgentOutdated(Conflict):
    """The agent that runs speaks another protocol and still has runtimes that would be lost."""

    code = "agent_outdated"


class IsolationTooWeak(LabError):
    """This machine can not separate users well enough for what was asked."""

    status = 403
    code = "isolation_too_weak"


class LaunchFailed(LabError):
    """The sandbox did not start; `log` holds its last words."""

    code = "launch_failed"


class NoSuchRuntime(NotFound):
    """The agent has no runtime of this id."""

    code = "no_such_runtime"


class RuntimeEnded(Conflict):
    """The runtime's sandbox is not alive any more."""

    code = "runtime_ended"


class EnvironmentMissing(NotFound):
    """The environment was never built, or not in this version."""

    code = "environment_missing"


class EnvironmentBuildFailed(LabError):
    """An environment could not be built; nothing of it was left behind."""

    code = "environment_build_failed"


class BadMessage(BadInput):
    """The agent did not understand a message."""

    code = "bad_message"


_CLASSES: dict[str, type[LabError]] = {
    kind.code: kind
    for kind in (
        AgentUnreachable,
        AgentOutdated,
        IsolationTooWeak,
        LaunchFailed,
        NoSuchRuntime,
        RuntimeEnded,
        EnvironmentMissing,
        EnvironmentBuildFailed,
        BadMessage,
    )
}


def from_wire(error: dict[str, object]) -> LabError:
    """The error that the agent raised, as the same class on this side of the socket."""
    kind = _CLASSES.get(str(error.get("code")), LabError)
    fields = error.get("fields")
    return kind(str(error.get("message")), **(fields if isinstance(fields, dict) else {}))
