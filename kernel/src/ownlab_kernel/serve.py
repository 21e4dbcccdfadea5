"""The process that a runtime is: a Jupyter Server and, from the first moment, its kernel.

    python -P -m ownlab_kernel.serve [options of Jupyter Server]

OWNLAB_LISTEN_FD    number of an inherited listening Unix socket; without it the options say where to listen
OWNLAB_SPOOL        folder of the log
OWNLAB_CONTENT      the user's folder, /content by default
JUPYTER_TOKEN       what a request must carry; kernels do not inherit it
"""

from __future__ import annotations

import sys

if not sys.flags.safe_path:
    # the user's files must not shadow the modules that the server itself loads
    del sys.path[0]

import os
import tempfile
import uuid
from pathlib import Path

from ownlab_kernel import first_kernel

_UNUSED_CHECKS = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "fqdn", "uri_template", "webcolors")
"""What jsonschema loads to check rare formats, and does without. The first takes longer than all the rest."""


def main() -> None:
    """Start the kernel, then load and run the server."""
    take = os.environ.pop
    listen_fd = take("OWNLAB_LISTEN_FD", None)
    content = Path(take("OWNLAB_CONTENT", "/content"))
    token = take("JUPYTER_TOKEN", "")
    folder = Path(os.environ.setdefault("JUPYTER_RUNTIME_DIR", tempfile.mkdtemp(prefix="jrt-")))
    spool = Path(take("OWNLAB_SPOOL", str(folder / "spool")))
    kernel_id = _kept_id(spool)
    first = first_kernel.start(kernel_id, folder, content, os.environ)

    for name in _UNUSED_CHECKS:
        sys.modules[name] = None  # type: ignore[assignment]
    # loaded only now, while the kernel loads too
    from ownlab_kernel.server import Placement, RuntimeServer

    for name in _UNUSED_CHECKS:
        del sys.modules[name]

    server = RuntimeServer.instance()
    server.place(
        Placement(
            content=content,
            spool=spool,
            token=token,
            listen_fd=None if listen_fd is None else int(listen_fd),
            kernel_id=kernel_id,
            first=first,
        )
    )
    server.initialize(sys.argv[1:])
    server.start()


def _kept_id(spool: Path) -> str:
    """The id of the runtime's kernel: the one whose log is in the spool, a new one otherwise."""
    for folder in sorted(spool.glob("*/")):
        return folder.name
    return str(uuid.uuid4())


if __name__ == "__main__":
    main()
