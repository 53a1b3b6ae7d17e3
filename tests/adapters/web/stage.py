"""The web application on a socket over the real desk, library and accounts, with a chat platform and a model in memory.

In the workspace T1 there are Ana and Ben (members), Gus (a guest who is in no channel), Max (an admin) and Ola (who runs
the installation); in T2 Max's namesake, an admin there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any, Self

import httpx

from adapters.shared.background import background
from adapters.web.api.shapes.versions import ASuggestion
from adapters.web.app import build_app
from adapters.web.client import Threadwright
from adapters.web.front import Front, Limits
from adapters.web.platform import WebPlatform
from adapters.web.serving import serving
from core.accounts import EVERYTHING, Scope
from core.delivery.courier import Courier
from core.delivery.watching import Happenings, Watched, sessions_by_thread
from core.errors import PlatformRefused
from core.intake.once import Remembering
from core.intake.reading import Reading
from core.intake.signing import Signing
from core.intake.visibility import Visibility
from core.intents import Person, Place
from core.library import Once
from core.ports import Standing
from core.sessions.model import Session
from core.storage.unit_of_work import Database
from core.vocabulary import AgentType
from core.work.handlers import errands, ordered
from tests.fakes.house import FakeClock, House
from tests.fakes.platform import FakePlatform

ANA, BEN, GUS, MAX, OLA = (Person("T1", f"U{name}") for name in ("ANA", "BEN", "GUS", "MAX", "OLA"))
STRANGER = Person("T2", "UMAX")
ROOMY = Limits(requests=1_000_000, writes=1_000_000, sign_ins=1_000_000, beat=0.05)
PRINTS = (
    '<file path="main.py">\nprint("hello")\n</file>\n<file path="README.md">\n# Hello\n</file>\n<done/>\n'
)
SUGGESTS = '<suggestion path="main.py" line="1">It greets nobody. Greet by name.</suggestion>\n'


class Slack(FakePlatform):
    """Knows two workspaces."""

    async def standing(self, workspace: str, person: Person) -> Standing:
        if workspace == "T2" and person == STRANGER:
            return "admin"
        if person.team != workspace:
            raise PlatformRefused("You are not known here.")
        return await super().standing(workspace, person)


class Stage(House):
    """Whatever the desk is given to do is done at once, in the background."""

    def __init__(self, database: Database, limits: Limits = ROOMY, once: Once | None = None) -> None:
        self._news, self._calm = asyncio.Event(), asyncio.Event()
        self._calm.set()
        self.limits, self.once = limits, once
        clock = FakeClock()
        super().__init__(Database(database._engine, clock, database._ids), clock)
        self.platform = Slack()
        self.platform.names = {"UANA": "Ana", "UBEN": "Ben", "UMAX": "Max", "UGUS": "Gus", "UOLA": "Ola"}
        self.platform.channels = {"C1": ("general", None), "C9": ("secret", {"UBEN"})}
        self.platform.standings = {
            "UANA": "member",
            "UBEN": "member",
            "UGUS": "guest",
            "UMAX": "admin",
            "UOLA": "member",
        }
        self.happenings = Happenings(clock, window=0)
        self.restart()
        self._connect()

    def _connect(self) -> None:
        seen_by = sessions_by_thread(self.database)
        platforms = {
            "slack": Watched(self.platform, self.happenings, seen_by),
            "web": Watched(WebPlatform(self.platform.name_of), self.happenings, seen_by),
        }
        self.shop = replace(self.shop, courier=Courier(self.database, platforms))
        self.handlers = {**ordered(self.shop), **errands(self.shop)}
        known = {"slack": self.platform}
        self.accounts = Signing(self.database, self.clock, frozenset({("slack", "T1", "UOLA")}), known)
        library = Reading(self.database, Visibility(known, self.clock), self.happenings)
        once = self.once or Remembering(self.database)
        self.front = Front(self.desk, library, self.accounts, once, self.clock, limits=self.limits)

    def nudge(self) -> None:
        self._calm.clear()
        self._news.set()

    async def work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self.settle()
            if not self._news.is_set():
                self._calm.set()

    async def quiet(self) -> None:
        """All that was asked for is done."""
        async with asyncio.timeout(20):
            await self._calm.wait()

    # ---- who comes

    async def token(
        self,
        person: Person = ANA,
        scopes: frozenset[Scope] = EVERYTHING,
        *,
        platform: str = "slack",
        workspace: str | None = None,
        days: int = 90,
    ) -> str:
        where = workspace or person.team
        return (await self.accounts.new_token(platform, where, person, "test", scopes, days)).secret

    async def link(self, person: Person = ANA) -> str:
        return await self.accounts.link(Place("slack", person.team, "C1"), person)


class Web:
    """``base``: where it listens."""

    def __init__(self, stage: Stage, base: str, stack: AsyncExitStack) -> None:
        self.stage, self.base, self._stack = stage, base, stack

    @classmethod
    @asynccontextmanager
    async def open(
        cls, database: Database, limits: Limits = ROOMY, once: Once | None = None
    ) -> AsyncIterator[Self]:
        stage = Stage(database, limits, once)
        async with background() as group, AsyncExitStack() as stack:
            working = group.create_task(stage.work())
            stack.callback(working.cancel)
            port = await stack.enter_async_context(serving(build_app(stage.front), "127.0.0.1", 0))
            yield cls(stage, f"http://127.0.0.1:{port}", stack)

    async def client(self, person: Person = ANA, scopes: frozenset[Scope] = EVERYTHING) -> Threadwright:
        return await self._stack.enter_async_context(
            Threadwright(self.base, await self.stage.token(person, scopes))
        )

    async def plain(
        self, token: str | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.AsyncClient:
        """Whatever HTTP can say."""
        named = {"Authorization": f"Bearer {token}"} if token else {}
        made = httpx.AsyncClient(base_url=self.base, headers={**named, **(headers or {})}, timeout=20)
        return await self._stack.enter_async_context(made)

    async def browser(self, person: Person = ANA) -> tuple[httpx.AsyncClient, str]:
        """Signed in by a link, with the secret that its forms bring."""
        browser = await self.plain()
        response = await browser.post(f"/sign-in/{await self.stage.link(person)}")
        assert response.status_code == 303
        caller = await self.stage.accounts.by_cookie(browser.cookies["tw_session"])
        assert caller is not None
        return browser, caller.csrf

    async def opened(self, bot: Threadwright, **changes: Any) -> str:
        """The id of a session whose thread is there."""
        session = await bot.open_session(
            "Price watcher", AgentType.WEB_CRAWLER, ["Crawl politely"], **changes
        )
        await self.until_thread(session.id)
        return session.id

    async def until_thread(self, session_id: str) -> Session:
        await self.stage.quiet()
        async with self.stage.database.read() as unit:
            session = await unit.sessions.get(session_id)
        assert session is not None
        return session

    async def generated(self, bot: Threadwright, session_id: str, answer: str = PRINTS) -> str:
        """The id of the version that came of it."""
        await self.stage.quiet()
        self.stage.model.say(answer)
        asked = await bot.generate(session_id)
        await self.stage.quiet()
        job = await bot.job(session_id, asked.id)
        assert job.automation is not None, job.sentence
        return job.automation

    async def reviewed(
        self, bot: Threadwright, session_id: str, automation_id: str, answer: str = SUGGESTS
    ) -> list[ASuggestion]:
        """What the review of the newest version suggests."""
        await self.stage.quiet()
        self.stage.model.say(answer)
        await bot.review(session_id)
        await self.stage.quiet()
        return await bot.suggestions(session_id, automation_id)
