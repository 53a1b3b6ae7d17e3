"""Error bodies, read without a socket: whatever a body says, there is a complaint and an error."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelError
from core.openrouter.complaints import complaint_of, redacted
from core.openrouter.failures import failure, in_words

NOW = 1_767_225_600.0
NAMES = st.sampled_from(
    [
        "error",
        "code",
        "message",
        "metadata",
        "error_type",
        "http_status",
        "availability",
        "retryable",
        "retry_after",
        "raw",
        "headers",
        "reasons",
    ]
)
VALUES = st.none() | st.booleans() | st.integers(-1, 600) | st.floats(allow_nan=False) | st.text(max_size=8)
BODIES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=5)
)


@given(BODIES, st.sampled_from([200, 400, 403, 404, 429, 500, 502]))
def test_no_body_breaks_the_translation(body: object, status: int) -> None:
    complaint = complaint_of(json.dumps(body).encode(), status=status, headers={}, now=NOW)
    assert isinstance(failure(complaint, model="a/b"), ModelError)


def limited(**error: Any) -> bytes:
    return orjson.dumps({"error": {"code": 429, "message": "slow down", **error}})


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "12"}, limited(), 12.0),
        ({"retry-after": "0.5"}, limited(), 0.5),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, limited(), 30.0),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, limited(), 0.0),
        ({"retry-after": "soon"}, limited(), None),
        ({}, limited(availability={"retry_after": 40}), 40.0),
        ({"retry-after": "3"}, limited(availability={"retry_after": 40}), 3.0),
        ({"x-ratelimit-reset": str(int((NOW + 60) * 1000))}, limited(), 60.0),
        ({}, limited(metadata={"headers": {"X-RateLimit-Reset": str(int((NOW + 60) * 1000))}}), 60.0),
        ({"retry-after": "5"}, b"<html>", 5.0),
        ({}, limited(), None),
    ],
)
def test_when_the_service_wants_to_be_asked_again(
    headers: dict[str, str], body: bytes, seconds: float | None
) -> None:
    assert complaint_of(body, status=429, headers=headers, now=NOW).retry_after == seconds


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("key sk-or-v1-0123456789abcdef is wrong", "key *** is wrong"),
        ("sent 'Bearer abc.def-ghi'", "sent '***"),
        ("my-own-secret and no more", "*** and no more"),
        ("two\n  lines", "two lines"),
        ("x" * 1000, "x" * 400),
    ],
)
def test_secrets_do_not_reach_the_log(said: str, kept: str) -> None:
    assert redacted(said, "my-own-secret") == kept


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (1, "1 second"),
        (40, "40 seconds"),
        (60, "60 seconds"),
        (100, "2 minutes"),
        (7200, "2 hours"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
