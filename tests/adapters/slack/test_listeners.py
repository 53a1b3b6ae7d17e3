"""What people do in Slack reaches the desk once, is acked when it is stored, and is answered to them alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.slack.listeners import listen
from bot.simulators.slack import Fault, NotAcked, Shown, Upload
from core.desk import Outcome, Receipt
from core.errors import PermissionMissing
from core.intents import (
    ChangeRequirements,
    Close,
    Dashboard,
    Erase,
    Generate,
    Intent,
    OpenSession,
    Revise,
    Say,
    ThreadLost,
)
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from core.vocabulary import AgentType, Language
from tests.adapters.slack.stage import GENERAL, SlackStage, open_stage
from tests.adapters.slack.versions import made, session
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

CARD = Reply(
    "### Prices",
    (
        Button(Action.GENERATE, "Generate", "S1", "primary"),
        Button(Action.REQUIREMENTS, "Requirements", "S1"),
        Button(Action.CLOSE, "Close", "S1"),
        Button(Action.VIEW, "View code", "A1"),
    ),
)


async def opened(stage: SlackStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))


def whispers(stage: SlackStage, user: str = "UANA") -> list[Shown]:
    return stage.slack.ephemerals(user)


# -- acks


async def test_nothing_is_acked_before_it_is_stored(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk), asyncio.TaskGroup() as group:
        desk.open.clear()
        saying = group.create_task(stage.slack.say("UANA", "C1", "hello", thread=thread.thread))
        await desk.until_arrived(1)
        assert not saying.done()
        desk.open.set()
        await saying
    assert [type(intent) for intent in desk.stored] == [Say]


async def test_an_event_that_could_not_be_stored_comes_again() -> None:
    desk = FakeDesk(broken=2)
    async with open_stage(ack_seconds=0.2) as stage:
        thread = await opened(stage)
        async with stage.listening(desk):
            await stage.slack.say("UANA", "C1", "hello", thread=thread.thread, wait=False)
            await desk.until_arrived(3)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["hello"]


async def test_a_command_that_could_not_be_stored_is_not_acked() -> None:
    async with open_stage(ack_seconds=0.2) as stage, stage.listening(FakeDesk(broken=1)):
        with pytest.raises(NotAcked):
            await stage.slack.slash("UANA", "C1", "generate")


async def test_what_has_come_in_is_finished_before_the_end(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with asyncio.TaskGroup() as group:
        async with stage.listening(desk):
            desk.open.clear()
            saying = group.create_task(
                stage.slack.say("UANA", "C1", "status", thread=thread.thread, mention=True)
            )
            await desk.until_arrived(1)
            asyncio.get_running_loop().call_later(0.05, desk.open.set)
        await saying
    assert [shown.text for shown in whispers(stage)] == ["Help."]


async def test_events_of_no_concern_are_acked(stage: SlackStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        ts = await stage.slack.say("UANA", "C1", "just talking")
        await stage.slack.edit("UANA", "C1", ts, "still talking")
        await stage.slack.delete("UANA", "C1", ts)
        await stage.slack.open_home("UANA")
        await stage.slack.leave("UBEN", "C1")
        await opened(stage)
    assert desk.arrived == 0


async def test_a_new_socket_goes_on(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.ask_reconnect()
        await stage.slack.say("UANA", "C1", "hello", thread=thread.thread)
    assert len(desk.stored) == 1


async def test_a_wrong_app_token_is_told_at_once(stage: SlackStage) -> None:
    config = replace(stage.config, app_token="xapp-wrong")
    with pytest.raises(PermissionMissing):
        async with listen(stage.platform, FakeDesk(), config):
            raise AssertionError("it listens")


async def test_a_failure_of_the_block_comes_out_as_it_is(stage: SlackStage) -> None:
    with pytest.raises(LookupError, match=r"^mine$"):
        async with stage.listening(FakeDesk()):
            raise LookupError("mine")


# -- messages


async def test_the_same_event_thrice_is_one_message(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.say("UANA", "C1", "hello", thread=thread.thread, copies=3)
    assert desk.arrived == 3
    assert len(desk.stored) == 1


async def test_a_mention_with_files_is_one_message_with_its_files(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        files = [Upload("data.csv", b"a,b\n")]
        await stage.slack.say("UANA", "C1", "look at this", thread=thread.thread, mention=True, files=files)
    [say] = desk.stored
    assert isinstance(say, Say)
    assert (say.text, say.mentioned) == ("look at this", True)
    assert [attachment.name for attachment in say.attachments] == ["data.csv"]


async def test_a_verb_in_the_thread(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.say("UANA", "C1", "generate python", thread=thread.thread, mention=True)
    [generate] = desk.stored
    assert isinstance(generate, Generate)
    assert (generate.language, generate.origin.place.thread) == (Language.PYTHON, thread.thread)


async def test_a_question_is_answered_once_in_the_thread_to_the_person_alone(stage: SlackStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        await stage.slack.say("UANA", "C1", "status", thread=thread.thread, mention=True, copies=3)
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert [(shown.text, shown.thread) for shown in whispers(stage)] == [("Help.", thread.thread)]


async def test_a_mention_in_the_channel_is_answered_with_help_once(stage: SlackStage) -> None:
    async with stage.listening(FakeDesk()):
        await stage.slack.say("UANA", "C1", "what can you do?", mention=True)
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert [(shown.text, shown.thread) for shown in whispers(stage)] == [("Help.", None)]


async def test_edits_deletions_and_the_end_of_a_thread(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        ts = await stage.slack.say("UANA", "C1", "good", thread=thread.thread)
        await stage.slack.edit("UANA", "C1", ts, "better")
        await stage.slack.delete("UANA", "C1", ts)
        await stage.slack.archive_channel("C1")
    kinds = [type(intent) for intent in desk.stored]
    assert kinds == [Say, Revise, Erase, ThreadLost]


async def test_other_bots_are_marked(stage: SlackStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.say_as_bot("Deployer", "C1", "deployed", thread=thread.thread)
        await stage.slack.say_as_bot("Oldie", "C1", "deployed", thread=thread.thread, classic=True)
        await stage.platform.post(thread, Reply("my own words"), KeptAttempt("own"))
    assert [intent.by_bot for intent in desk.stored if isinstance(intent, Say)] == [True, True]
    assert len(desk.stored) == 2


async def test_what_was_said_in_a_browser_is_shown_and_not_taken_in_again(stage: SlackStage) -> None:
    """Even where its words ask something of us."""
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        for number, text in enumerate(("hello", f"<@{stage.platform.bot.user}> generate", "<@UBEN> <!here>")):
            await stage.platform.post(thread, Reply(f"**Ana** (web): {text}"), KeptAttempt(f"echo:{number}"))
        await stage.slack.say("UANA", "C1", "now", thread=thread.thread)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["now"]
    assert len(desk.stored) == 1
    assert all(seen.pings == () for seen in stage.replies(thread))
    assert stage.replies(thread)[0].text == "Ana (web): hello"


SECRET = Reply("Open the dashboard: <https://tw.example/sign-in/_a_b__c-d_>", private=True)


def secretive(intent: Intent) -> Receipt:
    return Receipt(Outcome.ACCEPTED, SECRET if isinstance(intent, Dashboard) else None)


@pytest.mark.parametrize("how", ["slash", "direct slash", "thread", "channel", "direct"])
async def test_a_link_is_told_to_one_person_alone(stage: SlackStage, how: str) -> None:
    desk, own = FakeDesk(secretive), stage.slack.direct("UANA")
    thread = await opened(stage)
    async with stage.listening(desk):
        match how:
            case "slash":
                await stage.slack.slash("UANA", "C1", "dashboard")
            case "direct slash":
                await stage.slack.slash("UANA", own, "dashboard")
            case "thread":
                await stage.slack.say("UANA", "C1", "dashboard", thread=thread.thread, mention=True)
            case "channel":
                await stage.slack.say("UANA", "C1", "dashboard", mention=True)
            case _:
                await stage.slack.say("UANA", own, "dashboard")
        await stage.slack.until(lambda: bool(whispers(stage)))
    [told] = whispers(stage)
    assert "https://tw.example/sign-in/_a_b__c-d_" in told.text
    assert stage.replies(thread)[1 if how == "thread" else 0 :] == []
    assert not any("sign-in" in seen.text for seen in stage.slack.channel("C1"))
    assert stage.slack.ephemerals("UBEN") == []


async def test_forty_thousand_characters_are_taken_in(stage: SlackStage) -> None:
    desk, text = FakeDesk(), "long 🙂 שלום\n" * 3300
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.say("UANA", "C1", text, thread=thread.thread)
    [say] = desk.stored
    assert isinstance(say, Say)
    assert say.text == text
    assert len(text) > 39_000


# -- the form


async def test_from_the_command_to_the_stored_session(stage: SlackStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        await stage.slack.slash("UANA", "C1", "new Watch prices")
        view = stage.slack.view("UANA")
        assert view is not None
        assert view.title == "New automation session"
        assert [field.label for field in view.inputs] == [
            "Title",
            "Agent type",
            "Requirements (one per line)",
            "Tech stack",
            "Constraints",
        ]
        assert view.input("title").value == "Watch prices"
        values = {"agent_type": "web_crawler", "requirements": "every hour\nby mail 🙂 שלום"}
        assert await stage.slack.submit("UANA", values) == {}
    [intent] = desk.stored
    assert isinstance(intent, OpenSession)
    assert (intent.title, intent.agent_type) == ("Watch prices", AgentType.WEB_CRAWLER)
    assert intent.requirements == values["requirements"]
    assert intent.origin.place == GENERAL


async def test_what_is_wrong_stands_at_its_field_and_can_be_put_right(stage: SlackStage) -> None:
    def judge(intent: Intent) -> Receipt:
        if isinstance(intent, OpenSession) and not intent.title.strip():
            return Receipt(Outcome.REFUSED, Reply("Give it a title."), "title")
        return Receipt(Outcome.ACCEPTED)

    desk = FakeDesk(judge)
    async with stage.listening(desk):
        await stage.slack.slash("UANA", "C1", "new")
        assert await stage.slack.submit("UANA", {"title": "   "}) == {"title": "Give it a title."}
        assert await stage.slack.submit("UANA", {"title": "Prices"}) == {}
        assert stage.slack.view("UANA") is None
    assert len(desk.stored) == 1
    assert whispers(stage) == []


async def test_a_title_that_is_too_long_is_not_lost(stage: SlackStage) -> None:
    title = "word " * 60
    desk = FakeDesk()
    async with stage.listening(desk):
        await stage.slack.slash("UANA", "C1", f"new {title}")
        assert await stage.slack.submit("UANA", {}) == {}
    [intent] = desk.stored
    assert isinstance(intent, OpenSession)
    assert intent.title == title[:100].strip()
    assert intent.requirements == title.strip()


async def test_a_form_refused_as_a_whole_gives_back_what_was_typed(stage: SlackStage) -> None:
    desk = FakeDesk(lambda _: Receipt(Outcome.REFUSED, Reply("Not today.")))
    async with stage.listening(desk):
        await stage.slack.slash("UANA", "C1", "new Prices")
        assert await stage.slack.submit("UANA", {"requirements": "every hour"}) == {}
        await stage.slack.until(lambda: bool(whispers(stage)))
    [told] = whispers(stage)
    assert told.text.startswith("Not today.")
    assert "Prices" in told.text
    assert "every hour" in told.text


async def test_a_form_that_could_not_be_stored_stays_open() -> None:
    desk = FakeDesk(broken=1)
    async with open_stage(ack_seconds=0.2) as stage, stage.listening(desk):
        await stage.slack.slash("UANA", "C1", "new Prices")
        with pytest.raises(NotAcked):
            await stage.slack.submit("UANA", {})
        assert await stage.slack.submit("UANA", {}) == {}
    assert len(desk.stored) == 1


async def test_a_form_that_slack_does_not_open_is_told(stage: SlackStage) -> None:
    async with stage.listening(FakeDesk()):
        stage.slack.order(Fault("views.open", "error", error="expired_trigger_id"))
        await stage.slack.slash("UANA", "C1", "new Prices")
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert "try again" in whispers(stage)[0].text


# -- commands


async def test_commands_are_answered_where_they_were_typed_even_without_membership(stage: SlackStage) -> None:
    stage.slack.add_channel("G1", "secret", private=True, members=["UANA"], bot_in=False)
    async with stage.listening(FakeDesk()):
        await stage.slack.slash("UANA", "G1", "help")
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert [(shown.text, shown.channel) for shown in whispers(stage)] == [("Help.", "G1")]


async def test_an_answer_that_its_address_does_not_take_is_whispered(stage: SlackStage) -> None:
    async with stage.listening(FakeDesk()):
        stage.slack.order(Fault("response_url", "500"))
        await stage.slack.slash("UANA", "C1", "help")
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert [shown.text for shown in whispers(stage)] == ["Help."]


async def test_other_people_s_direct_messages_are_refused(stage: SlackStage) -> None:
    desk = FakeDesk()
    foreign = stage.slack.direct_between("UANA", "UBEN")
    async with stage.listening(desk):
        await stage.slack.slash("UANA", foreign, "new Prices")
        await stage.slack.until(lambda: bool(whispers(stage)))
    assert "other people's direct messages" in whispers(stage)[0].text
    assert stage.slack.view("UANA") is None
    assert desk.arrived == 0


async def test_the_own_direct_message_works(stage: SlackStage) -> None:
    desk, own = FakeDesk(), stage.slack.direct("UANA")
    async with stage.listening(desk):
        await stage.slack.slash("UANA", own, "new Prices")
        assert await stage.slack.submit("UANA", {}) == {}
        place = desk.stored[0].origin.place
        assert (place.channel, place.direct) == (own, True)
        thread = await stage.platform.open_thread(place, CARD, KeptAttempt("direct"))
        await stage.slack.say("UANA", own, "hello", thread=thread.thread)
    assert isinstance(desk.stored[1], Say)


# -- buttons


async def test_buttons_work_after_a_restart(stage: SlackStage) -> None:
    desk = FakeDesk(lambda _: Receipt(Outcome.ACCEPTED, Reply("Closing.")))
    thread = await opened(stage)
    async with stage.restarted(desk):
        card = stage.slack.thread("C1", thread.thread)[0]
        await stage.slack.click("UBEN", card, "Close")
        await stage.slack.until(lambda: bool(whispers(stage, "UBEN")))
    [close] = desk.stored
    assert isinstance(close, Close)
    assert (close.session, close.origin.place.thread) == ("S1", thread.thread)
    assert whispers(stage, "UBEN")[0].thread == thread.thread


async def test_the_sessions_of_a_channel_are_offered_and_chosen(stage: SlackStage) -> None:
    offer = Reply("Which?", tuple(Button(Action.GENERATE, f"No {n}", f"S{n}:python") for n in range(25)))

    def judge(intent: Intent) -> Receipt:
        known = isinstance(intent, Generate) and intent.session
        return Receipt(Outcome.ACCEPTED) if known else Receipt(Outcome.REFUSED, offer)

    desk = FakeDesk(judge)
    async with stage.listening(desk):
        await stage.slack.slash("UANA", "C1", "generate python")
        await stage.slack.until(lambda: bool(whispers(stage)))
        await stage.slack.click("UANA", whispers(stage)[0], "No 17")
    [generate] = desk.stored
    assert isinstance(generate, Generate)
    assert (generate.session, generate.language) == ("S17", Language.PYTHON)


async def test_the_ledger_is_changed_in_a_form(stage: SlackStage) -> None:
    desk = FakeDesk(sessions={"S1": session("every hour", "by mail", None)})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.click("UBEN", stage.slack.thread("C1", thread.thread)[0], "Requirements")
        view = stage.slack.view("UBEN")
        assert view is not None
        assert view.input("ledger0").value == "R1. every hour\nR2. by mail"
        await stage.slack.submit("UBEN", {"ledger0": "R1. every day", "requirements": "in euro"})
    [change] = desk.stored
    assert isinstance(change, ChangeRequirements)
    assert (change.session, change.add, change.edit, change.withdraw) == (
        "S1",
        ("in euro",),
        ((1, "every day"),),
        (2,),
    )
    assert change.origin.place == replace(GENERAL, thread=thread.thread)


async def test_two_hundred_requirements_can_be_changed(stage: SlackStage) -> None:
    ledger = [f"requirement {number}: {'x' * 100}" for number in range(200)]
    desk = FakeDesk(sessions={"S1": session(*ledger)})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.click("UBEN", stage.slack.thread("C1", thread.thread)[0], "Requirements")
        await stage.slack.submit("UBEN", {"ledger3": ""})
    [change] = desk.stored
    assert isinstance(change, ChangeRequirements)
    assert len(change.withdraw) > 10
    assert not change.edit


async def test_a_refused_change_stands_at_its_field(stage: SlackStage) -> None:
    desk = FakeDesk(lambda _: Receipt(Outcome.REFUSED, Reply("Too long."), "requirements"))
    desk.sessions["S1"] = session("every hour")
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.click("UBEN", stage.slack.thread("C1", thread.thread)[0], "Requirements")
        assert await stage.slack.submit("UBEN", {"requirements": "x"}) == {"requirements": "Too long."}


async def test_what_is_gone_is_told(stage: SlackStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        card = stage.slack.thread("C1", thread.thread)[0]
        await stage.slack.click("UANA", card, "Requirements")
        await stage.slack.click("UANA", card, "View code")
        await stage.slack.until(lambda: len(whispers(stage)) == 2)
    texts = " ".join(shown.text for shown in whispers(stage))
    assert "no such session any more" in texts
    assert "does not exist any more" in texts


async def test_code_is_leafed_through_also_by_another_process(stage: SlackStage) -> None:
    code = "".join(f"line {number} ``` <@UBEN> & <b>\n" for number in range(400))
    desk = FakeDesk(automations={"A1": made(*["x = 1\n"] * 30, code)})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.slack.click("UANA", stage.slack.thread("C1", thread.thread)[0], "View code")
        assert "src/file19.py" in _view(stage)
    async with stage.restarted(desk):
        await stage.slack.click("UANA", _shown(stage), "Next")
        assert "src/file30.py" in _view(stage)
        await stage.slack.click("UANA", _shown(stage), "file:30")
        assert "line 0 ``` <@UBEN> & <b>\n" in _view(stage)
        await stage.slack.click("UANA", _shown(stage), "Next")
        assert "page 2 of" in _view(stage)
        await stage.slack.click("UANA", _shown(stage), "All files")
        assert "31 files · page 2 of 2" in _view(stage)
        desk.automations.clear()
        await stage.slack.click("UANA", _shown(stage), "file:20")
        assert "does not exist any more" in _view(stage)


def _shown(stage: SlackStage) -> str:
    view = stage.slack.view("UANA")
    assert view is not None
    return view.id


def _view(stage: SlackStage) -> str:
    view = stage.slack.view("UANA")
    assert view is not None
    return view.text
