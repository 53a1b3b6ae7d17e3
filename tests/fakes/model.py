"""A language model that says what it was told to say, in the pieces it was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from core.errors import ModelError
from core.ports import (
    Completed,
    FinishReason,
    ModelEvent,
    ModelLimits,
    ModelMessage,
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
    """``asked``: every request that came; ``bodies``: as they were sent. ``paid``: how often an answer began to be given
    that had to be paid for: not when the same was asked before, and given in full. ``prices``: what calls that broke off
    came to, by generation id. ``refusals``: raised, one a call, before anything begins."""

    answers: list[Says] = field(default_factory=list)
    asked: list[ModelRequest] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    prices: dict[str, Usage] = field(default_factory=dict)
    paid: int = 0
    refusals: list[ModelError] = field(default_factory=list)
    closed_early: int = 0
    streaming: asyncio.Event = field(default_factory=asyncio.Event)
    _kept: dict[bytes, Says] = field(default_factory=dict)

    def say(self, *answers: Says | str) -> None:
        self.answers += [Says(one) if isinstance(one, str) else one for one in answers]

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        async with aclosing(self.send(await self.write(request))) as events:
            async for event in events:
                yield event

    async def write(self, request: ModelRequest) -> bytes:
        return json.dumps(asdict(request)).encode()

    async def send(self, body: bytes, *, again: bool = False) -> AsyncGenerator[ModelEvent, None]:
        self.asked.append(_read(body))
        self.bodies.append(body)
        if self.refusals:
            raise self.refusals.pop(0)
        known = self._kept.get(body) if again else None
        answer = known or (self.answers.pop(0) if self.answers else Says("All right."))
        self.paid += known is None
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
        self._kept[body] = answer
        cost = answer.cost if known is None else Decimal(0)
        yield Completed(
            answer.reason, "fake/model", Usage(100, 20, cost=cost) if known is None else Usage(cost=cost)
        )

    async def price(self, generation_id: str) -> Usage | None:
        return self.prices.get(generation_id)

    async def limits(self, model: str | None = None) -> ModelLimits:
        return ModelLimits(128_000, 32_000, known=True)

    @property
    def prompts(self) -> list[str]:
        """The prompts as one text each."""
        return ["\n\n".join(message.content for message in request.messages) for request in self.asked]


def _read(body: bytes) -> ModelRequest:
    told = json.loads(body)
    told["messages"] = tuple(ModelMessage(**message) for message in told["messages"])
    return ModelRequest(**told)
