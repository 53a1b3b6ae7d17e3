"""One run: everything is started, people play while processes die, and at the end it is compared."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.chaos.comparing import Finding, findings
from bot.chaos.discord import discord
from bot.chaos.killing import Killer, World, make_mischief
from bot.chaos.model import Mind
from bot.chaos.outcome import Outcome
from bot.chaos.paying import repaid
from bot.chaos.people import Company, Session
from bot.chaos.place import Place
from bot.chaos.plan import Dice
from bot.chaos.postgres import Postgres, postgres
from bot.chaos.programs import Database, fleet
from bot.chaos.seen import Case, Stored
from bot.chaos.slack import slack
from bot.chaos.stored import read
from bot.simulators.openrouter import OpenRouterSimulator

_START_SECONDS = 60.0
_LOOK = 1.0
_SETTLE = 4.0
"""Seconds after everything looks as it has to, for what might still come twice."""


@dataclass(frozen=True, slots=True)
class Options:
    """``lanes``: channels of each platform in which people play. ``patience``: seconds until everything has to be
    quiet after the last kill. ``folder``: for data, logs and transcripts."""

    kills: int
    seed: int
    folder: Path
    database: Database = "sqlite"
    workers: int = 3
    lanes: int = 3
    patience: float = 180.0


async def run(options: Options) -> Outcome:
    """Raises NoPostgres."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(postgres()) if options.database == "postgres" else None
        url = server.url if server else f"sqlite+aiosqlite:///{options.folder / 'app.sqlite'}"
        world = await stack.enter_async_context(_world(options, url))
        dice = Dice(options.seed)
        companies = [
            Company(place, lane * len(world.places) + number, dice)
            for number, place in enumerate(world.places.values())
            for lane in range(options.lanes)
        ]
        return await Play(options, world, companies, url, server).perform(dice)


@asynccontextmanager
async def _world(options: Options, url: str) -> AsyncIterator[World]:
    """All is started and connected."""
    async with slack() as one, discord() as other, OpenRouterSimulator.start() as model:
        mind = Mind(model)
        model.respond(mind)
        settings = {
            **one.settings,
            **other.settings,
            "OPENROUTER_BASE_URL": model.base_url,
            "OPENROUTER_API_KEY": model.key,
        }
        async with fleet(options.database, url, options.workers, settings, options.folder) as programs:
            await programs.start()
            for each in programs.programs:
                if not await each.ready(_START_SECONDS):
                    raise RuntimeError(f"{each.name} does not start: {each.log}")
            yield World({"slack": one, "discord": other}, model, mind, programs)


