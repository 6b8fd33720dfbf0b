"""What counts as one place of the network."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from webapp.network import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", UNKNOWN),
        ("unix:", UNKNOWN),
        ("203.0.113.9, 10.0.0.1", UNKNOWN),
    ],
)
def test_an_ipv6_address_stands_for_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_another_address_of_the_same_network_is_no_way_round_a_limit(client: FlaskClient) -> None:
    def status(address: str) -> int:
        data = {"trim": "1", "do": "remove"}
        environ = {"REMOTE_ADDR": address}
        return client.post("/cars/basket", data=data, environ_overrides=environ).status_code

    assert {status(f"2001:db8::{n:x}") for n in range(120)} == {303}
    assert status("2001:db8::ffff") == 429
    assert status("2001:db8:0:1::1") == 303
