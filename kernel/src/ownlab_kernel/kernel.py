"""The kernel: ipykernel, which keeps what it has to say until it is heard.

python -m ownlab_kernel.kernel -f CONNECTION_FILE
"""

from __future__ import annotations

import sys

if not sys.flags.safe_path:
    # the user's files must not shadow the modules that the kernel itself loads; IPython puts them behind those
    del sys.path[0]

import signal
from typing import Any

# an interrupt during the imports would kill the kernel instead of a cell
signal.signal(signal.SIGINT, signal.SIG_IGN)

import zmq  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402

from ownlab_kernel import removed_names  # noqa: E402


class RuntimeKernelApp(IPKernelApp):
    """ipykernel with an output socket that drops nothing and greets every subscriber."""

    def _bind_socket(self, s: zmq.Socket[Any], port: int) -> Any:
        if s.type in (zmq.PUB, zmq.XPUB):
            s.setsockopt(zmq.SNDHWM, 0)
        if s.type == zmq.XPUB:
            s.setsockopt(zmq.XPUB_VERBOSE, 1)
        return super()._bind_socket(s, port)  # type: ignore[no-untyped-call]


def main() -> None:
    removed_names.install()
    app = RuntimeKernelApp.instance()
    app.config.HistoryManager.hist_file = ":memory:"
    app.initialize()  # type: ignore[no-untyped-call]
    app.start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
