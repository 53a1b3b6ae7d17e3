"""What somebody says in a browser: stored once, under their name, and shown once to those who read the thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.delivery.speech import echoed
from core.desk import Outcome, Receipt
from core.errors import PlatformUnavailable
from core.intents import Close, Delete, Erase, ForgetMe, Say
from core.messages.model import Message, Speaker
from core.replies import Action
from core.sessions.model import Session
from tests.fakes.house import ANA, BEN, House, thread_of

_WORKSPACES = {"slack": "T1", "web": "slack:T1"}


def said(
    house: House,
    session: Session,
    text: str,
    *,
    message: str = "web:1",
    name: str = "Ana",
    platform: str = "slack",
) -> Say:
    origin = house.origin(ANA, thread_of(session), key=message)
    return Say(
        replace(origin, place=replace(origin.place, platform=platform, workspace=_WORKSPACES[platform])),
        message,
        text,
        via="web",
        name=name,
    )


async def people_said(house: House, session: Session) -> list[Message]:
    async with house.database.read() as unit:
        return [one for one in await unit.messages.of(session.id) if one.speaker is Speaker.PERSON]


def shown(house: House, session: Session) -> list[str]:
    return [seen.text for seen in house.thread(session)[2:]]


async def test_the_thread_shows_it_before_the_answer(house: House) -> None:
    session = await house.open()
    house.model.say("Every hour, then.")
    receipt = await house.receive(said(house, session, "How often?"))
    assert receipt.outcome is Outcome.ACCEPTED
    assert shown(house, session) == ["**Ana** (web): How often?", "Every hour, then."]
    [one] = await people_said(house, session)
    assert (one.text, one.author, one.person) == ("How often?", "Ana", ANA)


async def test_the_same_request_again_is_the_same_message(house: House) -> None:
    session = await house.open()
    receipts = [await house.receive(said(house, session, "How often?")) for _ in "12"]
    assert [receipt.outcome for receipt in receipts] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert len(await people_said(house, session)) == 1
    assert sum("(web)" in text for text in shown(house, session)) == 1


async def test_an_echo_whose_answer_was_lost_stands_once(house: House) -> None:
    session = await house.open()
    house.platform.fail("post", lost=True)
    await house.receive(said(house, session, "How often?"))
    assert sum("(web)" in text for text in shown(house, session)) == 1


async def test_an_echo_that_fails_does_not_keep_the_answer(house: House) -> None:
    session = await house.open()
    for _ in range(3):
        house.platform.fail("post", PlatformUnavailable("Slack is away."))
    house.model.say("Every hour, then.")
    await house.receive(said(house, session, "How often?"))
    assert "Every hour, then." in shown(house, session)


async def test_nobody_is_pinged(house: House) -> None:
    session = await house.open()
    await house.receive(said(house, session, "<@UBEN> and @here", name="<!channel>"))
    assert all(seen.pings == () for seen in house.thread(session))


async def test_words_for_the_humans_are_shown_and_not_answered(house: House) -> None:
    session = await house.open()
    asked = len(house.model.asked)
    await house.receive(said(house, session, "// lunch?"))
    assert shown(house, session) == ["**Ana** (web): // lunch?"]
    assert len(house.model.asked) == asked


async def test_in_a_closed_session_it_is_kept_and_said_so(house: House) -> None:
    session = await house.open()
    await house.receive(Close(house.origin(thread=thread_of(session))))
    receipt = await house.receive(said(house, session, "One more thing"))
    assert receipt.reply is not None
    assert "is closed. I kept what you wrote" in receipt.reply.text
    assert [button.action for button in receipt.reply.buttons] == [Action.REOPEN]
    assert shown(house, session)[-1] == "**Ana** (web): One more thing"


async def test_what_is_taken_back_before_it_is_shown_is_not_shown(house: House) -> None:
    session = await house.open()
    await house.desk.receive(said(house, session, "My secret plan"))
    await house.desk.receive(ForgetMe(house.origin(ANA)))
    await house.settle()
    assert not any("secret" in text for text in shown(house, session))


async def test_a_session_of_the_web_needs_no_echo(house: House) -> None:
    session = await house.open()
    async with house.database.write() as unit:
        await unit.sessions.update(session.id, platform="web", workspace="slack:T1")
    receipt: Receipt = await house.desk.receive(said(house, session, "How often?", platform="web"))
    assert receipt.outcome is Outcome.ACCEPTED
    assert [work.work for work in await house.waiting()] == ["turn"]


async def test_without_a_name_the_platform_is_asked(house: House) -> None:
    session = await house.open()
    await house.receive(said(house, session, "How often?", name=""))
    assert shown(house, session)[0] == "**Ana** (web): How often?"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Ana", "hello", "**Ana** (web): hello"),
        ("A*n*a", "hello", "**Ana** (web): hello"),
        ("**", "hello", "**Somebody** (web): hello"),
        ("Ana", "- one\n- two", "**Ana** (web):\n- one\n- two"),
        ("Ana", "```\nx = 1\n```", "**Ana** (web):\n```\nx = 1\n```"),
        ("Ana", "> quoted", "**Ana** (web):\n> quoted"),
        ("Ana", "1. first", "**Ana** (web):\n1. first"),
        ("Ana", "1.5 is enough", "**Ana** (web): 1.5 is enough"),
    ],
)
def test_how_it_is_shown(name: str, text: str, expected: str) -> None:
    assert echoed(name, text) == expected


# -- who watches


async def test_those_who_watch_hear_of_what_is_stored(house: House) -> None:
    session = await house.open()
    told = house.watched()
    await house.say(session, "How often?")
    await house.receive(Erase(house.origin(thread=thread_of(session)), "m2"))
    await house.require(session, add=("Log it",))
    await house.say(session, "// aside", person=BEN)
    await house.generate(session)
    assert [(kind, data.get("by") or data.get("what")) for _, kind, data in told] == [
        ("message", "person"),
        ("message", "person"),
        ("status", "session"),
        ("message", "person"),
        ("status", "session"),
    ]
    assert {about for about, _, _ in told} == {session.id}


async def test_a_refused_or_repeated_request_is_no_news(house: House) -> None:
    session = await house.open()
    told = house.watched()
    await house.say(session, "How often?", key="once")
    await house.say(session, "How often?", key="once")
    await house.receive(Say(house.origin(thread="elsewhere"), "m9", "nobody's"))
    await house.require(session, proposal="none")
    assert len(told) == 1


async def test_the_end_of_a_session_is_news(house: House) -> None:
    session = await house.open()
    told = house.watched()
    await house.receive(Delete(house.origin(thread=thread_of(session)), confirmed=True))
    assert [about for about, _, _ in told] == [session.id]


async def test_a_message_of_long_ago_is_no_different(house: House) -> None:
    session = await house.open()
    house.clock.at += timedelta(hours=3)
    old = said(house, session, "Still there?")
    old = replace(old, origin=replace(old.origin, at=house.clock.at - timedelta(hours=2)))
    await house.receive(old)
    assert shown(house, session)[0] == "**Ana** (web): Still there?"
