"""The Jupyter Server extension that keeps the log of the runtime's kernel and hands it out."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "ownlab_kernel.log"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from jupyter_server.utils import url_path_join

    from ownlab_kernel.log.handlers import KernelsHandler, LogHandler

    base = server.web_app.settings["base_url"]
    server.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, "/ownlab/kernels"), KernelsHandler),
            (url_path_join(base, r"/ownlab/kernels/(?P<kernel>[^/]+)/log"), LogHandler),
        ],
    )
