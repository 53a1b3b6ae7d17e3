"""Handlers that do what a test tells them, and a place to watch them from."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import ThreadwrightError
from core.jobs.attempts import Patience
from core.jobs.engine import Engine, open_at
from core.jobs.home import open_home
from core.storage.boxes import Work

Act = Callable[[Work], Awaitable[None]]


@dataclass
class Stage:
    """``begun`` and ``done``: ids, in the order in which it happened. ``given_up``: what people would hear of."""

    engine: Engine | None = None
    begun: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    given_up: list[tuple[int, ThreadwrightError]] = field(default_factory=list)
    _acts: dict[int, Act] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def work(self, session: str | None, act: Act | None = None, kind: str = "turn") -> Work:
        work = Work(next(self._ids), kind, session, {"text": "שלום 🚀"})
        if act is not None:
            self._acts[work.id] = act
        return work

    async def dispatch(self, *works: Work) -> None:
        assert self.engine is not None
        for work in works:
            await self.engine.dispatch(work)

    async def handle(self, work: Work) -> None:
        await self._note(lambda: self.begun.append(work.id))
        if act := self._acts.get(work.id):
            await act(work)
        await self._note(lambda: self.done.append(work.id))

    async def give_up(self, work: Work, error: ThreadwrightError) -> None:
        await self._note(lambda: self.given_up.append((work.id, error)))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def until_done(self, *works: Work) -> None:
        ids = {work.id for work in works}
        await self.until(lambda: ids <= set(self.done))

    async def until_begun(self, *works: Work) -> None:
        ids = {work.id for work in works}
        await self.until(lambda: ids <= set(self.begun))

    def error_of(self, work: Work) -> ThreadwrightError:
        return dict(self.given_up)[work.id]

    async def _note(self, change: Callable[[], None]) -> None:
        async with self._changed:
            change()
            self._changed.notify_all()


@asynccontextmanager
async def on_stage(
    folder: Path, *, alone: bool = True, drain_seconds: float = 5, stage: Stage | None = None
) -> AsyncIterator[Stage]:
    """An engine whose handlers are the stage's. ``alone`` false: the way of many processes, on the same kind of file."""
    stage = stage or Stage()
    with open_home(f"sqlite:///{folder / 'app.sqlite'}", folder) as home:
        async with open_at(
            replace(home, embedded=alone),
            ordered={"turn": stage.handle},
            errands={"errand": stage.handle},
            on_failure=stage.give_up,
            patience=Patience(waits=(0.01, 0.02), longest=1),
            drain_seconds=drain_seconds,
        ) as stage.engine:
            yield stage
