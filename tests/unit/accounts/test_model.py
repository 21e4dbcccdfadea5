"""Where a sign-in may lead, and when a session is renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.accounts.model import local_path, new_secret, renewed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


@pytest.mark.parametrize("path", ["/", "/notebooks/abc", "/?tab=recent#top", "/a//b", "/%2f/evil.example"])
def test_a_path_of_this_server_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "evil.example",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/a\r\nSet-Cookie: x",
    ],
)
def test_a_path_that_a_browser_may_take_for_another_server_leads_home(path: str) -> None:
    assert local_path(path) == "/"


@given(st.text(alphabet="/\\.:@#?%\t\n\rae", max_size=12))
def test_whatever_is_asked_for_leads_to_this_server(path: str) -> None:
    as_a_browser_reads_it = local_path(path).translate({9: None, 10: None, 13: None}).replace("\\", "/")
    assert urlsplit(urljoin("http://here/signin", as_a_browser_reads_it)).netloc == "here"


def test_a_session_is_renewed_only_when_that_is_worth_a_write() -> None:
    assert renewed(NOW + MONTH, NOW, MONTH) is None
    assert renewed(NOW + MONTH, NOW + timedelta(hours=1), MONTH) is None
    assert renewed(NOW + MONTH, NOW + timedelta(days=1), MONTH) == NOW + timedelta(days=31)


def test_secrets_are_long_and_differ() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43
