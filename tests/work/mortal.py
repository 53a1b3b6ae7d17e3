"""What of the world a process sees, when that process may die at any step of it: before a call has its effect, or after.
From then on nothing that the dead process still does has any."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from core.automations.evidence import Evidence, Finding
from core.automations.model import File
from core.ports import (
    Attempt,
    LiveMessage,
    MessageRef,
    ModelEvent,
    ModelLimits,
    ModelRequest,
    TextDelta,
    ThreadRef,
    Usage,
)
from core.replies import Reply
from core.sessions.model import Requirement
from core.storage.unit_of_work import Database, Unit
from core.vocabulary import Language
from tests.fakes.checker import FakeChecker
from tests.fakes.model import FakeModel, Says
from tests.fakes.platform import FakePlatform

_EVERY = 25
"""Words of the model's stream between two steps."""


class Killed(BaseException):
    """Nothing that handles failures catches it."""


@dataclass
class Steps:
    """``fatal``: the number of the step at which the program dies, from 0; ``None``: it lives."""

    fatal: int | None = None
    trail: list[str] = field(default_factory=list)
    dead: bool = False

    def step(self, what: str) -> None:
        if self.dead:
            raise Killed
        self.trail.append(what)
        if len(self.trail) - 1 == self.fatal:
            self.dead = True
            raise Killed


class MortalDatabase(Database):
    """A transaction that the program dies in never was; one that is committed stays, even if nobody hears of it."""

    def __init__(self, database: Database, steps: Steps) -> None:
        super().__init__(database._engine, database._clock, database._ids)
        self._steps = steps

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        self._steps.step("write")
        async with super().write() as unit:
            yield unit
            if self._steps.dead:
                raise Killed
        self._steps.step("written")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        self._steps.step("read")
        async with super().read() as unit:
            yield unit


class MortalPlatform:
    """Every call of the platform is two steps: it may get there, and its answer may come back."""

    def __init__(self, platform: FakePlatform, steps: Steps) -> None:
        self._platform = platform
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        plain = getattr(self._platform, name)
        if name == "name":
            return plain

        async def call(*args: Any, **options: Any) -> Any:
            self._steps.step(name)
            answer = await plain(*args, **options)
            self._steps.step(f"{name} answered")
            return answer

        return call

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Any, attempt: Attempt) -> AsyncIterator[LiveMessage]:
        self._steps.step("live")
        async with self._platform.live(thread, audience, attempt) as live:
            yield MortalLive(live, self._steps)


@dataclass
class MortalLive:
    live: LiveMessage
    steps: Steps

    def write(self, text: str) -> None:
        if not self.steps.dead:
            self.live.write(text)

    async def close(self, reply: Reply) -> MessageRef:
        self.steps.step("close")
        last = await self.live.close(reply)
        self.steps.step("closed")
        return last


class MortalModel:
    """The same bytes are given the same answer; other bytes the next one of `said`."""

    def __init__(
        self, model: FakeModel, steps: Steps, said: Iterator[Says], given: dict[bytes, Says]
    ) -> None:
        self._model = model
        self._steps = steps
        self._said = said
        self._given = given
        self.stream = model.stream

    async def write(self, request: ModelRequest) -> bytes:
        self._steps.step("write a request")
        return await self._model.write(request)

    async def send(self, body: bytes, *, again: bool = False) -> AsyncGenerator[ModelEvent, None]:
        self._steps.step("ask")
        if body not in self._given:
            self._given[body] = next(self._said)
        self._model.answers = [self._given[body]]
        words = 0
        async with aclosing(self._model.send(body, again=again)) as events:
            async for event in events:
                words += isinstance(event, TextDelta)
                if not isinstance(event, TextDelta) or words % _EVERY == 1:
                    self._steps.step(f"heard {type(event).__name__}")
                yield event

    async def price(self, generation_id: str) -> Usage | None:
        return await self._model.price(generation_id)

    async def limits(self, model: str | None = None) -> ModelLimits:
        self._steps.step("limits")
        return await self._model.limits(model)


@dataclass
class MortalChecker:
    checker: FakeChecker
    steps: Steps

    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        self.steps.step("check")
        return await self.checker.check(files, language, requirements, say, noticed)
