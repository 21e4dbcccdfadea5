"""From what a probe found to a level and sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ownlab.agent.errors import IsolationTooWeak
from ownlab.agent.isolation import Isolation, Probe, decide

FULL = Probe(
    is_root=False,
    bwrap="/usr/bin/bwrap",
    bwrap_version=(0, 8),
    with_users=True,
    overlay=True,
    slirp="/usr/bin/slirp4netns",
    tun=True,
    landlock=4,
)


def test_a_machine_with_everything_isolates_fully_and_misses_nothing() -> None:
    assert decide(FULL) == Isolation("full")


def test_root_without_user_namespaces_still_has_a_sandbox() -> None:
    probe = replace(FULL, is_root=True, with_users=False, without_users=True, max_user_namespaces=0)
    decided = decide(probe)
    assert decided.level == "no-userns"
    assert decided.missing == ("User namespaces are off: `sudo sysctl user.max_user_namespaces=15000`.",)


@pytest.mark.parametrize(("landlock", "level"), [(4, "landlock"), (0, "none")])
def test_without_any_sandbox_landlock_decides(landlock: int, level: str) -> None:
    assert decide(replace(FULL, bwrap=None, with_users=False, landlock=landlock)).level == level


def test_missing_bubblewrap_is_told_with_the_command_that_installs_it() -> None:
    (sentence,) = decide(replace(FULL, bwrap=None, with_users=False)).missing
    assert "apt install bubblewrap" in sentence


def test_ubuntus_restriction_is_told_with_the_setting_that_lifts_it() -> None:
    (sentence,) = decide(replace(FULL, with_users=False, apparmor_restricts=True)).missing
    assert "sysctl kernel.apparmor_restrict_unprivileged_userns=0" in sentence


def test_an_unknown_reason_is_told_in_bubblewraps_words() -> None:
    (sentence,) = decide(replace(FULL, with_users=False, said="setting up uid map: denied")).missing
    assert "setting up uid map: denied" in sentence


def test_a_missing_network_does_not_weaken_isolation() -> None:
    decided = decide(replace(FULL, slirp=None))
    assert decided.level == "full"
    assert "apt install slirp4netns" in decided.missing[0]


def test_without_a_system_call_filter_isolation_is_not_full() -> None:
    assert decide(replace(FULL, seccomp=False)).level == "no-userns"


@pytest.mark.parametrize("level", ["no-userns", "landlock", "none"])
def test_many_users_are_refused_with_less_than_full_isolation(level: str) -> None:
    with pytest.raises(IsolationTooWeak, match=r"needs? full isolation.*Install it\."):
        Isolation(level, ("Install it.",)).require("many")


@pytest.mark.parametrize(("level", "users"), [("full", "many"), ("none", "one")])
def test_one_user_is_served_anyhow_and_many_in_full_isolation(level: str, users: str) -> None:
    Isolation(level).require(users)
