"""The program and the bare client, with the same handles: what one is asked to do, the other is asked too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from tempfile import TemporaryDirectory
from typing import Protocol

from bot.bench.stage import Spot, Stage, process

START_SECONDS = 30.0


class Contestant(Protocol):
    @property
    def name(self) -> str: ...

    def running(self, stage: Stage) -> AbstractAsyncContextManager[int]:
        """A process of its own, connected; its id."""
        ...

    async def begin(self, stage: Stage, spot: Spot) -> str:
        """The root of a new thread, in which the model is asked at once."""
        ...

    async def ask(self, stage: Stage, spot: Spot, root: str) -> None:
        """Somebody says something in the thread, to which the model will answer."""
        ...

    async def generate(self, stage: Stage, spot: Spot, root: str) -> None:
        """Somebody wants the files."""
        ...


class Program:
    """``python -m bot run`` as in production, on an empty data folder."""

    name = "Threadwright"

    @asynccontextmanager
    async def running(self, stage: Stage) -> AsyncIterator[int]:
        with TemporaryDirectory() as folder:
            async with process("-m", "bot", "run", environment=stage.settings(folder)) as number:
                await stage.slack.connected(START_SECONDS)
                yield number

    async def begin(self, stage: Stage, spot: Spot) -> str:
        await stage.slack.slash(spot.user, spot.channel, "new")
        await stage.slack.until(lambda: stage.slack.view(spot.user))
        form = {"title": "Watch prices", "agent_type": "web_crawler", "requirements": "every hour"}
        refused = await stage.slack.submit(spot.user, form)
        if refused:
            raise RuntimeError(f"the form was refused: {refused}")
        card = await stage.slack.until(lambda: next(iter(stage.slack.channel(spot.channel)), None))
        return card.ts

    async def ask(self, stage: Stage, spot: Spot, root: str) -> None:
        await stage.slack.say(spot.user, spot.channel, "And what about the night?", thread=root)

    async def generate(self, stage: Stage, spot: Spot, root: str) -> None:
        await stage.slack.click(spot.user, root, "Generate", channel=spot.channel)


class BareClient:
    """``python -m bot.bench.bare``."""

    name = "bare client"

    @asynccontextmanager
    async def running(self, stage: Stage) -> AsyncIterator[int]:
        slack, model = stage.slack, stage.model
        where = (slack.api_url, slack.bot_token, slack.app_token, model.base_url, model.key)
        async with process("-m", "bot.bench.bare", *where) as number:
            await slack.connected(START_SECONDS)
            yield number

    async def begin(self, stage: Stage, spot: Spot) -> str:
        root = await stage.slack.say(spot.user, spot.channel, "A thread.")
        await self.ask(stage, spot, root)
        return root

    async def ask(self, stage: Stage, spot: Spot, root: str) -> None:
        await stage.slack.say(spot.user, spot.channel, "stream", thread=root)

    async def generate(self, stage: Stage, spot: Spot, root: str) -> None:
        await stage.slack.say(spot.user, spot.channel, "deliver", thread=root)


CONTESTANTS: tuple[Contestant, Contestant] = (Program(), BareClient())


@asynccontextmanager
async def next_one(contestant: Contestant, stage: Stage) -> AsyncIterator[int]:
    """The contestant while it runs, with the platform's rate tiers as full as for the one before."""
    stage.slack.advance(300)
    async with contestant.running(stage) as number:
        yield number