class Play:
    """The run itself. ``url``: of the database."""

    def __init__(
        self, options: Options, world: World, companies: Sequence[Company], url: str, server: Postgres | None
    ) -> None:
        self._options = options
        self._world = world
        self._companies = companies
        self._url = url
        self._server = server
        self._over = False
        self._began = time.monotonic()

    async def perform(self, dice: Dice) -> Outcome:
        restart = partial(asyncio.to_thread, self._server.restart) if self._server else None
        killer = Killer(self._world, dice, self.tell, restart)
        async with asyncio.TaskGroup() as group:
            forever = [group.create_task(each.retry_failures()) for each in self._companies]
            forever.append(group.create_task(self._world.fleet.keep()))
            async with asyncio.TaskGroup() as playing:
                for each in self._companies:
                    playing.create_task(each.play(lambda: self._over))
                mischief = playing.create_task(make_mischief(self._world, dice, lambda: self._over))
                await killer.kill(self._options.kills)
                self._over = True
                self.tell("no more kills; everybody ends what they have begun")
            await self._quiet()
            for task in forever:
                task.cancel()
        outcome = self._outcome(killer, mischief.result(), await self._world.fleet.stop())
        self._keep(outcome)
        return outcome

    async def _quiet(self) -> None:
        """Until all is as it has to be and stays so, or patience has an end."""
        ends = time.monotonic() + self._options.patience
        while time.monotonic() < ends:
            if not self._wrong():
                await asyncio.sleep(_SETTLE)
                if not self._wrong():
                    return
            await asyncio.sleep(_LOOK)
        self.tell(f"not quiet after {self._options.patience:.0f} s")

    def _wrong(self) -> list[Finding]:
        """What counts: an event that a platform gave up does not."""
        found = self._findings()
        return found if not self._excused(found) else [each for each in found if each.kind != "undelivered"]

    def _excused(self, found: Sequence[Finding]) -> bool:
        return sum(each.kind == "undelivered" for each in found) <= self._given_up()

    def _given_up(self) -> int:
        return sum(each.given_up for each in self._world.places.values())

    def _findings(self) -> list[Finding]:
        stored, _ = read(self._url)
        return [
            found
            for company in self._companies
            for session in company.sessions
            if session.submitted
            for found in findings(_case(company, session, stored.get(f"Watch {session.title}", Stored())))
        ]

    def _outcome(self, killer: Killer, spoiled: int, unwell: Sequence[str]) -> Outcome:
        fleet, asked = self._world.fleet, self._world.mind.asked
        _, calls = read(self._url)
        sessions = [each for company in self._companies for each in company.sessions if each.submitted]
        vain = [each for company in self._companies for each in company.gave_up]
        complaints = Counter(each for place in self._world.places.values() for each in place.complaints)
        figures = {"sessions": len(sessions), "spoiled calls and sockets": spoiled}
        figures |= {"restarts of PostgreSQL": killer.restarts} if self._server else {}
        return Outcome(
            kills=len(fleet.deaths),
            turns=sum(len(each.questions) + 1 for each in sessions),
            findings=self._findings(),
            repaid=repaid(asked, calls, fleet.deaths),
            broken=[
                *fleet.fallen,
                *unwell,
                *vain,
                *(f"{number}x {each}" for each, number in complaints.items()),
            ],
            excused=self._given_up(),
            figures=figures,
        )

    def _keep(self, outcome: Outcome) -> None:
        """What people saw in the end, and what is wrong with it."""
        for name, place in self._world.places.items():
            (self._options.folder / f"{name}.txt").write_text(place.transcript(), encoding="utf-8")
        titles = {each.title for each in outcome.findings}
        for company in self._companies:
            for session in company.sessions:
                if session.title in titles:
                    self._keep_thread(company, session)
        self._keep_asked()
        (self._options.folder / "findings.txt").write_text("\n".join(outcome.told()), encoding="utf-8")

    def _keep_asked(self) -> None:
        """What the model was asked, with its bytes and what the account says of it."""
        _, calls = read(self._url)
        with (self._options.folder / "asked.txt").open("wb") as kept:
            for each in self._world.mind.asked:
                about = (
                    f"{each.id} {each.at:.3f} {each.kind} {each.about} {calls.get(each.id)} {each.spoiled} "
                )
                kept.write(about.encode() + each.body + b"\n")

    def _keep_thread(self, company: Company, session: Session) -> None:
        asked = [f"{one.word}: said {one.said:.3f}, arrived {one.arrived}" for one in session.questions]
        seen = [
            f"{each.id} {'bot' if each.by_bot else 'person'}{' …' if each.growing else ''}: {each.text} "
            f"{list(each.buttons)} {list(each.files)}"
            for each in company.thread(session)
        ]
        told = "\n".join([repr(session.generated), *asked, "", *seen])
        (self._options.folder / f"thread-{session.title}.txt").write_text(told, encoding="utf-8")

    def tell(self, line: str) -> None:
        said = f"{time.monotonic() - self._began:7.2f} s  {line}\n"
        sys.stderr.write(said)
        with (self._options.folder / "chaos.log").open("a", encoding="utf-8") as log:
            log.write(f"{time.time():.3f} {said}")


def _case(company: Company, session: Session, stored: Stored) -> Case:
    place: Place = company.place
    archives = place.handed(session.spot)
    name = f"watch-{session.title}-v"
    return Case(
        title=session.title,
        questions=tuple(session.questions),
        generated=session.generated,
        restored=session.restored,
        downloaded=session.downloaded,
        cards=len(place.cards(session.spot, session.title)),
        thread=company.thread(session),
        handed=sum(each.startswith(name) and each.endswith(".zip") for each in archives),
        stored=stored,
    )
