"""The program dies at every single step of every kind of work, and comes back: people see what they would have seen, and
nothing is paid for twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from core.automations.evidence import Evidence, Finding
from core.errors import CreditGone
from core.intake.decision import PROGRESS
from core.intents import (
    Cancel,
    Delete,
    Diff,
    Download,
    Generate,
    OpenSession,
    Rename,
    Restore,
    Review,
    RunTests,
    Say,
)
from core.sessions.model import Session
from core.storage.unit_of_work import Database
from core.system import TimeIds
from core.vocabulary import AgentType, Language
from tests.fakes.house import ANA, BEN, FakeClock, House, thread_of
from tests.fakes.model import Says
from tests.work.crashing import Scene, arranged
from tests.work.taking_in import taken_in

FIRST = '<plan>\nmain.py\n</plan>\n<file path="main.py">\nprint(1)\n</file>\n<done/>\n'
SECOND = '<plan>\nmain.py\n</plan>\n<file path="main.py">\nprint(2)\n</file>\n<done/>\n'
LONG = "A word and another. " * 30
BROKEN = Evidence(checked=True, findings=(Finding("main.py", 1, "syntax", "error", "it is broken"),))
MENDED = Evidence(checked=True, proved=True)

TWICE = "I was stopped twice while the model was answering"
EVERY = 5
"""Steps between two double deaths: all of them take long, and were tried once."""

Prepare = Callable[[House], Awaitable[None]]


async def opening(house: House) -> None:
    await house.desk.receive(
        OpenSession(house.origin(), "Prices", AgentType.WEB_CRAWLER, "Crawl", "Python", "")
    )
    house.model.say(LONG)


async def answering(house: House) -> None:
    session = await house.open()
    for number, person in enumerate((ANA, BEN)):
        await house.desk.receive(
            Say(house.origin(person, thread_of(session)), f"m{number}", f"Said {number}")
        )
    house.model.say(f"{LONG}\n<requirement>Be polite</requirement>")


async def answering_with_nothing(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m1", "Hello?"))
    house.model.say("")


async def failing(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m1", "Hello?"))
    house.model.say(Says("Half an answer", fails=CreditGone("The credit is gone.")))


async def generating(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(thread=thread_of(session)), Language.PYTHON))
    house.model.say(FIRST)


async def repairing(house: House) -> None:
    await generating(house)
    house.model.say(SECOND)
    house.checker.finds[:] = [BROKEN, MENDED]  # type: ignore[attr-defined]  # a house without one has the fake


async def generating_without_credit(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(thread=thread_of(session)), Language.PYTHON))
    house.model.say(Says(fails=CreditGone("The credit is gone.")))


async def stopped_before_it_began(house: House) -> None:
    session = await house.open()
    receipt = await house.desk.receive(Generate(house.origin(thread=thread_of(session)), Language.PYTHON))
    await house.desk.receive(Cancel(house.origin(thread=thread_of(session)), job=receipt.made))


async def made(house: House, *answers: str) -> Session:
    session = await house.open()
    for answer in answers:
        house.model.say(answer)
        await house.generate(session, Language.PYTHON)
    return session


async def reviewing(house: House) -> None:
    session = await made(house, FIRST)
    await house.desk.receive(Review(house.origin(thread=thread_of(session))))
    house.model.say('<suggestion path="main.py" line="1">It prints too little. Print more.</suggestion>')


async def running_tests(house: House) -> None:
    session = await made(house, FIRST)
    await house.desk.receive(RunTests(house.origin(thread=thread_of(session))))
    house.checker.finds[:] = [MENDED]  # type: ignore[attr-defined]  # as above


async def downloading(house: House) -> None:
    session = await made(house, FIRST)
    version = await house.newest(session)
    assert version is not None
    await house.desk.receive(Download(house.origin(thread=thread_of(session)), version.id))


async def comparing(house: House) -> None:
    session = await made(house, FIRST, SECOND)
    await house.desk.receive(Diff(house.origin(thread=thread_of(session))))


async def restoring(house: House) -> None:
    session = await made(house, FIRST, SECOND)
    await house.desk.receive(Restore(house.origin(thread=thread_of(session)), 1))


async def renaming(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Rename(house.origin(thread=thread_of(session)), "A new name"))


async def deleting(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Delete(house.origin(thread=thread_of(session)), confirmed=True))


async def deleting_what_is_being_made(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(thread=thread_of(session)), Language.PYTHON))
    [progress] = [work for work in await house.waiting() if work.work == PROGRESS]
    await house.run(progress)
    await house.desk.receive(Delete(house.origin(thread=thread_of(session)), confirmed=True))


async def said_in_a_browser(house: House) -> None:
    session = await house.open()
    origin = house.origin(thread=thread_of(session))
    await house.desk.receive(Say(origin, "web-1", "From afar", via="web", name="Ana"))
    house.model.say(LONG)


async def said_long_ago(house: House) -> None:
    session = await house.open()
    origin = house.origin(thread=thread_of(session))
    house.clock.at += timedelta(hours=3)
    await house.desk.receive(Say(origin, "m1", "Is anybody there?"))


CASES: list[Prepare] = [
    opening,
    answering,
    answering_with_nothing,
    failing,
    generating,
    repairing,
    generating_without_credit,
    stopped_before_it_began,
    reviewing,
    running_tests,
    downloading,
    comparing,
    restoring,
    renaming,
    deleting,
    deleting_what_is_being_made,
    said_in_a_browser,
    said_long_ago,
]


@pytest.fixture
async def scene(tmp_path: Path, migrated: Path, prepare: Prepare) -> Scene:
    return await arranged(tmp_path, migrated, prepare)


async def test_every_kind_of_work_is_among_them(tmp_path: Path, migrated: Path) -> None:
    done = [(await arranged(tmp_path, migrated, prepare)).works for prepare in CASES]
    house = House(Database(create_async_engine("sqlite+aiosqlite://"), FakeClock(), TimeIds()), FakeClock())
    assert frozenset().union(*done) == set(house.handlers)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("prepare", CASES, ids=lambda case: case.__name__)
async def test_killed_at_every_step(scene: Scene, tmp_path: Path) -> None:
    whole = await scene.play(tmp_path / "whole.sqlite")
    assert whole.open_ends == []
    for fatal in range(len(whole.trail) + 20):
        play = await scene.play(tmp_path / f"{fatal}.sqlite", fatal)
        where = (
            f"killed at step {fatal} of {len(whole.trail)}, after {play.trail[max(0, fatal - 3) : fatal + 1]}"
        )
        assert play.visible == whole.visible, where
        assert play.open_ends == [], where
        assert whole.paid <= play.paid <= whole.paid + play.in_flight(fatal), where


@pytest.mark.timeout(300)
@pytest.mark.parametrize("prepare", CASES, ids=lambda case: case.__name__)
async def test_killed_twice(scene: Scene, tmp_path: Path) -> None:
    whole = await scene.play(tmp_path / "whole.sqlite")
    for fatal in range(0, len(whole.trail), EVERY):
        play = await scene.play(tmp_path / f"{fatal}.sqlite", fatal, fatal)
        where = f"killed at step {fatal} of both: {play.trails}"
        assert play.open_ends == [], where
        assert play.paid <= whole.paid + 2, where
        if TWICE in str(play.visible):
            assert all({"ask", "write a request"} & set(life) for life in play.trails[:2]), where
        else:
            assert play.visible == whole.visible, where


@pytest.mark.parametrize("prepare", CASES, ids=lambda case: case.__name__)
async def test_killed_while_taking_in_and_sent_again(
    prepare: Prepare, tmp_path: Path, migrated: Path
) -> None:
    whole, steps = await taken_in(tmp_path / "whole.sqlite", migrated, prepare, None)
    for fatal in range(steps):
        seen, _ = await taken_in(tmp_path / f"{fatal}.sqlite", migrated, prepare, fatal)
        assert seen == whole, f"killed at step {fatal} of {steps}"
