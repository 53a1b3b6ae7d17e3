"""A language model that says what it was told to say, in the pieces it was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from decimal import Decimal

from core.errors import ModelError
from core.ports import (
    Completed,
    FinishReason,
    ModelEvent,
    ModelLimits,
    ModelRequest,
    Started,
    TextDelta,
    Usage,
)


@dataclass(frozen=True, slots=True)
class Says:
    """``fails``: raised after the text. ``hold``: after the text, until somebody sets it or closes the stream."""

    text: str = ""
    reason: FinishReason = "stop"
    fails: ModelError | None = None
    hold: asyncio.Event | None = None
    cost: Decimal | None = Decimal("0.0123")


@dataclass
class FakeModel:
    answers: list[Says] = field(default_factory=list)
    asked: list[ModelRequest] = field(default_factory=list)
    closed_early: int = 0
    streaming: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, *answers: Says | str) -> None:
        self.answers += [Says(one) if isinstance(one, str) else one for one in answers]

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else Says("All right.")
        try:
            yield Started(f"gen-{len(self.asked)}")
            for start in range(0, len(answer.text), 7):
                yield TextDelta(answer.text[start : start + 7])
            self.streaming.set()
            if answer.hold is not None:
                await answer.hold.wait()
        except (GeneratorExit, asyncio.CancelledError):
            self.closed_early += 1
            raise
        if answer.fails is not None:
            raise answer.fails
        yield Completed(answer.reason, "fake/model", Usage(100, 20, cost=answer.cost))

    async def limits(self, model: str | None = None) -> ModelLimits:
        return ModelLimits(128_000, 32_000, known=True)

    @property
    def prompts(self) -> list[str]:
        """The prompts as one text each."""
        return ["\n\n".join(message.content for message in request.messages) for request in self.asked]
