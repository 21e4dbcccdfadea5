"""Which requests get in."""

from __future__ import annotations

import json
from collections.abc import Callable
from socket import gethostname
from typing import Any

import pytest

Ask = Callable[..., Any]

OWN = "http://localhost:8765"
FOREIGN = [
    "http://evil.example",
    "http://localhost:8888",
    "https://localhost:8765",
    "http://localhost",
    "http://localhost:8765.evil.example",
    "http://evil.example/?http://localhost:8765",
    "null",
    "",
    "file://",
]
UNSAFE = ["POST", "PUT", "PATCH", "DELETE", "WEBSOCKET", "NONSENSE"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:1", "[::1]:8765", "localhost.:8765"])
async def test_a_request_to_this_machine_gets_in(ask: Ask, host: str) -> None:
    assert (await ask(host=host)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example", "evil.local"),
        *(
            "192.168.1.7",
            "[::2]",
            "",
            "localhost:",
            "localhost:x",
            "localhost/",
            "local host",
            "localhost,evil.example",
        ),
        *("localhost:8765@evil.example",),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "WEBSOCKET"])
async def test_a_name_that_was_rebound_to_this_machine_stays_out(ask: Ask, inner: Any, host: str, method: str) -> None:
    answer = await ask(method, host=host, headers={"origin": f"http://{host}"})
    assert answer.status == (4421 if method == "WEBSOCKET" else 421)
    assert inner.requests == []


async def test_two_host_headers_are_none(ask: Ask) -> None:
    assert (await ask(more_headers=((b"host", b"localhost"),))).status == 421


async def test_configured_names_get_in(ask: Ask) -> None:
    names = "lab.example, https://proxy.example:8443/ ,10.0.0.7"
    for host in ("lab.example:80", "LAB.example", "proxy.example:8443", "10.0.0.7:8765"):
        assert (await ask(host=host, allowed_hosts=names)).status == 200
    assert (await ask(host="lab.example.evil.example", allowed_hosts=names)).status == 421


async def test_the_address_that_it_listens_on_gets_in(ask: Ask) -> None:
    assert (await ask(host="10.0.0.5:8765", listen="10.0.0.5")).status == 200
    assert (await ask(host="10.0.0.6:8765", listen="10.0.0.5")).status == 421


async def test_who_listens_everywhere_is_found_by_address_and_name_but_no_other(ask: Ask) -> None:
    for host in ("192.168.1.7:8765", "[fe80::1]:8765", gethostname()):
        assert (await ask(host=host, listen="::")).status == 200
    assert (await ask(host="evil.example", listen="::")).status == 421


@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_page_changes_nothing_and_opens_no_socket(
    ask: Ask, inner: Any, method: str, origin: str
) -> None:
    for more in ({}, {"sec-fetch-site": "same-origin"}, {"cookie": "ownlab_session=x"}):
        answer = await ask(method, headers={"origin": origin, **more})
        assert answer.status == (4403 if method == "WEBSOCKET" else 403)
    assert inner.requests == []


@pytest.mark.parametrize("method", UNSAFE)
async def test_an_own_page_gets_in(ask: Ask, method: str) -> None:
    answer = await ask(method, headers={"origin": OWN, "cookie": "ownlab_session=x"})
    assert answer.status == (101 if method == "WEBSOCKET" else 200)


async def test_the_scheme_belongs_to_the_origin(ask: Ask) -> None:
    for method, secure in (("POST", "https"), ("WEBSOCKET", "wss")):
        get_in = await ask(method, scheme=secure, headers={"origin": "https://localhost:8765"})
        assert get_in.status in (101, 200)
        stay_out = await ask(method, scheme=secure, headers={"origin": OWN})
        assert stay_out.status in (403, 4403)


async def test_the_origin_behind_a_proxy_gets_in_when_it_is_configured(ask: Ask) -> None:
    names = "https://lab.example"
    assert (await ask("POST", headers={"origin": "https://lab.example"}, allowed_hosts=names)).status == 200
    assert (await ask("POST", headers={"origin": "http://lab.example"}, allowed_hosts=names)).status == 403


@pytest.mark.parametrize(
    ("headers", "gets_in"),
    [
        ({"sec-fetch-site": "same-origin", "cookie": "a=b"}, True),
        ({"sec-fetch-site": "none", "cookie": "a=b"}, True),
        ({"sec-fetch-site": "same-site", "cookie": "a=b"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "nonsense"}, False),
        ({"cookie": "a=b"}, False),
        ({}, True),
    ],
)
@pytest.mark.parametrize("method", ["POST", "WEBSOCKET"])
async def test_without_an_origin_the_browser_says_where_it_comes_from_or_sends_no_cookies(
    ask: Ask, method: str, headers: dict[str, str], gets_in: bool
) -> None:
    assert ((await ask(method, headers=headers)).status in (101, 200)) is gets_in


async def test_two_origins_are_foreign(ask: Ask) -> None:
    headers = ((b"origin", OWN.encode()), (b"origin", OWN.encode()))
    assert (await ask("POST", more_headers=headers)).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_link_from_another_site_leads_in(ask: Ask, method: str) -> None:
    assert (await ask(method, headers={"sec-fetch-site": "cross-site", "cookie": "a=b"})).status == 200


async def test_a_refusal_says_what_to_do_in_the_one_shape(ask: Ask) -> None:
    answer = await ask("POST", headers={"origin": "http://evil.example"})
    body = json.loads(answer.body)
    assert (body["code"], body["fields"]) == ("foreign_origin", {"origin": "http://evil.example"})
    assert "OWNLAB_ALLOWED_HOSTS" in body["message"]
    assert answer.headers["content-length"] == str(len(answer.body))


async def test_a_body_within_the_limit_arrives_whole(ask: Ask, inner: Any) -> None:
    await ask("POST", body=(b"12345", b"67890"), body_limit_bytes=10)
    assert inner.bodies == [b"1234567890"]


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(ask: Ask, inner: Any) -> None:
    answer = await ask("POST", headers={"content-length": "11"}, body_limit_bytes=10)
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "body_too_large")
    assert inner.requests == []


@pytest.mark.parametrize(
    "length", [{}, {"content-length": "5"}, {"content-length": "-1"}, {"content-length": "nonsense"}]
)
async def test_a_body_that_tells_no_or_a_false_length_is_cut_off(ask: Ask, inner: Any, length: dict[str, str]) -> None:
    answer = await ask("POST", headers=length, body=(b"12345", b"67890", b"!", b"never read"), body_limit_bytes=10)
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "body_too_large")
    assert inner.bodies == []


async def test_an_upload_has_its_own_limit(ask: Ask) -> None:
    limits = {"body_limit_bytes": 10, "upload_limit_bytes": 20}
    assert (await ask("POST", "/api/notebooks/upload", body=(b"x" * 20,), **limits)).status == 200
    assert (await ask("POST", "/api/notebooks/upload", body=(b"x" * 21,), **limits)).status == 413
    assert (await ask("POST", "/api/notebooks", body=(b"x" * 11,), **limits)).status == 413
