"""MIME bundles and their payloads as bytes."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownlab.execution.bundles import from_bytes, is_binary, joined, to_bytes


@given(st.binary())
def test_a_picture_goes_to_bytes_and_back(content: bytes) -> None:
    payload = base64.b64encode(content).decode()
    assert to_bytes("image/png", payload) == content
    assert from_bytes("image/png", content) == payload


def test_base64_in_lines_is_decoded() -> None:
    assert to_bytes("image/png", "aGVs\nbG8=\n") == b"hello"


def test_what_claims_to_be_a_picture_and_is_not_is_kept_as_text() -> None:
    assert to_bytes("image/png", "<b>no</b>") == b"<b>no</b>"


@pytest.mark.parametrize("mime", ["image/svg+xml", "text/html", "application/javascript"])
def test_texts_are_utf_8(mime: str) -> None:
    assert not is_binary(mime)
    assert from_bytes(mime, to_bytes(mime, "é😀")) == "é😀"


@pytest.mark.parametrize("payload", [{"a": [1, 2.5, None]}, "text", ["a", "b"], 5])
def test_json_goes_to_bytes_and_back(payload: Any) -> None:
    mime = "application/vnd.plotly.v1+json"
    assert joined(mime, payload) == payload
    assert from_bytes(mime, to_bytes(mime, payload)) == payload


def test_lines_of_a_text_are_joined() -> None:
    assert joined("text/html", ["a\n", "b"]) == "a\nb"
