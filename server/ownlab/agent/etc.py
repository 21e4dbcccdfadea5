"""The /etc of sandboxes: written by us, with what programs need and nothing of this machine's secrets or users."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ownlab.base.files import write_atomically

_WRITTEN = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "shells": "/bin/sh\n/bin/bash\n",
    "hostname": "ownlab\n",
    "hosts": "127.0.0.1 localhost ownlab\n::1 localhost\n",
    "resolv.conf": "nameserver 10.0.2.3\noptions timeout:2\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
}
COPIED = (
    "alternatives",
    "bash.bashrc",
    "ca-certificates",
    "debian_version",
    "fonts",
    "inputrc",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "localtime",
    "magic",
    "mime.types",
    "os-release",
    "pki/ca-trust/extracted",
    "pki/tls/certs",
    "profile",
    "protocols",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "timezone",
)
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def write_etc(folder: Path, system: Path = Path("/etc")) -> None:
    """Make this new folder from the machine's /etc."""
    folder.mkdir(parents=True)
    for name in COPIED:
        _copy(system / name, folder / name)
    for name, text in _WRITTEN.items():
        (folder / name).write_text(text)
    (folder / "mtab").symlink_to("/proc/self/mounts")
    _make_readable(folder)


def keep_current(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of this folder that differ; sandboxes that have it mounted see the change."""
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            if not path.parent.exists():
                path.parent.mkdir()
                path.parent.chmod(0o755)
            write_atomically(path, text.encode(), mode=0o644)
            path.chmod(0o644)


def certificate_bundles(folder: Path, environment: Mapping[str, str], pip_cert: Path | None) -> dict[str, str]:
    """Bring the CA bundles that this machine is told to use: variable -> path inside. `PIP_CERT` for pip's."""
    wanted = {name: Path(environment[name]) for name in _BUNDLES if environment.get(name)}
    if pip_cert is not None:
        wanted["PIP_CERT"] = pip_cert
    found = {}
    for name, path in wanted.items():
        inside = folder / "ssl" / f"{name.lower()}.pem"
        if path.is_file():
            keep_current(folder, {f"ssl/{inside.name}": path.read_text()})
            found[name] = f"/etc/ssl/{inside.name}"
    return found


def _copy(source: Path, target: Path) -> None:
    try:
        if source.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target, symlinks=True, ignore_dangling_symlinks=True)
        elif source.is_symlink() and source.resolve().is_relative_to("/usr"):
            target.symlink_to(source.readlink())
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    except (OSError, shutil.Error):
        # What this user may not read is not for a sandbox either.
        return


def _make_readable(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        os.chmod(parent, 0o755)  # noqa: S103
        for file in _regular(parent, files):
            os.chmod(file, 0o644)


def _regular(parent: str, names: Iterable[str]) -> Iterable[str]:
    return (path for path in (os.path.join(parent, name) for name in names) if not os.path.islink(path))
