"""Answers that break off, stall or turn into an error; what came before is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator, Variant
from core.errors import (
    ContextTooLong,
    ModelError,
    ModelModerated,
    ModelRateLimited,
    ModelStalled,
    ModelStreamCut,
    ModelUnavailable,
)
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from core.ports import Completed, ModelEvent
from tests.openrouter.helpers import client, heard, heard_until_error, last, raw_server, text_of

TEXT = "one two three four five "
LIMITED = {"code": 429, "message": "Rate limit exceeded", "metadata": {"error_type": "rate_limit_exceeded"}}
MODERATED = {"code": 403, "message": "flagged", "metadata": {"error_type": "content_policy_violation"}}
TOO_LONG = {"code": 400, "message": "too long", "metadata": {"error_type": "context_length_exceeded"}}
SHAPES: list[Variant | None] = [
    None,
    "error_code_text",
    "error_empty_choices",
    "error_bare",
    "error_with_user",
    "error_in_choice",
]


@pytest.mark.parametrize("variant", SHAPES)
async def test_an_error_in_the_middle_cuts_the_answer(
    simulator: OpenRouterSimulator, model: OpenRouter, variant: Variant | None
) -> None:
    simulator.answer(Answer(TEXT * 3, error_after=(2, LIMITED), variant=variant))
    events: list[ModelEvent] = []
    with pytest.raises(ModelStreamCut) as caught:
        await heard_until_error(model, events)
    assert text_of(events) == TEXT * 2
    assert "rate_limit_exceeded" in caught.value.detail


@pytest.mark.parametrize("variant", SHAPES)
async def test_an_error_before_any_text_is_what_it_is(
    simulator: OpenRouterSimulator, model: OpenRouter, variant: Variant | None
) -> None:
    simulator.answer(Answer(TEXT, error_after=(0, LIMITED), keepalives=1, variant=variant))
    with pytest.raises(ModelRateLimited):
        await heard(model)


@pytest.mark.parametrize(("error", "kind"), [(MODERATED, ModelModerated), (TOO_LONG, ContextTooLong)])
async def test_what_trying_again_cannot_mend_keeps_its_name(
    simulator: OpenRouterSimulator, model: OpenRouter, error: dict[str, Any], kind: type[ModelError]
) -> None:
    simulator.answer(Answer(TEXT * 3, error_after=(2, error)))
    with pytest.raises(kind):
        await heard(model)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(TEXT * 3, cut_after=2), ModelStreamCut),
        (Answer(TEXT * 3, end_after=2), ModelStreamCut),
        (Answer(TEXT * 2, finish=None), ModelStreamCut),
        (Answer(TEXT * 2, variant="finish_error"), ModelStreamCut),
    ],
)
async def test_a_torn_answer(
    simulator: OpenRouterSimulator, model: OpenRouter, answer: Answer, kind: type[ModelError]
) -> None:
    simulator.answer(answer)
    events: list[ModelEvent] = []
    with pytest.raises(kind) as caught:
        await heard_until_error(model, events)
    assert text_of(events) == TEXT * 2
    assert caught.value.retryable


@pytest.mark.parametrize(
    "answer",
    [Answer(TEXT, variant="no_choices"), Answer(TEXT, end_after=0), Answer("", variant="finish_error")],
    ids=["no choices", "nothing at all", "finish reason error"],
)
async def test_an_answer_of_nothing_is_a_failure_of_the_service(
    simulator: OpenRouterSimulator, model: OpenRouter, answer: Answer
) -> None:
    simulator.answer(answer)
    with pytest.raises(ModelUnavailable):
        await heard(model)


async def test_a_cut_after_the_finish_reason_loses_nothing() -> None:
    """Only the usage is missing then; the answer is whole."""

    async def torn(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frame = b'data: {"choices": [{"delta": {"content": "whole"}, "finish_reason": "stop"}]}\n\n'
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n"
        writer.write(head + frame)

    async with raw_server(torn) as url, open_model(ModelConfig(None, "a/b", url)) as model:
        events = await heard(model)
    assert text_of(events) == "whole"
    assert last(events) == Completed("stop", "a/b")


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
BEGUN = b'data: {"choices": [{"delta": {"content": "begun"}}]}\n\n'


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (BEGUN + b"data: {oops\n\n", ModelStreamCut),
        (BEGUN + b"data: [7]\n\n", ModelStreamCut),
        (BEGUN + b"data: " + b"x" * 9_000_000, ModelStreamCut),
        (BEGUN, ModelStreamCut),
        (b"data: {oops\n\n", ModelUnavailable),
        (b"220 this is a mail server\r\n", ModelUnavailable),
        (b"", ModelUnavailable),
    ],
    ids=["no JSON", "no object", "no end", "no finish", "no JSON at once", "another protocol", "nothing"],
)
async def test_garbage(reply: bytes, kind: type[ModelError]) -> None:
    async def garbled(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n" + reply)
        await writer.drain()

    async with raw_server(garbled) as url, open_model(ModelConfig(None, "a/b", url)) as model:
        with pytest.raises(kind):
            await heard(model)


async def test_a_stream_without_a_type_and_a_finish_reason_is_whole_when_it_says_so() -> None:
    async def bare(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n" + BEGUN + b"data: [DONE]")

    async with raw_server(bare) as url, open_model(ModelConfig(None, "a/b", url)) as model:
        events = await heard(model)
    assert text_of(events) == "begun"
    assert last(events) == Completed("unknown", "a/b")


async def test_keep_alives_without_progress_are_a_stall(simulator: OpenRouterSimulator) -> None:
    simulator.answer(Answer(TEXT * 3, stall_after=2))
    events: list[ModelEvent] = []
    async with client(simulator, stall_seconds=0.2) as model:
        with pytest.raises(ModelStalled, match="without a word"):
            await heard_until_error(model, events)
    assert text_of(events) == TEXT * 2
    await simulator.until(lambda: simulator.closed_early == 1)


@pytest.mark.parametrize("frames", [0, 2])
async def test_silence_is_a_stall(simulator: OpenRouterSimulator, frames: int) -> None:
    simulator.answer(Answer(TEXT * 3, silent_after=frames))
    async with client(simulator, idle_seconds=0.2) as model:
        with pytest.raises(ModelStalled, match="Nothing came"):
            await heard(model)
    await simulator.until(lambda: simulator.closed_early == 1)


async def test_an_answer_has_a_deadline(simulator: OpenRouterSimulator) -> None:
    simulator.answer(Answer(TEXT * 1000, pace=0.02))
    async with client(simulator, deadline_seconds=0.3) as model:
        with pytest.raises(ModelStalled, match="longer than"):
            await heard(model)
    await simulator.until(lambda: simulator.closed_early == 1)


async def test_the_reset_of_one_stream_leaves_the_others_alone(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer(TEXT, cut_after=1), Answer(TEXT))
    first, second = await asyncio.gather(heard(model), heard(model), return_exceptions=True)
    outcomes = sorted(type(outcome).__name__ for outcome in (first, second))
    assert outcomes == ["ModelStreamCut", "list"]
