"""Where packages come from on this machine: pip's and uv's configuration, carried over into sandboxes and builds.

Source: pip's "Configuration" and uv's "Package indexes" pages.
"""

from __future__ import annotations

import configparser
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

_SECTIONS = ("global", "install")
_OCCUPIED = ("bin", "content", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var")


@dataclass(frozen=True)
class PackageIndex:
    """Everything that decides where `pip install` looks."""

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    cert: Path | None = None
    no_index: bool = False


@dataclass(frozen=True)
class CarriedOver:
    """The same configuration for inside: its files, and the folders that must be mounted for it."""

    pip_conf: str
    uv_toml: str
    folders: tuple[tuple[Path, str], ...]
    outside: str
    """pip's file for programs that see this machine's own paths."""


def effective_index(environment: Mapping[str, str], home: Path, system: Path = Path("/etc")) -> PackageIndex:
    """What pip would use here, in pip's order: the machine's files, the user's, the interpreter's, the environment."""
    named = environment.get("PIP_CONFIG_FILE")
    config_home = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    files = (
        []
        if named == "/dev/null"
        else [
            system / "xdg/pip/pip.conf",
            system / "pip.conf",
            home / ".pip/pip.conf",
            config_home / "pip/pip.conf",
            Path(sys.prefix) / "pip.conf",
            *([Path(named)] if named else []),
        ]
    )
    values: dict[str, str] = {}
    for file in files:
        values |= _read(file)
    values |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith("PIP_")
    }
    return _with_uv(_from_values(values), environment)


def _read(file: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file)
    except (OSError, configparser.Error, UnicodeDecodeError):
        return {}
    return {
        name.replace("_", "-"): value
        for section in _SECTIONS
        if parser.has_section(section)
        for name, value in parser.items(section)
    }


def _from_values(values: Mapping[str, str]) -> PackageIndex:
    cert = values.get("cert")
    return PackageIndex(
        index_url=values.get("index-url") or None,
        extra_index_urls=tuple(values.get("extra-index-url", "").split()),
        find_links=tuple(values.get("find-links", "").split()),
        trusted_hosts=tuple(values.get("trusted-host", "").split()),
        cert=Path(cert) if cert and Path(cert).is_file() else None,
        no_index=values.get("no-index", "").lower() in ("1", "true", "yes", "on"),
    )


def _with_uv(index: PackageIndex, environment: Mapping[str, str]) -> PackageIndex:
    default = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL")
    extra = [*environment.get("UV_EXTRA_INDEX_URL", "").split(), *environment.get("UV_INDEX", "").split()]
    return replace(
        index,
        index_url=index.index_url or (_url(default) if default else None),
        extra_index_urls=index.extra_index_urls or tuple(_url(entry) for entry in extra),
    )


def _url(entry: str) -> str:
    name, separator, url = entry.partition("=")
    return url if separator and "/" not in name else entry


def carry_over(index: PackageIndex, cert: str | None) -> CarriedOver:
    """The configuration with local folders at places that exist inside. `cert`: the CA bundle's path inside."""
    folders: dict[Path, str] = {}
    inside = replace(
        index,
        index_url=index.index_url and _carry_url(index.index_url, folders),
        extra_index_urls=tuple(_carry_url(url, folders) for url in index.extra_index_urls),
        find_links=tuple(_carry_link(link, folders) for link in index.find_links),
    )
    return CarriedOver(
        _pip_conf(inside, cert),
        _uv_toml(inside),
        tuple(folders.items()),
        _pip_conf(index, None if index.cert is None else str(index.cert)),
    )


def _carry_url(url: str, folders: dict[Path, str]) -> str:
    parts = urlsplit(url)
    if parts.scheme != "file":
        return url
    # A simple index links to files beside itself (../../files/...): its parent comes along.
    folder = Path(unquote(parts.path))
    return f"file://{_place(folder.parent, folders)}/{folder.name}"


def _carry_link(link: str, folders: dict[Path, str]) -> str:
    parts = urlsplit(link)
    if parts.scheme not in ("", "file"):
        return link
    return _place(Path(unquote(parts.path)), folders)


def _place(folder: Path, folders: dict[Path, str]) -> str:
    if folder in folders:
        return folders[folder]
    occupied = (
        len(folder.parts) < 3
        or folder.parts[1] in _OCCUPIED
        or folder.parts[1:3]
        in (
            ("opt", "python"),
            ("opt", "ownlab"),
        )
    )
    place = f"/opt/index/{len(folders)}" if occupied or not folder.is_absolute() else str(folder)
    if folder.is_dir():
        folders[folder] = place
    return place


def _pip_conf(index: PackageIndex, cert: str | None) -> str:
    settings = {
        "index-url": index.index_url,
        "extra-index-url": "\n    ".join(index.extra_index_urls),
        "find-links": "\n    ".join(index.find_links),
        "trusted-host": "\n    ".join(index.trusted_hosts),
        "no-index": "true" if index.no_index else None,
        "cert": cert,
    }
    lines = [f"{name} = {value}" for name, value in settings.items() if value]
    return "\n".join(["[global]", *lines, ""])


def _uv_toml(index: PackageIndex) -> str:
    lines = []
    if index.index_url:
        lines.append(f'index-url = "{index.index_url}"')
    if index.extra_index_urls:
        lines += [f"extra-index-url = {_array(index.extra_index_urls)}", 'index-strategy = "unsafe-best-match"']
    if index.find_links:
        lines.append(f"find-links = {_array(index.find_links)}")
    if index.no_index:
        lines.append("no-index = true")
    return "\n".join([*lines, ""])


def _array(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
