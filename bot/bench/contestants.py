"""The program and the bare client, with the same handles: what one is asked to do, the other is asked too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from tempfile import TemporaryDirectory
from typing import Protocol

from bot.bench.places import Place, Spot
from bot.bench.stage import Stage, process

START_SECONDS = 30.0


class Contestant(Protocol):
    @property
    def name(self) -> str: ...

    def running(self, stage: Stage[Place]) -> AbstractAsyncContextManager[int]:
        """A process of its own, connected; its id."""
        ...

    async def begin(self, stage: Stage[Place], spot: Spot) -> str:
        """The root of a new thread, in which the model is asked at once."""
        ...

    async def ask(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        """Somebody says something in the thread, to which the model will answer."""
        ...

    async def generate(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        """Somebody wants the files."""
        ...


class Program:
    """``python -m bot run`` as in production, on an empty data folder."""

    name = "Threadwright"

    @asynccontextmanager
    async def running(self, stage: Stage[Place]) -> AsyncIterator[int]:
        with TemporaryDirectory() as folder:
            async with process("-m", "bot", "run", environment=stage.settings(folder)) as number:
                await stage.place.connected(START_SECONDS)
                yield number

    async def begin(self, stage: Stage[Place], spot: Spot) -> str:
        return await stage.place.open(spot)

    async def ask(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        await stage.place.say(spot, root, "And what about the night?")

    async def generate(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        await stage.place.generate(spot, root)


class BareClient:
    """``python -m bot.bench.bare``, or ``bare_discord``."""

    name = "bare client"

    @asynccontextmanager
    async def running(self, stage: Stage[Place]) -> AsyncIterator[int]:
        place, model = stage.place, stage.model
        async with process("-m", *place.bare, model.base_url, model.key) as number:
            await place.connected(START_SECONDS)
            yield number

    async def begin(self, stage: Stage[Place], spot: Spot) -> str:
        root = await stage.place.begin(spot)
        await self.ask(stage, spot, root)
        return root

    async def ask(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        await stage.place.say(spot, root, "stream")

    async def generate(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        await stage.place.say(spot, root, "deliver")


CONTESTANTS: tuple[Contestant, Contestant] = (Program(), BareClient())


@asynccontextmanager
async def next_one(contestant: Contestant, stage: Stage[Place]) -> AsyncIterator[int]:
    """The contestant while it runs, with the platform's rate limits as full as for the one before."""
    stage.place.advance(300)
    async with contestant.running(stage) as number:
        yield number
    await stage.place.parted()
