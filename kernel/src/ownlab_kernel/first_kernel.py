"""The first kernel of a runtime, started before the server has imported itself: both then load side by side.

Needs only the standard library.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CHANNELS = ("shell", "iopub", "stdin", "hb", "control")


@dataclass(frozen=True)
class FirstKernel:
    """A process that already starts, and the file that says how to reach it."""

    id: str
    process: subprocess.Popen[bytes]
    connection_file: str

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


def start(id: str, folder: Path, content: Path, environment: Mapping[str, str]) -> FirstKernel:
    """Start the kernel with this id; its connection file lies in folder, as Jupyter would name it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"kernel-{id}.json"
    connection = {
        "transport": "ipc",
        "ip": str(file.with_suffix("")) + "-ipc",
        "key": secrets.token_hex(32),
        "signature_scheme": "hmac-sha256",
        "kernel_name": "python3",
        **{f"{channel}_port": number for number, channel in enumerate(_CHANNELS, 1)},
    }
    for number in range(1, len(_CHANNELS) + 1):
        Path(f"{connection['ip']}-{number}").unlink(missing_ok=True)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(connection, out)
    process = subprocess.Popen(
        [sys.executable, "-m", "ownlab_kernel.kernel", "-f", str(file)],
        stdin=subprocess.DEVNULL,
        cwd=content,
        env={**environment, "JPY_PARENT_PID": str(os.getpid())},
        start_new_session=True,
    )
    return FirstKernel(id, process, str(file))
