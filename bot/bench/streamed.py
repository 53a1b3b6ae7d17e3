"""The measured process of `streams`: one program that writes answers in many Slack workspaces and for a Discord bot.

Installed into one workspace only, `run` cannot do that yet. So this is wired here as `bot/wiring.py` does it, from the
desk down to the platforms, on a database of its own; what is left out is what listens to the platforms."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from adapters.discord import adapter as discord
from adapters.slack import adapter as slack
from bot.bench.errand import Corner, Errand, heard, perform
from bot.bench.loop import run
from bot.bench.meter import Meter
from bot.bench.wire import MODEL
from core.automations.evidence import Evidence, Finding
from core.automations.model import File
from core.delivery.courier import Courier
from core.delivery.watching import Happenings, Watched, sessions_by_thread
from core.desk import Outcome
from core.generation.prompts.library import load_prompts
from core.intake.decision import OPEN
from core.intake.desk import IntakeDesk
from core.intents import Attachment, OpenSession, Origin, Person, Place
from core.jobs.engine import Engine, open_jobs
from core.jobs.home import Home, open_home
from core.openrouter.client import open_model
from core.openrouter.config import ModelConfig
from core.ports import Attempt, Channel, ChatPlatform, LiveMessage, MessageRef, OutFile, Standing, ThreadRef
from core.replies import Reply
from core.sessions.model import Requirement
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.vocabulary import AgentType, Language
from core.work.handlers import ordered
from core.work.stopping import Stopping
from core.work.workshop import Workshop


class Metered:
    """Implements `core.ports.ChatPlatform`: that of the workspace. What comes for a live message is read by the meter."""

    def __init__(self, name: str, of: Callable[[str], ChatPlatform], meter: Meter) -> None:
        self.name = name
        self._of = of
        self._meter = meter

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        return await self._of(place.workspace).open_thread(place, card, attempt)

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        return await self._of(thread.workspace).post(thread, reply, attempt)

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        await self._of(message.thread.workspace).edit(message, reply, final=final)

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[LiveMessage]:
        async with self._of(thread.workspace).live(thread, audience, attempt) as live:
            yield MeteredLive(live, self._meter)

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        await self._of(thread.workspace).attach(thread, files, attempt)

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        await self._of(place.workspace).hand(person, place, file, text, attempt)

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        await self._of(place.workspace).whisper(place, person, reply)

    async def name_of(self, person: Person) -> str:
        return await self._of(person.team).name_of(person)

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        return await self._of(workspace).channels_of(workspace, person)

    async def standing(self, workspace: str, person: Person) -> Standing:
        return await self._of(workspace).standing(workspace, person)

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        return await self._of(workspace).read_attachment(workspace, attachment, limit)


class MeteredLive:
    """Implements `core.ports.LiveMessage`."""

    def __init__(self, live: LiveMessage, meter: Meter) -> None:
        self._live = live
        self._meter = meter
        self.close = live.close

    def write(self, text: str) -> None:
        self._meter.read(text)
        self._live.write(text)


class NothingToCheck:
    """Implements `core.work.workshop.Checker`: nothing is generated here."""

    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        raise NotImplementedError


@asynccontextmanager
async def _platforms(errand: Errand, meter: Meter) -> AsyncIterator[Mapping[str, ChatPlatform]]:
    """One for all workspaces of Slack, one for Discord."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        towns = {}
        for workspace, token in errand.tokens.items():
            config = slack.SlackConfig(token, "xapp-fake", errand.slack_url)
            towns[workspace] = await stack.enter_async_context(slack.open_platform(config, clock))
        there = discord.DiscordConfig(errand.discord_token, errand.discord_url, errand.gateway_url)
        here = await stack.enter_async_context(discord.open_platform(there, clock))
        yield {
            "slack": Metered("slack", towns.__getitem__, meter),
            "discord": Metered("discord", lambda _: here, meter),
        }


def _address(folder: str) -> str:
    return f"sqlite:///{Path(folder) / 'bench.db'}"


@asynccontextmanager
async def _workshop(errand: Errand, folder: str, meter: Meter) -> AsyncIterator[Workshop]:
    url = _address(folder)
    upgrade(url)
    clock, ids = SystemClock(), TimeIds()
    async with (
        open_engine(url) as engine,
        open_model(ModelConfig(errand.model_key, MODEL, errand.model_url)) as model,
        _platforms(errand, meter) as platforms,
    ):
        database, happenings = Database(engine, clock, ids), Happenings(clock)
        session_of = sessions_by_thread(database)
        watched = {name: Watched(each, happenings, session_of) for name, each in platforms.items()}
        yield Workshop(
            database=database,
            courier=Courier(database, watched),
            model=model,
            prompts=load_prompts(),
            checker=NothingToCheck(),
            stopping=Stopping(),
            clock=clock,
            ids=ids,
        )


class Openings:
    """Handles the opening of sessions. ``left``: so many have not come to their end."""

    def __init__(self, shop: Workshop, number: int) -> None:
        self._opening = ordered(shop)[OPEN]
        self._left = number
        self.over = asyncio.Event()

    async def __call__(self, work: Work) -> None:
        await self._opening(work)
        self._left -= 1
        if not self._left:
            self.over.set()


class Follower:
    """Tells the engine of new work."""

    def __init__(self, engine: Engine) -> None:
        self.nudge = engine.nudge

    def stop(self, job_id: str) -> None:
        """Nothing is ever stopped."""


def _wanted(number: int, corner: Corner) -> OpenSession:
    place = Place(corner.platform, corner.workspace, corner.channel)
    person = Person(corner.workspace, corner.user)
    origin = Origin(place, person, f"open:{number}", datetime.now(UTC))
    return OpenSession(origin, f"Session {number}", AgentType.RESEARCH)


async def _answer_all(shop: Workshop, home: Home, corners: Sequence[Corner], meter: Meter) -> None:
    openings = Openings(shop, len(corners))
    jobs = open_jobs(home, shop.database, ordered={OPEN: openings}, errands={})
    async with jobs as engine, asyncio.TaskGroup() as working:
        running = working.create_task(engine.run())
        desk = IntakeDesk(shop.database, Follower(engine))
        gc.freeze()  # as the program does when it is ready

        async def answers(group: asyncio.TaskGroup) -> None:
            for number, corner in enumerate(corners):
                receipt = await desk.receive(_wanted(number, corner))
                assert receipt.outcome is Outcome.ACCEPTED, receipt
            group.create_task(openings.over.wait())

        await perform(answers, meter)
        running.cancel()


async def main() -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    errand, meter = Errand.parsed(await heard()), Meter()
    with TemporaryDirectory() as folder, open_home(_address(folder), Path(folder)) as home:
        async with _workshop(errand, folder, meter) as shop:
            await shop.model.limits()
            await _answer_all(shop, home, errand.corners, meter)


if __name__ == "__main__":
    run(main())
