"""A paid answer is not bought again: what is sent to the model when the program died over it, and what that costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import true

from core.errors import ModelRateLimited, ModelStalled, ModelUnavailable
from core.intents import Erase, Say
from core.ports import ModelMessage, ModelRequest, TextDelta, Usage
from core.sessions.model import Session
from core.storage.engine import open_engine
from core.storage.questions import Question
from core.storage.unit_of_work import Database
from core.system import TimeIds
from core.work.asking import ask
from core.work.billing import book_what_is_known
from tests.fakes.house import ANA, CHANNEL, House
from tests.fakes.model import Says
from tests.work.crashing import Scene, arranged
from tests.work.test_every_step import answering, generating, said_in_a_browser

LATER = timedelta(days=1)
REQUEST = ModelRequest((ModelMessage("user", "Hello?"),), 1000, 0.4, "s")


@pytest.fixture
async def turn(tmp_path: Path, migrated: Path) -> Scene:
    return await arranged(tmp_path, migrated, answering)


@pytest.fixture
async def generation(tmp_path: Path, migrated: Path) -> Scene:
    return await arranged(tmp_path, migrated, generating)


async def step(scene: Scene, file: Path, what: str) -> int:
    """The number of the last such step."""
    trail = (await scene.play(file)).trail
    return len(trail) - 1 - trail[::-1].index(what)


async def test_what_is_asked_again_has_the_same_bytes_whatever_was_said_meanwhile(
    turn: Scene, tmp_path: Path
) -> None:
    async def somebody_goes_on(house: House) -> None:
        [thread] = house.platform.threads
        house.clock.at = house.clock.at.replace(hour=5)
        await house.desk.receive(Say(house.origin(ANA, thread, "later"), "m9", "And one more thing"))

    turn.answers.append(Says("The second answer"))
    heard = await step(turn, tmp_path / "whole.sqlite", "heard TextDelta")
    play = await turn.play(tmp_path / "killed.sqlite", heard, between=somebody_goes_on)
    first, again, next_turn = play.model.bodies
    assert again == first
    assert b"And one more thing" in next_turn
    assert play.said[-1] == "The second answer", "what came meanwhile is answered, too"
    assert play.open_ends == []


async def test_what_was_erased_meanwhile_is_not_sent_again(turn: Scene, tmp_path: Path) -> None:
    async def somebody_deletes(house: House) -> None:
        [thread] = house.platform.threads
        await house.desk.receive(Erase(house.origin(ANA, thread, "erased"), "m0"))

    turn.answers.append(turn.answers[0])
    heard = await step(turn, tmp_path / "whole.sqlite", "heard TextDelta")
    play = await turn.play(tmp_path / "killed.sqlite", heard, between=somebody_deletes)
    first, again = play.model.bodies
    assert b"Said 0" in first
    assert b"Said 0" not in again
    assert b"Said 1" in again


async def test_a_second_death_in_mid_answer_is_spoken_of_and_not_paid_for(
    tmp_path: Path, migrated: Path
) -> None:
    turn = await arranged(tmp_path, migrated, said_in_a_browser)
    heard = await step(turn, tmp_path / "whole.sqlite", "heard TextDelta")
    once = await turn.play(tmp_path / "once.sqlite", heard)
    play = await turn.play(tmp_path / "killed.sqlite", heard, once.trails[1].index("heard TextDelta"))
    assert play.paid == 2
    assert "I was stopped twice" in play.said[-1]
    assert play.open_ends == []


async def test_what_was_given_in_full_costs_nothing_again(turn: Scene, tmp_path: Path) -> None:
    heard = await step(turn, tmp_path / "whole.sqlite", "heard Completed")
    play = await turn.play(tmp_path / "killed.sqlite", heard)
    assert len(play.model.bodies) == 2
    assert play.paid == 1


async def test_a_stored_end_is_not_asked_for_again(turn: Scene, tmp_path: Path) -> None:
    heard = await step(turn, tmp_path / "whole.sqlite", "heard Completed")
    play = await turn.play(tmp_path / "killed.sqlite", heard + 2)
    assert play.trail[-2:] == ["write", "written"]
    assert len(play.model.bodies) == 1


async def test_a_broken_off_call_is_on_the_bill_once_its_cost_is_known(
    generation: Scene, tmp_path: Path
) -> None:
    prices: dict[str, Usage] = {}
    seen: list[House] = []

    async def remember(house: House) -> None:
        seen.append(house)
        house.model.prices = prices

    heard = await step(generation, tmp_path / "whole.sqlite", "heard TextDelta")
    file = tmp_path / "killed.sqlite"
    await generation.play(file, heard, between=remember)
    async with reopened(file, seen[0]) as house:
        session = await only_session(house)
        made = await house.newest(session)
        assert made is not None
        assert made.evidence.cost == Decimal("0.0123")
        house.clock.at += LATER
        assert await book_what_is_known(house.shop) == 0, "the service does not know it yet"
        prices["gen-1"] = Usage(90, 7, cost=Decimal("0.01"))
        house.clock.at += LATER
        assert await book_what_is_known(house.shop) == 1
        made = await house.newest(session)
        assert made is not None
        assert (made.evidence.cost, made.evidence.prompt_tokens) == (Decimal("0.0223"), 190)
        assert await spent(house) == Decimal("0.034600000"), "with the opening"
        house.clock.at += LATER
        assert await book_what_is_known(house.shop) == 0, "once"


async def test_it_is_given_up_some_day(house: House) -> None:
    session = await house.open()
    house.model.say(Says("Half", fails=ModelStalled("Stalled.")))
    await house.say(session, "Hello?")
    looks = 0
    for _ in range(100):
        house.clock.at += LATER
        async with house.database.write() as unit:
            looks += len(await unit.model_calls.due())
    assert looks == 8


@asynccontextmanager
async def reopened(file: Path, before: House) -> AsyncIterator[House]:
    """Another process, on the same database, platform and model."""
    async with open_engine(f"sqlite:///{file}") as engine:
        house = House(Database(engine, before.clock, TimeIds()), before.clock)
        house.platform, house.model = before.platform, before.model
        house.restart()
        yield house


async def only_session(house: House) -> Session:
    [thread] = house.platform.threads
    async with house.database.read() as unit:
        session = await unit.sessions.at(replace(CHANNEL, thread=thread))
    assert session is not None
    return session


async def spent(house: House) -> Decimal:
    day = house.clock.at.date()
    async with house.database.read() as unit:
        [whole] = await unit.spending.by_session(true(), day - 30 * LATER, day)
    return whole.cost


async def ask_once(house: House, session: Session, number: int = 1) -> str:
    words = [
        event.text
        async for event in ask(house.shop, Question(session.id, "purpose", number), REQUEST)
        if isinstance(event, TextDelta)
    ]
    return "".join(words)


async def test_a_call_that_stalls_before_a_word_is_repeated_once(house: House) -> None:
    session = await house.open()
    house.model.say(*[Says(fails=ModelStalled("Stalled."))] * 3)
    with pytest.raises(ModelStalled):
        await ask_once(house, session)
    assert house.model.bodies[-1] == house.model.bodies[-2]
    assert len(house.model.bodies) == 1 + 2, "the opening, and two calls"


async def test_a_failure_is_the_answer_for_ever(house: House) -> None:
    session = await house.open()
    house.model.say(Says(fails=ModelRateLimited("Later.", retry_after=99)), "An answer")
    with pytest.raises(ModelRateLimited) as first:
        await ask_once(house, session)
    with pytest.raises(ModelRateLimited) as second:
        await ask_once(house, session)
    assert first.value.reference == second.value.reference
    assert await ask_once(house, session, 2) == "An answer"


async def test_refusals_are_not_counted_as_paid(house: House) -> None:
    session = await house.open()
    house.model.refusals += [ModelUnavailable("Down."), ModelUnavailable("Down.")]
    house.model.say("An answer")
    assert await ask_once(house, session) == "An answer"
