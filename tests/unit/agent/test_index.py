"""pip's and uv's configuration, here and inside."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownlab.agent.index import PackageIndex, carry_over, effective_index


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / ".config" / "pip").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    return tmp_path / "home"


def test_the_users_file_wins_over_the_machines_and_the_environment_over_both(home: Path, tmp_path: Path) -> None:
    (tmp_path / "etc" / "pip.conf").write_text("[global]\nindex-url = https://machine/\ntrusted_host = machine\n")
    (home / ".config" / "pip" / "pip.conf").write_text(
        "[global]\nindex-url = https://user/\n[install]\nfind-links = /a\n  /b\n"
    )
    index = effective_index({"PIP_EXTRA_INDEX_URL": "https://one/ https://two/"}, home, tmp_path / "etc")
    assert index == PackageIndex(
        index_url="https://user/",
        extra_index_urls=("https://one/", "https://two/"),
        find_links=("/a", "/b"),
        trusted_hosts=("machine",),
    )


def test_uvs_settings_serve_where_pip_has_none(home: Path, tmp_path: Path) -> None:
    index = effective_index(
        {"UV_DEFAULT_INDEX": "https://uv/simple", "UV_INDEX": "torch=https://torch/simple"}, home, tmp_path / "etc"
    )
    assert index == PackageIndex(index_url="https://uv/simple", extra_index_urls=("https://torch/simple",))


def test_a_broken_file_is_passed_over(home: Path, tmp_path: Path) -> None:
    (tmp_path / "etc" / "pip.conf").write_text("index-url = without a section")
    assert effective_index({}, home, tmp_path / "etc") == PackageIndex()


def test_local_folders_come_along_to_a_place_that_exists_inside(tmp_path: Path) -> None:
    (tmp_path / "index" / "simple").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    index = PackageIndex(
        extra_index_urls=(f"file://{tmp_path}/index/simple", "https://elsewhere/simple"),
        find_links=(f"{tmp_path}/wheels",),
    )
    carried = carry_over(index, "/etc/ssl/pip.pem")
    assert carried.folders == ((tmp_path / "index", "/opt/index/0"), (tmp_path / "wheels", "/opt/index/1"))
    assert carried.pip_conf == (
        "[global]\n"
        "extra-index-url = file:///opt/index/0/simple\n"
        "    https://elsewhere/simple\n"
        "find-links = /opt/index/1\n"
        "cert = /etc/ssl/pip.pem\n"
    )
    assert 'extra-index-url = ["file:///opt/index/0/simple", "https://elsewhere/simple"]' in carried.uv_toml


def test_without_configuration_nothing_is_carried() -> None:
    carried = carry_over(PackageIndex(), None)
    assert (carried.pip_conf, carried.folders) == ("[global]\n", ())
