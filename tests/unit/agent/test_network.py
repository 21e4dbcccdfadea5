"""Which networks a sandbox may not reach."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from ownlab.agent.network import blackholes, own_addresses


def refused(address: str, own: list[str], allowed: str = "") -> bool:
    return any(IPv4Address(address) in IPv4Network(network) for network in blackholes(own, allowed))


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1"],
)
def test_private_and_metadata_addresses_are_refused(address: str) -> None:
    assert refused(address, [])


@pytest.mark.parametrize("address", ["8.8.8.8", "203.0.113.80", "172.32.0.1"])
def test_the_internet_is_not_refused(address: str) -> None:
    assert not refused(address, ["203.0.113.5"])


def test_this_machine_is_refused_under_each_of_its_addresses() -> None:
    assert refused("203.0.113.5", ["203.0.113.5", "192.168.1.7"])


def test_a_private_network_can_be_allowed() -> None:
    assert not refused("10.1.2.3", [], "10.1.2.0/24, 192.168.7.7")
    assert not refused("192.168.7.7", [], "10.1.2.0/24, 192.168.7.7")
    assert refused("10.1.3.3", [], "10.1.2.0/24, 192.168.7.7")


def test_this_machine_stays_refused_inside_an_allowed_network() -> None:
    assert refused("10.1.2.9", ["10.1.2.9"], "10.1.2.0/24")


def test_slirps_own_addresses_are_never_refused_one_by_one() -> None:
    assert "10.0.2.3/32" not in blackholes(["10.0.2.3", "10.0.2.15"], "")


def test_the_loopback_is_not_among_the_machines_addresses() -> None:
    assert not [address for address in own_addresses() if address.startswith("127.")]
