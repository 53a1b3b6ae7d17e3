"""Of many answers at once, each is read in larger pieces; nothing of it is lost."""

from __future__ import annotations

import asyncio

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from core.openrouter.client import OpenRouter
from core.ports import TextDelta
from tests.openrouter.helpers import heard, last, text_of

FRAMES = 60
TEXT = "some words. " * (FRAMES // 2)
READERS = 60


def pieces(events: list[object]) -> int:
    return sum(isinstance(event, TextDelta) for event in events)


async def test_alone_an_answer_is_read_frame_by_frame(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer(TEXT, chunk=6, pace=0.002))
    events = await heard(model)
    assert text_of(events) == TEXT
    assert pieces([*events]) == FRAMES


async def test_in_a_crowd_frames_are_read_together(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.respond(lambda _: Answer(TEXT, chunk=6, pace=0.002))
    answers = await asyncio.gather(*(heard(model) for _ in range(READERS)))
    assert {text_of(events) for events in answers} == {TEXT}
    assert all(last(events).reason == "stop" for events in answers)
    assert sum(pieces([*events]) for events in answers) < READERS * FRAMES / 2
