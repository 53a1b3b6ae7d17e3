"""Sessions as they are in a store: told in one line each."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, File
from core.intents import OpenSession, Origin, Person, Place
from core.messages.model import AGENT, Speaker
from core.ports import Usage
from core.storage.unit_of_work import Database, Unit
from core.vocabulary import AgentType, Language
from tests.intake.people import ANA, HOME

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def opened(
    database: Database,
    title: str = "Watcher",
    place: Place = HOME,
    person: Person = ANA,
    requirements: str = "",
    agent_type: AgentType = AgentType.RESEARCH,
) -> str:
    async with database.write() as unit:
        origin = Origin(place, person, "open", NOW)
        session_id = await unit.sessions.add(OpenSession(origin, title, agent_type), "Ana", title)
        await unit.sessions.update(session_id, thread=session_id[:20])
        if requirements:
            await unit.sessions.add_requirement(session_id, requirements, "Ana", person)
        return session_id


async def said(
    unit: Unit, session_id: str, message: str, text: str, person: Person = ANA, turn: str | None = None
) -> None:
    await unit.messages.add(
        session_id,
        speaker=Speaker.AGENT if person == AGENT else Speaker.PERSON,
        author="" if person == AGENT else person.id[1:].capitalize(),
        person=person,
        platform_message=message,
        text=text,
        at=unit.clock.now(),
        aside=text.startswith("//"),
        turn=turn,
    )


async def made(unit: Unit, session_id: str, person: Person = ANA, content: str = "x = 1\n") -> Automation:
    job_id = await unit.automations.add_job(session_id, Language.PYTHON, person)
    return await unit.automations.add(
        Automation(
            id="",
            session_id=session_id,
            number=0,
            status=AutomationStatus.READY,
            language=Language.PYTHON,
            summary="It watches.",
            dependencies=(),
            setup="",
            usage="",
            warnings=(),
            evidence=Evidence(),
            created_at=NOW,
            files=(File("a.py", content),),
        ),
        job_id,
    )


async def paid(unit: Unit, session_id: str, purpose: str, cost: str | None, tokens: int = 10) -> None:
    call = await unit.model_calls.begin(session_id, purpose)
    usage = Usage(tokens, tokens, cost=None if cost is None else Decimal(cost))
    await unit.model_calls.ended(call, "done", "some/model", usage)
