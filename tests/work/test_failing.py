"""Whatever fails, and at whichever step: people hear of it where it happened or alone, with what they can do, and nothing
goes on looking as if it were being done."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import (
    ChannelGone,
    CreditGone,
    ModelError,
    ModelKeyMissing,
    ModelStalled,
    NotInChannel,
    PermissionMissing,
    PlatformError,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)
from core.intents import Cancel, Download, Generate, Retry, Review, RunTests
from core.replies import Action
from core.sessions.model import Session, SessionStatus
from core.storage.inbox import Work
from tests.fakes.house import BEN, House, thread_of
from tests.fakes.model import Says
from tests.work.projects import GOOD, answer

_AT_WORK = ("⏳", "⏸", "🔎", "🧪")
REFUSED = PlatformRefused("Slack refused this.")


async def ordered(house: House, session: Session) -> tuple[Work, Work]:
    """A generation that Ben has asked for: itself, and the errand that shows it."""
    await house.desk.receive(Generate(house.origin(BEN, thread_of(session)), None, session.id))
    generation, errand = await house.waiting()
    return generation, errand


def at_work(house: House, session: Session) -> list[str]:
    return [seen.text for seen in house.thread(session) if seen.text.startswith(_AT_WORK)]


async def status(house: House, session: Session) -> SessionStatus | None:
    async with house.database.read() as unit:
        found = await unit.sessions.get(session.id)
    return found.status if found else None


# -- the progress message


async def test_the_last_edit_is_made_by_the_next_attempt(house: House) -> None:
    session = await house.open()
    house.model.say(Says(fails=CreditGone("No credit.")))
    generation, errand = await ordered(house, session)
    await house.run(errand)
    for _ in range(3):  # edits that show it at work, and the last one
        house.platform.fail("edit", PlatformUnavailable("Slack is down."))
    await house.run(generation)
    assert at_work(house, session) == []
    assert house.thread(session)[2].text.startswith("⚠️ No credit. `ref ")
    assert house.thread(session)[2].actions == [Action.RETRY]
    assert len(house.thread(session)) == 3


async def test_a_last_edit_that_is_refused_becomes_a_message(house: House) -> None:
    session = await house.open()
    house.model.say(Says(fails=CreditGone("No credit.")))
    generation, errand = await ordered(house, session)
    await house.run(errand)
    for _ in range(2):
        house.platform.fail("edit", REFUSED)
    await house.run(generation)
    last = house.thread(session)[-1]
    assert last.text.startswith("⚠️ No credit. `ref ")
    assert last.actions == [Action.RETRY]


async def test_cancelled_before_it_is_shown_is_not_shown_as_running(house: House) -> None:
    session = await house.open()
    generation, errand = await ordered(house, session)
    await house.desk.receive(Cancel(house.origin(thread=thread_of(session))))
    (stopped,) = [work for work in await house.waiting() if work.args.get("stopped")]
    await house.run(stopped)  # it finds nothing to end yet
    house.platform.fail("edit", PlatformUnavailable("Slack is down."))
    await house.run(errand)
    await house.run(generation)
    assert at_work(house, session) == []


async def test_a_program_that_stops_says_that_it_goes_on_later(house: House) -> None:
    session = await house.open()
    house.model.streaming.clear()
    house.model.say(Says("A crawler.\n", hold=asyncio.Event()), answer(GOOD))
    generation, errand = await ordered(house, session)
    await house.run(errand)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(house.run(generation))
        await house.model.streaming.wait()
        task.cancel()
    shown = house.thread(session)[2]
    assert shown.text.startswith("⏸️ **v1** · I am being restarted")
    assert shown.actions == [Action.CANCEL]
    house.restart()
    await house.run(generation)
    assert at_work(house, session) == []
    assert await house.newest(session) is not None


# -- where it is told


@pytest.mark.parametrize(
    "error",
    [
        PermissionMissing("I lack `chat:write`."),
        NotInChannel("Type `/invite`."),
        TooLarge("Too much."),
        REFUSED,
    ],
)
async def test_what_the_thread_does_not_take_is_told_to_who_asked(house: House, error: PlatformError) -> None:
    session = await house.open()
    generation, errand = await ordered(house, session)
    for _ in range(4):
        house.platform.fail("post", error)
    await house.run(errand)
    assert house.platform.whispers == []  # the generation itself follows
    await house.run(generation)
    person, reply = house.platform.whispers[-1]
    assert person == BEN
    assert reply.text.startswith(f"⚠️ {error.sentence} `ref ")
    assert [button.action for button in reply.buttons] == [Action.RETRY]
    house.model.say(answer(GOOD))
    await house.receive(Retry(house.origin(BEN), session.id))
    assert await house.newest(session) is not None
    assert at_work(house, session) == []


@pytest.mark.parametrize(
    ("error", "buttons"),
    [(ThreadGone("The thread is gone."), []), (ChannelGone("The channel is gone."), [Action.REOPEN])],
)
async def test_a_place_that_is_gone_closes_the_session_and_who_waits_hears_of_it(
    house: House, error: PlatformError, buttons: list[Action]
) -> None:
    session = await house.open()
    house.platform.fail("close", error)
    house.model.say("Never seen.")
    await house.say(session, "Hi", BEN)
    person, reply = house.platform.whispers[-1]
    assert person == BEN
    assert error.sentence in reply.text
    assert "is closed" in reply.text
    assert [button.action for button in reply.buttons] == buttons
    assert await status(house, session) is SessionStatus.CLOSED


async def test_an_opening_without_a_place_stays_open_and_has_its_reference(house: House) -> None:
    house.platform.fail("open_thread", ThreadGone("The card was deleted."))
    session = await house.open()
    _, reply = house.platform.whispers[-1]
    assert reply.text.startswith("⚠️ The card was deleted. `ref ")
    assert await status(house, session) is SessionStatus.OPEN
    await house.receive(Retry(house.origin(), session.id))
    async with house.database.read() as unit:
        opened = await unit.sessions.get(session.id)
    assert opened is not None
    assert opened.thread is not None


# -- answers


async def test_an_answer_that_the_thread_does_not_take_is_told_and_can_be_tried_again(house: House) -> None:
    session = await house.open()
    for _ in range(2):
        house.platform.fail("close", REFUSED)
    house.platform.fail("post", REFUSED)
    house.model.say("Here.", "Here again.")
    await house.say(session, "Hi", BEN)
    person, reply = house.platform.whispers[-1]
    assert person == BEN
    assert reply.text.startswith("Here.\n\n⚠️ Slack refused this. `ref ")
    await house.receive(Retry(house.origin(BEN), session.id))
    assert house.thread(session)[-1].text in ("Here.", "Here again.")


@pytest.mark.parametrize("error", [ModelKeyMissing("Set the key."), ModelStalled("It stalled.")])
async def test_a_model_that_says_nothing_more(house: House, error: ModelError) -> None:
    session = await house.open()
    house.model.say(*(Says(fails=error) for _ in range(3 if error.retryable else 1)), "Yes.")
    await house.say(session, "Really?")
    told = house.thread(session)[-1]
    assert told.text == f"⚠️ {error.sentence} `ref {error.reference}`"
    assert told.actions == [Action.RETRY]
    await house.receive(Retry(house.origin(), session.id))
    assert house.thread(session)[-1].text == "Yes."


# -- everything else that a version offers


async def with_a_version(house: House) -> tuple[Session, str]:
    session = await house.open()
    house.model.say(answer(GOOD))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    return session, made.id


async def test_a_check_that_cannot_be_told_in_place_is_told_anew(house: House) -> None:
    session, made = await with_a_version(house)
    house.platform.fail("edit", REFUSED)
    await house.receive(RunTests(house.origin(BEN, thread_of(session)), made))
    assert "**v1** is " in house.thread(session)[-1].text


async def test_a_check_that_fails_ends_its_message(house: House) -> None:
    session, made = await with_a_version(house)
    for _ in range(3):
        house.platform.fail("edit", PlatformUnavailable("Slack is down."))
    await house.receive(RunTests(house.origin(BEN, thread_of(session)), made))
    told = house.thread(session)[-1]
    assert told.text.startswith("⚠️ Slack is down. `ref ")
    assert told.history[0].startswith("🧪")
    assert told.actions == [Action.RUN_TESTS]


async def test_a_review_that_could_not_be_shown_is_shown_with_its_buttons(house: House) -> None:
    session, _ = await with_a_version(house)
    house.model.say('<suggestion path="crawler/fetching.py" line="1">Say why.</suggestion>')
    house.platform.fail("close", REFUSED)
    await house.receive(Review(house.origin(BEN, thread_of(session))))
    told = house.thread(session)[-1]
    assert "Say why." in told.text
    assert told.actions == [Action.APPLY]
    assert at_work(house, session) == []


async def test_a_download_that_fails_is_told_to_its_person_alone(house: House) -> None:
    session, made = await with_a_version(house)
    before = len(house.thread(session))
    for _ in range(3):
        house.platform.fail("hand", PlatformUnavailable("Slack is down."))
    await house.receive(Download(house.origin(BEN, thread_of(session)), made))
    person, reply = house.platform.whispers[-1]
    assert person == BEN
    assert reply.text.startswith("⚠️ Slack is down. `ref ")
    assert [(button.action, button.value) for button in reply.buttons] == [(Action.DOWNLOAD, made)]
    assert len(house.thread(session)) == before


@pytest.mark.parametrize(("error", "action"), [(TooLarge("Too much."), Action.VIEW), (REFUSED, Action.RETRY)])
async def test_files_that_are_not_taken_leave_what_can_be_done(
    house: House, error: PlatformError, action: Action
) -> None:
    session = await house.open()
    house.platform.fail("attach", error)
    house.model.say(answer(GOOD))
    await house.generate(session)
    ended = house.thread(session)[2]
    assert ended.text.startswith("**v1** is written, but its files are not attached.\n\n⚠️ ")
    assert ended.actions == [action]
    assert at_work(house, session) == []
