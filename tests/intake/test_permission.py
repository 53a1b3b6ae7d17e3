"""What a workspace has set counts at the desk: who may generate, with which model and in which language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.accounts import Role, WorkspaceSettings
from core.automations.model import JobStatus
from core.desk import Outcome, Receipt
from core.errors import CreditGone
from core.intake import permission
from core.intake.desk import IntakeDesk
from core.intake.permission import NOBODY_KNOWS, NOT_YOU
from core.intake.signing import Signing
from core.intents import Generate, Intent, Person, Retry
from core.sessions.model import Session
from core.storage.automations import Job
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import TimeIds
from core.vocabulary import Language
from tests.fakes.house import FakeClock, House, thread_of
from tests.fakes.model import Says
from tests.intake.people import ANA, BEN, OPA, OTHER_WORKSPACE, Telling, caller

BOSS = caller(BEN, Role.MAINTAINER)


@pytest.fixture
async def house(sqlite_url: str, clock: FakeClock) -> AsyncIterator[House]:
    async with open_engine(sqlite_url) as engine:
        yield House(Database(engine, clock, TimeIds()), clock)


@pytest.fixture
def rules(house: House, clock: FakeClock, slack: Telling) -> Signing:
    signing = Signing(house.database, clock, frozenset({("slack", "T1", "UOPA")}), {"slack": slack})
    house.desk = IntakeDesk(house.database, house, role_of=signing.role_of)
    return signing


async def asked(house: House, session: Session, person: Person) -> Receipt:
    return await house.desk.receive(Generate(house.origin(person, thread_of(session))))


def refusal(receipt: Receipt) -> str:
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.reply is not None
    return receipt.reply.text


async def ordered(house: House, session: Session) -> Job:
    async with house.database.read() as unit:
        job = await unit.automations.newest_job(session.id)
    assert job is not None
    return job


async def test_where_nothing_is_set_everybody_generates_and_nobody_is_asked(
    house: House, rules: Signing, slack: Telling
) -> None:
    session = await house.open()
    assert (await asked(house, session, ANA)).outcome is Outcome.ACCEPTED
    assert slack.asked["standing"] == 0


async def test_only_maintainers_generate_where_that_is_set(
    house: House, rules: Signing, slack: Telling
) -> None:
    slack.standings = {"UBEN": "admin"}
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    assert refusal(await asked(house, session, ANA)) == NOT_YOU
    await rules.set_role(BOSS, ANA, Role.MAINTAINER)
    for person in (ANA, BEN, OPA):
        assert (await asked(house, session, person)).outcome is Outcome.ACCEPTED
        job = await ordered(house, session)
        async with house.database.write() as unit:
            await unit.automations.set_job(job.id, JobStatus.FAILED)
    assert slack.asked["standing"] == 3


async def test_a_refused_click_leaves_no_trace_and_may_come_again(house: House, rules: Signing) -> None:
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    click = Generate(house.origin(ANA, thread_of(session), "click"))
    refusal(await house.desk.receive(click))
    await rules.set_role(BOSS, ANA, Role.MAINTAINER)
    assert (await house.desk.receive(click)).outcome is Outcome.ACCEPTED


async def test_trying_again_is_generating(house: House, rules: Signing) -> None:
    session = await house.open()
    house.model.say(Says(fails=CreditGone("The credit is gone.")))
    await house.generate(session)
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    again: Intent = Retry(house.origin(ANA, thread_of(session)))
    assert refusal(await house.desk.receive(again)) == NOT_YOU


async def test_the_settings_of_another_workspace_do_not_count(house: House, rules: Signing) -> None:
    session = await house.open()
    boss = replace(BOSS, workspace=OTHER_WORKSPACE.workspace)
    await rules.change_settings(boss, WorkspaceSettings(maintainers_only=True))
    assert (await asked(house, session, ANA)).outcome is Outcome.ACCEPTED


async def test_while_the_platform_is_silent_the_answer_is_a_polite_no(
    house: House, rules: Signing, slack: Telling
) -> None:
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    slack.silent = True
    assert refusal(await asked(house, session, OPA)) == NOBODY_KNOWS


async def test_a_click_does_not_wait_for_a_slow_platform(
    house: House, rules: Signing, slack: Telling
) -> None:
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    slack.open.clear()
    async with asyncio.timeout(permission.PATIENCE * 10):
        assert refusal(await asked(house, session, BEN)) == NOBODY_KNOWS


async def test_a_desk_that_can_ask_nobody_refuses(house: House, rules: Signing) -> None:
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings(maintainers_only=True))
    house.desk = IntakeDesk(house.database, house)
    assert refusal(await asked(house, session, BEN)) == NOBODY_KNOWS


@pytest.mark.parametrize(
    ("said", "expected"),
    [(None, Language.BASH), (Language.PYTHON, Language.PYTHON), (Language.AUTO, Language.AUTO)],
)
async def test_model_and_language_of_the_workspace(
    house: House, rules: Signing, said: Language | None, expected: Language
) -> None:
    session = await house.open()
    await rules.change_settings(BOSS, WorkspaceSettings("some/model", language=Language.BASH))
    await house.desk.receive(Generate(house.origin(ANA, thread_of(session)), said))
    job = await ordered(house, session)
    assert (job.model, job.language) == ("some/model", expected)


async def test_settings_count_for_sessions_of_the_browser(house: House, rules: Signing) -> None:
    await rules.change_settings(BOSS, WorkspaceSettings("some/model"))
    async with house.database.read() as unit:
        assert (await unit.accounts.settings_of("web", "slack:T1")).model == "some/model"
        assert (await unit.accounts.settings_of("web", "slack:T2")).model == ""
        assert (await unit.accounts.settings_of("web", "T1")).model == ""
    assert await rules.role_of("web", "slack:T1", OPA) is Role.OPERATOR
