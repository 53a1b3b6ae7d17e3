"""The core with a platform and a model in memory, and an engine of ten lines: work runs in order when asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.automations.model import Automation
from core.delivery.courier import Courier
from core.desk import Outcome, Receipt
from core.errors import ThreadwrightError
from core.generation.prompts.library import load_prompts
from core.intake.desk import IntakeDesk
from core.intents import (
    ChangeRequirements,
    Generate,
    Intent,
    OpenSession,
    Origin,
    Person,
    Place,
    Say,
)
from core.sessions.model import Session
from core.storage.inbox import Work
from core.storage.unit_of_work import Database, Unit
from core.system import TimeIds
from core.vocabulary import AgentType, Language
from core.work.failing import Failing
from core.work.handlers import errands, ordered
from core.work.stopping import Stopping
from core.work.workshop import Checker, Workshop
from tests.fakes.checker import FakeChecker
from tests.fakes.model import FakeModel
from tests.fakes.platform import FakePlatform, Seen

ANA, BEN = Person("T1", "UANA"), Person("T1", "UBEN")
CHANNEL = Place("slack", "T1", "C1")


async def open_works(unit: Unit) -> Sequence[Work]:
    """What nobody has taken yet, in the order in which it came."""
    return await unit.inbox.choice(ordered=(), lanes=0, errands=500, workspace=500)


@dataclass
class FakeClock:
    """Time passes only when somebody sleeps."""

    at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


class House:
    def __init__(self, database: Database, clock: FakeClock, checker: Checker | None = None) -> None:
        self.database, self.clock = database, clock
        self.platform, self.model = FakePlatform(), FakeModel()
        self.platform.names = {"UANA": "Ana", "UBEN": "Ben"}
        self.checker = checker or FakeChecker()
        self.events = 0
        self.restart()

    def restart(self) -> None:
        """A new process on the same database and the same platform."""
        self.stopping = Stopping()
        self.desk = IntakeDesk(self.database, self)
        self.shop = Workshop(
            database=self.database,
            courier=Courier(self.database, {"slack": self.platform}),
            model=self.model,
            prompts=load_prompts(),
            checker=self.checker,
            stopping=self.stopping,
            clock=self.clock,
            ids=TimeIds(),
        )
        self.handlers = {**ordered(self.shop), **errands(self.shop)}

    def watched(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What those who watch hear from now on: of which session, what kind, and what of it."""
        told: list[tuple[str, str, dict[str, Any]]] = []
        self.desk = IntakeDesk(self.database, self, happened=lambda *happened: told.append(happened))
        return told

    def nudge(self) -> None:
        """The tests run the work themselves."""

    def stop(self, job_id: str) -> None:
        self.stopping.stop(job_id)

    def origin(self, person: Person = ANA, thread: str | None = None, key: str | None = None) -> Origin:
        self.events += 1
        return Origin(
            replace(CHANNEL, thread=thread), person, key or f"event-{self.events}", self.clock.now()
        )

    async def receive(self, intent: Intent) -> Receipt:
        """Hands in an intent and does all the work that follows."""
        receipt = await self.desk.receive(intent)
        await self.settle()
        return receipt

    async def settle(self) -> None:
        while waiting := await self.waiting():
            for work in waiting:
                await self.run(work)

    async def waiting(self) -> list[Work]:
        async with self.database.read() as unit:
            return list(await open_works(unit))

    async def run(self, work: Work, attempts: int = 3) -> None:
        for attempt in range(1, attempts + 1):
            try:
                await self.handlers[work.work](work)
                break
            except Exception as error:  # noqa: BLE001 -- an engine survives whatever its work raises
                if attempt == attempts or not (isinstance(error, ThreadwrightError) and error.retryable):
                    await self._give_up(work, error)
                    break
        async with self.database.write() as unit:
            await unit.inbox.ended(work.id)

    async def _give_up(self, work: Work, error: Exception, attempts: int = 3) -> None:
        for attempt in range(1, attempts + 1):
            try:
                return await Failing(self.shop)(work, error)
            except ThreadwrightError as unheard:
                if attempt == attempts or not unheard.retryable:
                    return None
        return None

    # ---- what a team does

    async def open(self, title: str = "Price watcher", requirements: str = "Crawl politely") -> Session:
        opened = OpenSession(self.origin(), title, AgentType.WEB_CRAWLER, requirements, "Python", "no cloud")
        assert (await self.desk.receive(opened)).outcome is Outcome.ACCEPTED
        session_id = (await self.waiting())[-1].session_id
        await self.settle()
        async with self.database.read() as unit:
            session = await unit.sessions.get(session_id or "")
        assert session is not None
        return session

    async def say(self, session: Session, text: str, person: Person = ANA, key: str | None = None) -> Receipt:
        origin = self.origin(person, thread_of(session), key)
        return await self.receive(Say(origin, f"m{self.events}", text))

    async def generate(self, session: Session, language: Language | None = None) -> Receipt:
        return await self.receive(Generate(self.origin(thread=thread_of(session)), language))

    async def require(self, session: Session, **changes: object) -> Receipt:
        return await self.receive(ChangeRequirements(self.origin(), session.id, **changes))  # type: ignore[arg-type]  # a test's shorthand

    async def newest(self, session: Session) -> Automation | None:
        async with self.database.read() as unit:
            return await unit.automations.newest(session.id)

    def thread(self, session: Session) -> list[Seen]:
        return self.platform.thread(thread_of(session))


def thread_of(session: Session) -> str:
    assert session.thread is not None
    return session.thread.thread
