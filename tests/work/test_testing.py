"""*Run tests*, while others do something with the same version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus
from core.intents import Delete, RunTests
from core.sessions.model import Session
from tests.fakes.checker import FakeChecker
from tests.fakes.house import House, thread_of
from tests.work.projects import GOOD, answer

RIGHT = Evidence(checked=True, proved=True)
WRONG = Evidence(checked=True, notes=("1 of 3 tests failed",))


@dataclass
class Interrupted(FakeChecker):
    """``meanwhile``: happens while it checks."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def check(self, *order: object) -> Evidence:
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.finds[-1]


async def run_again(
    house: House, found: Evidence, meanwhile: Callable[[Session, Automation], Awaitable[object]]
) -> tuple[Session, Automation | None]:
    """A draft whose tests are run again, and what is stored then."""
    session = await house.open()
    house.model.say(answer(GOOD))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    house.checker = Interrupted([found], meanwhile=lambda: meanwhile(session, made))
    house.restart()
    await house.receive(RunTests(house.origin(thread=thread_of(session)), made.id))
    return session, await house.newest(session)


@pytest.mark.parametrize("found", [RIGHT, WRONG])
async def test_what_became_ready_meanwhile_stays_so_with_its_proof(house: House, found: Evidence) -> None:
    async def proved_and_taken(_: Session, made: Automation) -> None:
        async with house.database.write() as unit:
            await unit.automations.prove(made.id, RIGHT)
            await unit.automations.advance(made.id, AutomationStatus.READY)
            await unit.automations.advance(made.id, AutomationStatus.DOWNLOADED)

    session, now = await run_again(house, found, proved_and_taken)
    assert now is not None
    assert (now.status, now.evidence.proved) == (AutomationStatus.DOWNLOADED, True)
    assert house.thread(session)[-1].text.startswith(("✅ **v1**", "⚠️ **v1**")), "and the outcome is told"


async def test_a_session_deleted_meanwhile_ends_in_order(house: House) -> None:
    async def deleted(session: Session, _: Automation) -> None:
        await house.desk.receive(Delete(house.origin(), session.id, confirmed=True))

    session, now = await run_again(house, RIGHT, deleted)
    assert now is None
    assert house.thread(session)[-1].text == "🛑 This session was deleted."
