"""What a platform sends again after the inbox has forgotten it is not done again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.desk import Outcome
from core.intents import Erase, Generate, Revise, Say
from core.storage.pruning import prune
from core.storage.unit_of_work import Database
from core.storage.useless import EVENTS_KEPT
from tests.fakes.house import FakeClock, House, thread_of


@pytest.fixture
def house(database: Database, clock: FakeClock) -> House:
    return House(database, clock)


async def weeks_later(house: House) -> None:
    house.clock.at += EVENTS_KEPT + timedelta(hours=1)
    await house.open("Something else")
    await prune(house.database, house.clock.now())


async def test_a_message_is_known_to_its_session(house: House) -> None:
    session = await house.open()
    origin = house.origin(thread=thread_of(session))
    await house.receive(Say(origin, "m1", "use httpx"))
    seen = house.thread(session)
    await weeks_later(house)
    async with house.database.read() as unit:
        assert not await unit.inbox.seen(origin)
    assert (await house.receive(Say(origin, "m1", "use httpx"))).outcome is Outcome.DUPLICATE
    assert house.thread(session) == seen


async def test_a_message_that_was_taken_back_stays_away(house: House) -> None:
    session = await house.open()
    origin = house.origin(thread=thread_of(session))
    await house.receive(Say(origin, "m1", "my password"))
    await house.receive(Erase(house.origin(thread=thread_of(session)), "m1"))
    await weeks_later(house)
    assert (await house.receive(Say(origin, "m1", "my password"))).outcome is Outcome.DUPLICATE
    async with house.database.read() as unit:
        assert "my password" not in [message.text for message in await unit.messages.of(session.id)]


async def test_a_message_that_nobody_has_seen_is_still_taken(house: House) -> None:
    """We may have been away for long: it is offered, as every late one."""
    session = await house.open()
    origin = house.origin(thread=thread_of(session))
    await weeks_later(house)
    assert (await house.receive(Say(origin, "m1", "use httpx"))).outcome is Outcome.ACCEPTED


async def test_nothing_else_is_done_that_is_so_old(house: House) -> None:
    session = await house.open()
    place = house.origin(thread=thread_of(session))
    await house.receive(Say(place, "m1", "one"))
    revised = house.origin(thread=thread_of(session))
    generated = house.origin(thread=thread_of(session))
    await house.receive(Generate(generated))
    await weeks_later(house)
    seen = house.thread(session)
    receipts = [await house.receive(Generate(generated)), await house.receive(Revise(revised, "m1", "two"))]
    assert [receipt.outcome for receipt in receipts] == [Outcome.REFUSED, Outcome.REFUSED]
    assert house.thread(session) == seen
    async with house.database.read() as unit:
        assert [m.text for m in await unit.messages.of(session.id) if m.text in {"one", "two"}] == ["one"]


async def test_what_is_taken_back_is_erased_however_late(house: House) -> None:
    session = await house.open()
    erased = house.origin(thread=thread_of(session))
    await house.receive(Say(house.origin(thread=thread_of(session)), "m1", "my password"))
    await weeks_later(house)
    assert (await house.receive(Erase(erased, "m1"))).outcome is Outcome.ACCEPTED
