"""What can go wrong with a runtime."""

from __future__ import annotations

from ownlab.base.errors import NotFound, Unavailable


class NoRuntime(NotFound):
    """The notebook has no runtime."""

    code = "no_runtime"


class RuntimeUnreachable(Unavailable):
    """The runtime or its agent does not answer."""

    code = "runtime_unreachable"
