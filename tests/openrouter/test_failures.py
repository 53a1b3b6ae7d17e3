"""Every way of being refused, as the core hears it, over a real socket."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.simulators.openrouter import OpenRouterSimulator, Problem, problems
from core.errors import (
    ContextTooLong,
    CreditGone,
    ModelError,
    ModelGone,
    ModelKeyMissing,
    ModelKeyRefused,
    ModelModerated,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelStalled,
    ModelUnavailable,
    ModelUnreachable,
)
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from tests.openrouter.helpers import Connection, asked, client, heard, raw_server

KEY = "sk-or-fake"


def typed(status: int, error_type: str) -> Problem:
    return problems.plain(status, "Provider returned error", {"error_type": error_type})


def gone(code: str, status: int) -> Problem:
    return problems.unavailable(code, status=status, retryable=False)


def as_200(problem: Problem) -> Problem:
    return Problem(200, problem.body)


REFUSALS: list[tuple[str, Problem, type[ModelError]]] = [
    ("bad key", problems.wrong_key(), ModelKeyRefused),
    ("key without a right", problems.plain(403, "Not allowed"), ModelKeyRefused),
    ("credit gone", problems.credit_gone(affordable=None), CreditGone),
    ("credit short", problems.credit_gone(affordable=30_104), CreditGone),
    ("key limit", problems.key_limit(), CreditGone),
    (
        "quota, as OpenAI says it",
        Problem(429, {"error": {"message": "m", "code": "insufficient_quota"}}),
        CreditGone,
    ),
    ("moderation", problems.moderated(), ModelModerated),
    ("guardrail", problems.guarded(), ModelModerated),
    ("policy", typed(400, "content_policy_violation"), ModelModerated),
    ("refusal", typed(502, "refusal"), ModelModerated),
    ("context", problems.context_too_long(8_192, 9_000, 1_000), ContextTooLong),
    ("context, in words only", problems.plain(400, "maximum context length is 8192 tokens"), ContextTooLong),
    (
        "context, in the provider's words",
        problems.plain(400, "Provider returned error", {"raw": "prompt is too long"}),
        ContextTooLong,
    ),
    ("unknown model", problems.model_not_found("no/such"), ModelGone),
    ("unknown model, as before", problems.plain(400, "x/y is not a valid model ID"), ModelGone),
    ("no endpoints", problems.plain(404, "No endpoints found for x/y."), ModelGone),
    (
        "unknown model, as Ollama says it",
        Problem(404, {"error": 'model "x" not found, try pulling it first'}),
        ModelGone,
    ),
    ("retired", gone("model_deprecated", 404), ModelGone),
    ("privacy", gone("privacy_restricted", 404), ModelGone),
    ("region", gone("region_restricted", 403), ModelGone),
    ("a verdict of a later version", gone("something_new", 503), ModelGone),
    ("invalid", problems.invalid("temperature"), ModelRefusedRequest),
    ("too large", problems.plain(413, "Request payload too large"), ModelRefusedRequest),
    ("unprocessable", problems.plain(422, "Invalid argument"), ModelRefusedRequest),
    ("wrong address", Problem(404, "<html>Not Found</html>"), ModelRefusedRequest),
    ("a page with 200", Problem(200, "<html>Welcome</html>"), ModelRefusedRequest),
    ("another JSON service", Problem(200, {"hello": "world"}), ModelRefusedRequest),
    ("a redirect", Problem(301, "", {"Location": "https://127.0.0.1/"}), ModelRefusedRequest),
    ("rate limit", problems.rate_limited(7), ModelRateLimited),
    ("capacity", problems.unavailable("capacity_exhausted", status=429, retryable=True), ModelRateLimited),
    (
        "no provider now",
        problems.unavailable("temporarily_unavailable", status=503, retryable=True),
        ModelUnavailable,
    ),
    ("timeout", problems.plain(408, "Operation timed out"), ModelUnavailable),
    ("gateway timeout", typed(504, "timeout"), ModelUnavailable),
    ("internal", problems.plain(500, "Internal Server Error"), ModelUnavailable),
    ("bad gateway", problems.plain(502, "Provider returned error"), ModelUnavailable),
    ("edge timeout", problems.html(524), ModelUnavailable),
    ("bad gateway, a page", problems.html(502), ModelUnavailable),
    ("overloaded", typed(529, "provider_overloaded"), ModelUnavailable),
    ("unmapped", typed(500, "unmapped"), ModelUnavailable),
    ("a kind and status of a later version", typed(599, "something_new"), ModelUnavailable),
    ("rate limit with 200", as_200(problems.rate_limited()), ModelRateLimited),
    ("credit gone with 200", as_200(problems.credit_gone()), CreditGone),
    ("moderation with 200", as_200(problems.moderated()), ModelModerated),
    (
        "a code in words with 200",
        Problem(200, {"error": {"code": "server_error", "message": "m"}}),
        ModelUnavailable,
    ),
]


@pytest.mark.parametrize(
    ("problem", "kind"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
async def test_refusals(
    simulator: OpenRouterSimulator, model: OpenRouter, problem: Problem, kind: type[ModelError]
) -> None:
    simulator.answer(problem)
    with pytest.raises(ModelError) as caught:
        await heard(model)
    assert type(caught.value) is kind
    assert_fit_for_people(caught.value)


def assert_fit_for_people(error: ModelError) -> None:
    """One sentence, nothing foreign in it, no secret anywhere."""
    assert re.fullmatch(r"[A-Z`][^\n]+\.", error.sentence)
    assert not re.search(r"[.!?] [A-Z]", error.sentence), "one sentence"
    for foreign in ("Provider", "<html", "error_type", "HTTP"):
        assert foreign not in error.sentence
    assert KEY not in str(error)
    assert len(error.reference) == 8


async def test_what_is_affordable_is_said(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.affordable = 300
    with pytest.raises(CreditGone) as caught:
        await heard(model)
    assert caught.value.affordable == 300
    assert "only 300 more tokens" in caught.value.sentence
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("problem", "seconds", "words"),
    [
        (problems.rate_limited(7), 7, "in 7 seconds"),
        (problems.rate_limited(200), 200, "in 3 minutes"),
        (problems.rate_limited(None), None, "in a minute"),
        (
            problems.unavailable("capacity_exhausted", status=429, retryable=True, retry_after=40),
            40,
            "in 40 seconds",
        ),
        (
            problems.unavailable("temporarily_unavailable", status=503, retryable=True, retry_after=1),
            1,
            "in 1 second",
        ),
        (problems.html(502), None, "in a few minutes"),
    ],
)
async def test_when_to_try_again(
    simulator: OpenRouterSimulator, model: OpenRouter, problem: Problem, seconds: float | None, words: str
) -> None:
    simulator.answer(problem)
    with pytest.raises(ModelError) as caught:
        await heard(model)
    assert caught.value.retry_after == seconds
    assert caught.value.sentence.endswith(f"{words}.")
    assert caught.value.retryable


async def test_the_log_gets_the_facts_without_the_key(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    leak = f"Incorrect key {KEY}, header Bearer sk-or-v1-other.\nSee\tthe docs"
    simulator.answer(problems.plain(400, leak, {"error_type": "invalid_request", "provider_name": "Acme"}))
    with pytest.raises(ModelRefusedRequest) as caught:
        await heard(model)
    assert caught.value.detail == (
        "status 400, error_type invalid_request, provider Acme, "
        "message Incorrect key ***, header *** See the docs"
    )


async def test_nothing_is_asked_twice(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.answer(problems.html(503), problems.rate_limited(0))
    for _ in range(2):
        with pytest.raises(ModelError):
            await heard(model)
    assert len(simulator.requests) == 2


async def test_a_missing_key_is_said_before_anything_is_sent() -> None:
    async with open_model(ModelConfig(None, "a/b")) as model:
        with pytest.raises(ModelKeyMissing, match="OPENROUTER_API_KEY"):
            await anext(model.stream(asked()))
        with pytest.raises(ModelKeyMissing):
            await model.key_status()


async def test_a_wrong_key_is_refused(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, api_key="sk-or-wrong") as model:
        with pytest.raises(ModelKeyRefused):
            await heard(model)
        with pytest.raises(ModelKeyRefused):
            await model.key_status()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/v1",
        "https://127.0.0.1:1/v1",
        "no address",
        "http://[::1",
    ],
)
async def test_a_service_that_is_not_there(url: str) -> None:
    async with open_model(ModelConfig(None, "a/b", url)) as model:
        with pytest.raises(ModelUnreachable) as caught:
            await heard(model)
        with pytest.raises(ModelUnreachable):
            await model.models_known(["a/b"])
    assert "OPENROUTER_BASE_URL" in caught.value.sentence
    assert caught.value.retryable


async def test_a_service_without_tls(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, base_url=simulator.base_url.replace("http:", "https:")) as model:
        with pytest.raises(ModelUnreachable):
            await heard(model)


async def hang_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""


async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 this is a mail server\r\n\r\n")


@pytest.mark.parametrize("connection", [hang_up, babble])
async def test_a_server_that_speaks_something_else(connection: Connection) -> None:
    async with raw_server(connection) as url, open_model(ModelConfig(None, "a/b", url)) as model:
        with pytest.raises(ModelUnreachable):
            await heard(model)


@pytest.mark.parametrize(
    ("patience", "words"),
    [({"idle_seconds": 0.2}, "Nothing came"), ({"deadline_seconds": 0.2}, "longer than")],
)
async def test_a_server_that_never_answers(patience: Mapping[str, Any], words: str) -> None:
    async def wait(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(wait) as url, open_model(ModelConfig(None, "a/b", url, **patience)) as model:
        with pytest.raises(ModelStalled, match=words):
            await heard(model)
