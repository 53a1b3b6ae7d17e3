"""What a team sees from the form to the answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.desk import Outcome
from core.errors import (
    CreditGone,
    ModelKeyMissing,
    ModelRateLimited,
    ModelStreamCut,
    NotInChannel,
    PlatformRefused,
    PlatformUnavailable,
)
from core.intents import (
    AnswerNow,
    Ask,
    Attachment,
    ChangeRequirements,
    Close,
    Delete,
    Erase,
    ForgetMe,
    OpenSession,
    Rename,
    Reopen,
    Retry,
    Revise,
    Say,
)
from core.replies import Action
from core.vocabulary import AgentType
from tests.fakes.house import ANA, BEN, House, thread_of
from tests.fakes.model import Says

BAD = "\u202eevil\u202c 🚀"


async def test_opening_posts_the_card_and_then_the_agent_speaks(house: House) -> None:
    house.model.say("You want a crawler. Which sites?")
    session = await house.open()
    card, words = house.thread(session)
    assert "Price watcher" in card.text
    assert "Web Crawler" in card.text
    assert "R1. Crawl politely" in card.text
    assert "opened by Ana" in card.text
    assert card.actions == [Action.GENERATE, Action.REQUIREMENTS, Action.CLOSE]
    assert words.text == "You want a crawler. Which sites?"


async def test_a_question_is_answered_once_however_often_it_arrives(house: House) -> None:
    session = await house.open()
    house.model.say("Every hour, then.")
    first = await house.say(session, "How often?", key="ts-1")
    again = await house.say(session, "How often?", key="ts-1")
    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert [seen.text for seen in house.thread(session)][2:] == ["Every hour, then."]


async def test_messages_that_came_meanwhile_are_answered_together_in_order(house: House) -> None:
    session = await house.open()
    for text in ("first thing", "second thing"):
        await house.desk.receive(Say(house.origin(BEN, thread_of(session)), text, text))
    house.model.say("Both noted.")
    await house.settle()
    assert [seen.text for seen in house.thread(session)][2:] == ["Both noted."]
    prompt = house.model.prompts[-1]
    assert prompt.index("first thing") < prompt.index("second thing")
    assert "Ben" in prompt


async def test_an_aside_is_stored_and_never_answered_nor_shown_to_the_model(house: House) -> None:
    session = await house.open()
    await house.say(session, "// lunch?")
    await house.say(session, "Use SQLite")
    assert len(house.model.asked) == 2
    assert "lunch" not in house.model.prompts[-1]


async def test_a_title_that_is_missing_or_too_long_is_refused_at_its_field(house: House) -> None:
    for title in ("  ", "x" * 300):
        receipt = await house.receive(OpenSession(house.origin(), title, AgentType.RESEARCH))
        assert (receipt.outcome, receipt.field) == (Outcome.REFUSED, "title")
    assert house.platform.threads == {}


async def test_two_hundred_requirements_and_odd_letters_are_all_kept(house: House) -> None:
    lines = "\n".join(f"- {BAD} {i}" for i in range(200))
    session = await house.open("שלום 🚀", lines)
    assert len(session.requirements) == 200
    assert "and 180 more" in house.thread(session)[0].text


async def test_a_very_long_message_is_kept_whole_and_answered(house: House) -> None:
    session = await house.open()
    house.model.say("Read.")
    await house.say(session, "y" * 40_000)
    async with house.database.read() as unit:
        messages = await unit.messages.of(session.id)
    assert len(messages[-2].text) == 40_000
    assert house.thread(session)[-1].text == "Read."


async def test_credit_gone_is_said_in_one_sentence_with_what_was_said_before(house: House) -> None:
    session = await house.open()
    house.model.say(Says("Half an ans", fails=CreditGone("The credit is used up.", affordable=100)))
    await house.say(session, "Go on")
    last = house.thread(session)[-1]
    assert last.text.startswith("Half an ans\n\n⚠️ The credit is used up. `ref ")
    assert last.actions == [Action.RETRY]


async def test_try_again_answers_the_question_that_failed(house: House) -> None:
    session = await house.open()
    house.model.say(Says(fails=ModelKeyMissing("Set OPENROUTER_API_KEY.")))
    await house.say(session, "What now?")
    house.model.say("Now it works.")
    await house.receive(Retry(house.origin(), session.id))
    assert house.thread(session)[-1].text == "Now it works."
    assert "What now?" in house.model.prompts[-1]


async def test_a_short_rate_limit_is_waited_for_before_anything_was_said(house: House) -> None:
    session = await house.open()
    house.model.say(Says(fails=ModelRateLimited("Busy.", retry_after=7)), "Here.")
    await house.say(session, "Hi")
    assert house.clock.slept == [7]
    assert house.thread(session)[-1].text == "Here."


async def test_a_cut_answer_is_not_asked_again_behind_peoples_back(house: House) -> None:
    session = await house.open()
    house.model.say(Says("I think", fails=ModelStreamCut("The answer broke off.")))
    await house.say(session, "Hi")
    assert len(house.model.asked) == 2
    assert house.thread(session)[-1].text.startswith("I think\n\n⚠️ The answer broke off.")


async def test_an_empty_answer_is_no_answer(house: House) -> None:
    session = await house.open()
    house.model.say("   ")
    await house.say(session, "Hi")
    assert "answered with nothing" in house.thread(session)[-1].text


async def test_a_lost_answer_of_the_platform_makes_no_second_message_and_no_second_bill(house: House) -> None:
    session = await house.open()
    house.platform.fail("close", lost=True)
    house.model.say("Once.")
    await house.say(session, "Hi")
    assert [seen.text for seen in house.thread(session)][2:] == ["Once."]
    assert len(house.model.asked) == 2


async def test_the_card_is_posted_once_though_its_answer_was_lost(house: House) -> None:
    house.platform.fail("open_thread", lost=True)
    session = await house.open()
    assert len(house.platform.threads) == 1
    assert len(house.thread(session)) == 2


async def test_an_answer_that_could_not_be_shown_for_long_is_shown_and_not_bought_again(house: House) -> None:
    session = await house.open()
    for _ in range(4):  # the last one while the failure is to be told
        house.platform.fail("close", PlatformUnavailable("Slack is down."))
    house.model.say("Paid for.")
    await house.say(session, "Hi")
    assert [seen.text for seen in house.thread(session)][2:] == ["Paid for."]
    assert len(house.model.asked) == 2


async def test_first_words_that_were_tried_again_are_shown_whole_though_the_platform_was_away(
    house: House,
) -> None:
    house.model.say(Says("You want", fails=ModelStreamCut("The answer broke off.")))
    session = await house.open()
    house.platform.fail("close", PlatformUnavailable("Slack is down."))
    house.model.say("You want a crawler.\n<requirement>Be polite</requirement>\n")
    await house.receive(Retry(house.origin(), session.id))
    words = house.thread(session)[-1]
    assert (words.text.strip(), words.actions) == ("You want a crawler.", [Action.ADD_REQUIREMENT])
    assert len(house.model.asked) == 2


async def test_a_form_of_a_channel_without_the_bot_is_kept(house: House) -> None:
    house.platform.fail("open_thread", NotInChannel("Type `/invite @Threadwright` there."))
    session = await house.open()
    assert session.thread is None
    person, reply = house.platform.whispers[0]
    assert person == ANA
    assert "/invite" in reply.text
    assert "is kept" in reply.text
    await house.receive(Retry(house.origin(), reply.buttons[0].value))
    async with house.database.read() as unit:
        found = await unit.sessions.get(session.id)
    assert found is not None
    assert "Price watcher" in house.thread(found)[0].text


async def test_a_message_that_overtakes_the_thread_is_not_lost(house: House) -> None:
    opened = OpenSession(house.origin(), "Early", AgentType.RESEARCH)
    await house.desk.receive(opened)
    early = Say(house.origin(BEN, "100.1"), "m-early", "I was here first")
    assert (await house.desk.receive(early)).outcome is Outcome.ACCEPTED
    house.model.say("Hello.", "You were.")
    await house.settle()
    assert [seen.text for seen in house.platform.thread("100.1")][1:] == ["Hello.", "You were."]


async def test_words_in_other_threads_are_none_of_our_business(house: House) -> None:
    await house.open()
    receipt = await house.receive(Say(house.origin(BEN, "999.9"), "m", "hi"))
    assert receipt.outcome is Outcome.IGNORED
    by_bot = Say(house.origin(BEN, "100.1"), "m", "hi", by_bot=True)
    assert (await house.receive(by_bot)).outcome is Outcome.IGNORED


async def test_proposed_requirements_become_requirements_when_a_person_confirms(house: House) -> None:
    session = await house.open()
    house.model.say("Good idea.\n<requirement>Retry three times</requirement>\n")
    await house.say(session, "Retry three times!")
    answer = house.thread(session)[-1]
    assert answer.text.strip() == "Good idea."
    (button,) = answer.reply.buttons
    assert (button.action, button.label) == (Action.ADD_REQUIREMENT, "Add: Retry three times")
    await house.receive(ChangeRequirements(house.origin(BEN), proposal=button.value))
    assert house.thread(session)[-1].text == "**Ben**\n- added R2. Retry three times"
    assert "R2. Retry three times" in house.thread(session)[0].text
    again = await house.receive(ChangeRequirements(house.origin(BEN), proposal=button.value))
    assert again.outcome is Outcome.REFUSED


async def test_the_ledger_is_changed_visibly(house: House) -> None:
    session = await house.open(requirements="one\ntwo")
    await house.require(session, add=("three",), edit=((1, "uno"),), withdraw=(2,))
    assert (
        house.thread(session)[-1].text
        == "**Ana**\n- withdrew ~~R2. two~~\n- changed R1. uno\n- added R3. three"
    )
    card = house.thread(session)[0].text
    assert "R1. uno" in card
    assert "~~R2. two~~" in card


async def test_edits_and_deletions_reach_later_prompts(house: House) -> None:
    session = await house.open()
    await house.say(session, "use postgres")
    message = f"m{house.events}"
    await house.receive(Revise(house.origin(thread=thread_of(session)), message, "use sqlite"))
    await house.say(session, "and now?")
    assert "use sqlite" in house.model.prompts[-1]
    assert "use postgres" not in house.model.prompts[-1]
    await house.receive(Erase(house.origin(thread=thread_of(session)), message))
    await house.say(session, "and then?")
    assert "use sqlite" not in house.model.prompts[-1]


async def test_dropped_text_files_are_read_and_binary_ones_are_said_to_be_unread(house: House) -> None:
    session = await house.open()
    house.platform.attachments = {"F1": b"name,price\nlamp,3\n", "F2": b"\x89PNG\0\0"}
    files = (
        Attachment("prices.csv", 18, "text/csv", "F1"),
        Attachment("photo.png", 6, "image/png", "F2"),
    )
    await house.receive(Say(house.origin(thread=thread_of(session)), "m", "See these", files))
    prompt = house.model.prompts[-1]
    assert "lamp,3" in prompt
    assert "not a text file" in prompt


async def test_messages_from_a_standstill_are_offered_once(house: House) -> None:
    session = await house.open()
    for text in ("one", "two"):
        old = replace(house.origin(thread=thread_of(session)), at=house.clock.now() - timedelta(hours=2))
        await house.desk.receive(Say(old, text, text))
    await house.settle()
    offer = house.thread(session)[-1]
    assert offer.actions == [Action.ANSWER_NOW]
    assert len(house.thread(session)) == 3
    house.model.say("Late but true.")
    await house.receive(AnswerNow(house.origin(), session.id))
    assert house.thread(session)[-1].text == "Late but true."


async def test_close_reopen_rename_delete(house: House) -> None:
    session = await house.open()
    await house.receive(Rename(house.origin(), "Better name", session.id))
    await house.receive(Close(house.origin(BEN), session.id))
    card = house.thread(session)[0]
    assert "Better name" in card.text
    assert "closed" in card.text
    assert card.actions == [Action.REOPEN]
    asked = len(house.model.asked)
    await house.say(session, "Anybody?")
    assert len(house.model.asked) == asked
    house.model.say("Here again.")
    await house.receive(Reopen(house.origin(), session.id))
    assert house.thread(session)[-1].text == "Here again."
    sure = await house.receive(Delete(house.origin(), session.id))
    assert sure.reply is not None
    assert sure.reply.buttons[0].action is Action.DELETE
    await house.receive(Delete(house.origin(), session.id, confirmed=True))
    async with house.database.read() as unit:
        assert await unit.sessions.get(session.id) is None


async def test_forget_me_erases_words_and_name(house: House) -> None:
    session = await house.open()
    await house.say(session, "my secret plan")
    receipt = await house.receive(ForgetMe(house.origin()))
    assert receipt.reply is not None
    assert "1 message of yours is erased" in receipt.reply.text
    await house.say(session, "hello", BEN)
    assert "secret plan" not in house.model.prompts[-1]


async def test_another_workspace_cannot_touch_a_session(house: House) -> None:
    session = await house.open()
    origin = house.origin()
    foreign = replace(origin, place=replace(origin.place, workspace="T2"))
    for intent in (
        Close(foreign, session.id),
        Delete(foreign, session.id, confirmed=True),
        Retry(foreign, session.id),
    ):
        assert (await house.receive(intent)).outcome is Outcome.REFUSED
    assert await house.desk.session(session.id, foreign.place) is None


@pytest.mark.parametrize("about", ["help", "status", "list", "show", "versions", "requirements"])
@pytest.mark.parametrize("inside", [True, False])
async def test_every_question_has_an_answer_everywhere(house: House, about: str, *, inside: bool) -> None:
    session = await house.open()
    ask = Ask(house.origin(thread=thread_of(session) if inside else None), about)  # type: ignore[arg-type]  # parametrised
    receipt = await house.receive(ask)
    assert receipt.reply is not None
    assert receipt.reply.text


async def test_what_is_written_while_a_turn_begins_is_left_to_the_next_one(house: House) -> None:
    session = await house.open()
    house.platform.attachments = {"F1": b"x"}
    first = Say(
        house.origin(thread=thread_of(session)),
        "m1",
        "zebra one",
        (Attachment("a.txt", 1, "text/plain", "F1"),),
    )
    await house.desk.receive(first)

    async def meanwhile() -> None:
        await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m2", "zebra two"))

    house.platform.before_reading = meanwhile
    house.model.say("One.", "Two.")
    await house.settle()
    assert "zebra two" not in house.model.prompts[-2]
    assert house.model.prompts[-1].index("zebra one") < house.model.prompts[-1].index("zebra two")
    assert [seen.text for seen in house.thread(session)][2:] == ["One.", "Two."]


async def test_an_answer_that_waits_to_be_shown_takes_up_no_later_question(house: House) -> None:
    session = await house.open()
    house.model.say("One.", "Two.")
    await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m1", "zebra one"))
    (turn,) = await house.waiting()
    house.platform.fail("close", PlatformUnavailable("Slack is down."))
    with pytest.raises(PlatformUnavailable):
        await house.handlers["turn"](turn)
    await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m2", "zebra two"))
    await house.settle()
    assert [seen.text for seen in house.thread(session)][2:] == ["One.", "Two."]
    assert "zebra two" in house.model.prompts[-1]


async def test_a_session_deleted_in_the_middle_of_an_answer_ends_in_order(house: House) -> None:
    session = await house.open()
    house.model.streaming.clear()
    hold = asyncio.Event()
    house.model.say(Says("So it is.", hold=hold))
    await house.desk.receive(Say(house.origin(thread=thread_of(session)), "m1", "Is it?"))
    async with asyncio.TaskGroup() as group:
        group.create_task(house.settle())
        await house.model.streaming.wait()
        await house.desk.receive(Delete(house.origin(), session.id, confirmed=True))
        hold.set()
    assert [seen.text for seen in house.thread(session)][2:] == ["So it is."]


async def test_requirements_keep_every_letter_but_bullets_and_numbers(house: House) -> None:
    lines = "- one\n2) two\n--verbose must be a flag\n*.csv files are read\n-1 means failure"
    session = await house.open(requirements=lines)
    assert [one.text for one in session.requirements] == [
        "one",
        "two",
        "--verbose must be a flag",
        "*.csv files are read",
        "-1 means failure",
    ]


async def test_a_deleted_session_says_so_on_its_card(house: House) -> None:
    session = await house.open()
    await house.receive(Delete(house.origin(BEN), session.id, confirmed=True))
    card = house.thread(session)[0]
    assert card.text == "**Price watcher** was deleted by Ben."
    assert card.actions == []


async def test_an_open_code_fence_does_not_swallow_what_the_program_says(house: House) -> None:
    session = await house.open()
    house.model.say(Says("```python\nprint(", fails=ModelStreamCut("The answer broke off.")))
    await house.say(session, "Show me")
    assert house.thread(session)[-1].text.startswith("```python\nprint(\n```\n\n⚠️ The answer broke off.")
    house.model.say(Says("~~~\ncode", reason="length"))
    await house.say(session, "More")
    assert house.thread(session)[-1].text.startswith("~~~\ncode\n~~~\n\n*(My answer was cut")


async def test_what_has_been_answered_is_not_tried_again(house: House) -> None:
    session = await house.open()
    await house.say(session, "Hi")
    assert (await house.receive(Retry(house.origin(), session.id))).outcome is Outcome.REFUSED


async def test_a_file_that_cannot_be_fetched_now_holds_nobody_up(house: House) -> None:
    session = await house.open()

    async def broken() -> None:
        raise PlatformUnavailable("Slack is down.")

    house.platform.before_reading = broken
    house.platform.attachments = {"F1": b"lamp,3"}
    files = (Attachment("a.csv", 6, "text/csv", "F1"),)
    house.model.say("Without it.", "With it.")
    await house.receive(Say(house.origin(thread=thread_of(session)), "m1", "See this", files))
    assert house.thread(session)[-1].text == "Without it."
    house.platform.before_reading = None
    await house.say(session, "Again")
    assert "lamp,3" in house.model.prompts[-1]


async def test_an_opening_that_fails_for_good_is_told_to_who_opened_it(house: House) -> None:
    house.platform.fail("open_thread", PlatformRefused("Slack refused this."))
    session = await house.open()
    assert session.thread is None
    (person, reply) = house.platform.whispers[-1]
    assert person == ANA
    assert "is kept" in reply.text
    assert reply.buttons[0].action is Action.RETRY
