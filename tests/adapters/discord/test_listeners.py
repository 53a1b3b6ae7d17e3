"""What people do in Discord reaches the desk once, is acked when it is stored, and is answered to them alone."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from adapters.discord.listeners import listen
from bot.simulators.discord import ClientRefused, Fault, NotAcked, Upload
from core.desk import Outcome, Receipt
from core.errors import PermissionMissing
from core.intents import (
    Cancel,
    ChangeRequirements,
    Close,
    Delete,
    Download,
    Erase,
    ForgetMe,
    Generate,
    Intent,
    OpenSession,
    Rename,
    Reopen,
    Revise,
    Say,
    ThreadLost,
)
from core.ports import OutFile, ThreadRef
from core.replies import Action, Button, Reply
from core.vocabulary import AgentType, Language
from tests.adapters.discord.stage import ANA, BEN, CHANNEL, GENERAL, DiscordStage, open_stage
from tests.adapters.discord.versions import made, session
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

CARD = Reply(
    "### Prices",
    (
        Button(Action.GENERATE, "Generate", "S1", "primary"),
        Button(Action.REQUIREMENTS, "Requirements", "S1"),
        Button(Action.CLOSE, "Close", "S1"),
        Button(Action.VIEW, "View code", "A1"),
        Button(Action.DOWNLOAD, "Download", "A1"),
    ),
)


async def opened(stage: DiscordStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))


async def arrived(desk: FakeDesk, number: int) -> list[Intent]:
    """What is stored when so many intents have come."""
    await desk.until_arrived(number)
    return desk.stored


# -- acks


async def test_nothing_is_acked_before_it_is_stored(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk), asyncio.TaskGroup() as group:
        desk.open.clear()
        clicking = group.create_task(stage.discord.click(ANA.id, thread.thread, "Generate"))
        await desk.until_arrived(1)
        assert not clicking.done()
        desk.open.set()
        await clicking
    [generate] = desk.stored
    assert isinstance(generate, Generate)
    assert generate.origin.place == replace(GENERAL, thread=thread.thread)


async def test_a_click_that_could_not_be_stored_is_not_acked() -> None:
    async with open_stage(ack_seconds=0.2) as stage:
        thread = await opened(stage)
        desk = FakeDesk(broken=1)
        async with stage.listening(desk):
            with pytest.raises(NotAcked):
                await stage.discord.click(ANA.id, thread.thread, "Generate")
            await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 1


async def test_a_hundred_clicks_at_once_are_acked_soon(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(stage.discord.click(ANA.id, thread.thread, "Generate"))
        assert time.monotonic() - began < 2
    assert len(desk.stored) == 100


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "500_after", "ratelimited"])
async def test_an_ack_that_is_lost_is_sent_again(stage: DiscordStage, kind: str) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        operation = "create_interaction_response"
        stage.discord.order(Fault(operation, kind, retry_after=0.01))  # type: ignore[arg-type]  # parametrized literals
        await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 1


async def test_an_answer_that_comes_too_late_is_no_end(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        stage.discord.order(Fault("create_interaction_response", "error", code=10062, times=2))
        with pytest.raises((NotAcked, TimeoutError)):
            async with asyncio.timeout(0.3):
                await stage.discord.click(ANA.id, thread.thread, "Generate")
        await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 2


async def test_what_has_come_in_is_finished_before_the_end(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        desk.open.clear()
        await stage.discord.say(ANA.id, thread.thread, "status", mention=True)
        await desk.until_arrived(1)
        asyncio.get_running_loop().call_later(0.05, desk.open.set)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]


async def test_events_of_no_concern(stage: DiscordStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        said = await stage.discord.say(ANA.id, CHANNEL, "just talking")
        await stage.discord.edit(ANA.id, CHANNEL, said, "still talking")
        await stage.discord.delete(ANA.id, CHANNEL, said)
        thread = await opened(stage)
        await stage.platform.post(thread, Reply("my own words"), KeptAttempt("own"))
        stage.discord.boost("200", 2)
        stage.discord.kick_bot()
        stage.discord.invite_bot()
        await stage.discord.say(ANA.id, thread.thread, "now")
        await desk.until_arrived(1)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["now"]


async def test_a_failure_of_the_block_comes_out_as_it_is(stage: DiscordStage) -> None:
    with pytest.raises(LookupError, match=r"^mine$"):
        async with stage.listening(FakeDesk()):
            raise LookupError("mine")


async def test_a_wrong_token_is_told_at_once(stage: DiscordStage) -> None:
    with pytest.raises(PermissionMissing):
        async with listen(stage.platform, FakeDesk(), replace(stage.config, token="OTAw.wrong.fake")):
            raise AssertionError("it listens")


# -- messages


async def test_messages_come_in_order_and_once(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        for number in range(30):
            await stage.discord.say(ANA.id, thread.thread, f"{number}", copies=3)
        await desk.until_arrived(90)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == [str(n) for n in range(30)]


async def test_a_message_is_handed_in_until_it_is_stored(stage: DiscordStage) -> None:
    desk = FakeDesk(broken=2)
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "first")
        await stage.discord.say(ANA.id, thread.thread, "second")
        await desk.until_arrived(4)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["first", "second"]


async def test_the_end_does_not_wait_for_a_desk_that_is_away(stage: DiscordStage) -> None:
    desk = FakeDesk(broken=1_000_000)
    thread = await opened(stage)
    async with asyncio.timeout(5), stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "first")
        await desk.until_arrived(1)
    assert desk.stored == []


async def test_a_mention_with_files_is_one_message_with_its_files(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        files = [Upload("data.csv", b"a,b\n")]
        await stage.discord.say(ANA.id, thread.thread, "look at this", mention=True, files=files)
        await desk.until_arrived(1)
        [say] = desk.stored
        assert isinstance(say, Say)
        assert (say.text, say.mentioned) == ("look at this", True)
        [attachment] = say.attachments
        assert (attachment.name, attachment.size) == ("data.csv", 4)
        assert await stage.platform.read_attachment("200", attachment, 100) == b"a,b\n"


async def test_a_verb_in_the_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "generate python", mention=True)
        [generate] = await arrived(desk, 1)
    assert isinstance(generate, Generate)
    assert (generate.language, generate.origin.place.thread) == (Language.PYTHON, thread.thread)


async def test_a_question_by_mention_is_answered_once_to_the_person_alone(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "status", mention=True, copies=3)
        await desk.until_arrived(3)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]
    assert len(stage.replies(thread)) == 1


async def test_who_takes_no_direct_messages_is_answered_in_the_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    stage.discord.close_direct(ANA.id)
    async with stage.listening(desk):
        asked = await stage.discord.say(ANA.id, thread.thread, "status", mention=True)
        await desk.until_arrived(1)
    [_, answer] = stage.discord.thread(thread.thread)[1:]
    assert (answer.text, answer.reply_to, answer.pings) == ("Help.", asked, ())


async def test_a_mention_in_the_channel_is_answered_with_help(stage: DiscordStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, CHANNEL, "what can you do?", mention=True)
        await desk.until_arrived(1)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]


async def test_edits_deletions_and_the_end_of_a_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        said = await stage.discord.say(ANA.id, thread.thread, "good")
        await stage.discord.edit(ANA.id, thread.thread, said, "better")
        await stage.discord.delete(ANA.id, thread.thread, said)
        await desk.until_arrived(3)
        await stage.discord.delete_thread(thread.thread)
        await desk.until_arrived(4)
    assert [type(intent) for intent in desk.stored] == [Say, Revise, Erase, ThreadLost]
    revise = desk.stored[1]
    assert isinstance(revise, Revise)
    assert (revise.message, revise.text) == (said, "better")
    assert {intent.origin.place for intent in desk.stored} == {replace(GENERAL, thread=thread.thread)}


async def test_a_locked_thread_and_a_deleted_channel_are_lost(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.lock_thread(thread.thread)
        [lost] = await arrived(desk, 1)
        assert lost.origin.place.thread == thread.thread
        await stage.discord.delete_channel(CHANNEL)
        await desk.until_arrived(3)
    assert [one.origin.place for one in desk.stored][1:] == [GENERAL, lost.origin.place]
    assert {type(intent) for intent in desk.stored} == {ThreadLost}


async def test_a_message_in_an_archived_thread_is_of_its_session(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    await stage.discord.archive_thread(thread.thread)
    async with stage.restarted(desk):
        await stage.discord.say(ANA.id, thread.thread, "still here")
        [say] = await arrived(desk, 1)
    assert say.origin.place == replace(GENERAL, thread=thread.thread)


async def test_other_bots_are_marked(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say_as_bot("Deployer", thread.thread, "deployed")
        await stage.discord.say_as_bot("Hook", thread.thread, "deployed", webhook=True)
        await desk.until_arrived(2)
    assert [intent.by_bot for intent in desk.stored if isinstance(intent, Say)] == [True, True]


async def test_four_thousand_characters_are_taken_in(stage: DiscordStage) -> None:
    desk, text = FakeDesk(), ("long 🙂 שלום\n" * 320).strip()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, text)
        [say] = await arrived(desk, 1)
    assert isinstance(say, Say)
    assert say.text == text


async def test_names_are_known_from_what_people_do(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        stage.discord.add_channel("301000000000000000", "plans")
        await stage.discord.say(BEN.id, thread.thread, f"ask <@{ANA.id}> in <#301000000000000000>")
        [say] = await arrived(desk, 1)
    assert isinstance(say, Say)
    assert say.text == "ask @Ana in #plans"
    stage.discord.order(Fault("*", "error", status=404, code=10013, times=9))
    assert await stage.platform.name_of(BEN) == "Ben"


# -- commands


async def test_from_the_command_to_the_stored_session(stage: DiscordStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        await stage.discord.slash(ANA.id, CHANNEL, "automation new", {"title": "Watch prices"})
        form = stage.discord.modal(ANA.id)
        assert form is not None
        assert form.title == "New automation session"
        assert [field.label for field in form.inputs] == [
            "Title",
            "Agent type",
            "Requirements (one per line)",
            "Tech stack",
            "Constraints",
        ]
        assert form.input("title").value == "Watch prices"
        values = {"agent_type": "web_crawler", "requirements": "every hour\nby mail 🙂 שלום"}
        await stage.discord.submit(ANA.id, values)
    [intent] = desk.stored
    assert isinstance(intent, OpenSession)
    assert (intent.title, intent.agent_type) == ("Watch prices", AgentType.WEB_CRAWLER)
    assert intent.requirements == values["requirements"]
    assert (intent.origin.place, intent.origin.person) == (GENERAL, ANA)
    [told] = stage.whispers()
    assert "**Watch prices** is on its way" in told.text


async def test_every_verb_is_a_command(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    verbs: dict[str, dict[str, str | int]] = {
        "generate": {"language": "python"},
        "cancel": {},
        "rename": {"title": "Better"},
        "close": {},
        "reopen": {},
        "delete": {},
        "download": {"version": 2},
        "forget-me": {},
    }
    async with stage.listening(desk):
        for verb, options in verbs.items():
            await stage.discord.slash(ANA.id, thread.thread, f"automation {verb}", options)
        for question in ("help", "list", "status", "show", "versions", "requirements"):
            await stage.discord.slash(ANA.id, thread.thread, f"automation {question}")
    kinds = [Generate, Cancel, Rename, Close, Reopen, Delete, Download, ForgetMe]
    assert [type(intent) for intent in desk.stored] == kinds
    assert {intent.origin.place for intent in desk.stored} == {replace(GENERAL, thread=thread.thread)}
    assert [told.text for told in stage.whispers()][-6:] == ["Help."] * 6
    assert all(told.text for told in stage.whispers())


async def test_commands_are_answered_in_channels_that_the_bot_does_not_see(stage: DiscordStage) -> None:
    stage.discord.add_channel("302", "secret", private=True, members=[ANA.id], bot_in=False)
    async with stage.listening(FakeDesk()):
        await stage.discord.slash(ANA.id, "302", "automation help")
    assert [(told.text, told.channel) for told in stage.whispers()] == [("Help.", "302")]


async def test_a_long_answer_comes_whole_with_its_buttons_at_the_end(stage: DiscordStage) -> None:
    text = "\n".join(f"- line {number} of the help" for number in range(200))
    desk = FakeDesk(lambda _: Receipt(Outcome.REFUSED, Reply(text, CARD.buttons[:1])))
    async with stage.listening(desk):
        await stage.discord.slash(ANA.id, CHANNEL, "automation generate")
    told = stage.whispers()
    assert len(told) > 1
    assert [line for each in told for line in each.text.split("\n")] == text.split("\n")
    assert [len(each.buttons) for each in told] == [0] * (len(told) - 1) + [1]


async def test_there_are_no_commands_in_direct_messages(stage: DiscordStage) -> None:
    async with stage.listening(FakeDesk()):
        with pytest.raises(ClientRefused):
            await stage.discord.slash(ANA.id, stage.discord.direct(ANA.id), "automation help")


@pytest.mark.parametrize(
    ("permission", "named"),
    [
        ("create_public_threads", "Create Public Threads"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("attach_files", "Attach Files"),
        ("send_messages", "Send Messages"),
        ("view_channel", "View Channel"),
    ],
)
async def test_a_missing_permission_is_named_before_the_form_opens(
    stage: DiscordStage, permission: str, named: str
) -> None:
    stage.discord.forbid(CHANNEL, permission)
    async with stage.listening(FakeDesk()):
        await stage.discord.slash(ANA.id, CHANNEL, "automation new")
        assert stage.discord.modal(ANA.id) is None
        assert f"**{named}**" in stage.whispers()[0].text
        stage.discord.allow(CHANNEL, permission)
        await stage.discord.slash(ANA.id, CHANNEL, "automation new")
        assert stage.discord.modal(ANA.id) is not None


async def test_places_without_threads_are_named(stage: DiscordStage) -> None:
    stage.discord.add_channel("303", "talking", kind="voice")
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        await stage.discord.slash(ANA.id, "303", "automation new")
        await stage.discord.slash(ANA.id, thread.thread, "automation new")
        assert stage.discord.modal(ANA.id) is None
    voice, inside = (told.text for told in stage.whispers())
    assert "no threads in this kind of channel" in voice
    assert "cannot be opened inside of one" in inside


# -- buttons


async def test_buttons_work_after_a_restart(stage: DiscordStage) -> None:
    desk = FakeDesk(lambda _: Receipt(Outcome.ACCEPTED, Reply("Closing.")))
    thread = await opened(stage)
    async with stage.restarted(desk):
        await stage.discord.click(BEN.id, thread.thread, "Close")
    [close] = desk.stored
    assert isinstance(close, Close)
    assert (close.session, close.origin.place.thread) == ("S1", thread.thread)
    assert [told.text for told in stage.whispers(BEN)] == ["Closing."]


async def test_a_button_of_no_known_kind_is_answered(stage: DiscordStage) -> None:
    strange = Reply("### Old", (Button("dance", "Dance", "S1"),))  # type: ignore[arg-type]  # of another version
    thread = await stage.platform.open_thread(GENERAL, strange, KeptAttempt("card"))
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Dance")
    assert "I do not know this any more" in stage.whispers()[0].text


async def test_the_sessions_of_a_channel_are_offered_and_chosen(stage: DiscordStage) -> None:
    offer = Reply("Which?", tuple(Button(Action.GENERATE, f"No {n}", f"S{n}:python") for n in range(25)))

    def judge(intent: Intent) -> Receipt:
        known = isinstance(intent, Generate) and intent.session
        return Receipt(Outcome.ACCEPTED) if known else Receipt(Outcome.REFUSED, offer)

    desk = FakeDesk(judge)
    async with stage.listening(desk):
        await stage.discord.slash(ANA.id, CHANNEL, "automation generate", {"language": "python"})
        [offered] = stage.whispers()
        assert len(offered.buttons) == 25
        await stage.discord.click(ANA.id, offered, "No 17")
    [generate] = desk.stored
    assert isinstance(generate, Generate)
    assert (generate.session, generate.language) == ("S17", Language.PYTHON)
    [told] = stage.whispers()
    assert (told.text, told.buttons) == ("On it: the thread shows how far it is.", ())


async def test_a_refused_click_leaves_the_buttons_where_they_are(stage: DiscordStage) -> None:
    sure = Reply("Delete it?", (Button(Action.DELETE, "Delete for good", "S1", "danger"),))

    def judge(intent: Intent) -> Receipt:
        asked = isinstance(intent, Delete) and not intent.confirmed
        return Receipt(Outcome.REFUSED, sure if asked else Reply("Not now."))

    thread = await opened(stage)
    async with stage.listening(FakeDesk(judge)):
        await stage.discord.slash(ANA.id, thread.thread, "automation delete")
        await stage.discord.click(ANA.id, stage.whispers()[0], "Delete for good")
    assert [(told.text, len(told.buttons)) for told in stage.whispers()] == [
        ("Delete it?", 1),
        ("Not now.", 0),
    ]


async def test_a_button_in_a_direct_message_is_of_its_guild(stage: DiscordStage) -> None:
    desk = FakeDesk(sessions={"S1": session("every hour")})
    buttons = (Button(Action.RETRY, "Try again", "S1"), Button(Action.REQUIREMENTS, "Requirements", "S1"))
    await stage.platform.whisper(GENERAL, ANA, Reply("It failed.", buttons))
    [told] = stage.discord.channel(stage.discord.direct(ANA.id))
    async with stage.restarted(desk):
        await stage.discord.click(ANA.id, told, "Try again")
        await stage.discord.click(ANA.id, told, "Requirements")
        await stage.discord.submit(ANA.id, {"requirements": "in euro"})
    assert [intent.origin.place.workspace for intent in desk.stored] == ["200", "200"]
    assert [intent.origin.person for intent in desk.stored] == [ANA, ANA]


# -- forms


async def test_the_ledger_is_changed_in_a_form(stage: DiscordStage) -> None:
    desk = FakeDesk(sessions={"S1": session("every hour", "by mail", None)})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.click(BEN.id, thread.thread, "Requirements")
    async with stage.restarted(desk):
        form = stage.discord.modal(BEN.id)
        assert form is not None
        ledger = form.inputs[0]
        assert ledger.value == "R1. every hour\nR2. by mail"
        await stage.discord.submit(BEN.id, {ledger.custom_id: "R1. every day", "requirements": "in euro"})
    [change] = desk.stored
    assert isinstance(change, ChangeRequirements)
    assert (change.session, change.add, change.edit, change.withdraw) == (
        "S1",
        ("in euro",),
        ((1, "every day"),),
        (2,),
    )
    assert change.origin.place == replace(GENERAL, thread=thread.thread)


async def test_a_form_sent_as_it_was_changes_nothing(stage: DiscordStage) -> None:
    desk = FakeDesk(sessions={"S1": session("every hour", "by mail")})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.click(BEN.id, thread.thread, "Requirements")
        await stage.discord.submit(BEN.id, {})
    assert desk.stored == []
    assert [told.text for told in stage.whispers(BEN)] == ["Nothing was changed."]


async def test_what_is_gone_is_told(stage: DiscordStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Requirements")
        await stage.discord.click(ANA.id, thread.thread, "View code")
    texts = " ".join(told.text for told in stage.whispers())
    assert "no such session any more" in texts
    assert "does not exist any more" in texts


async def test_a_form_that_could_not_be_stored_stays_open() -> None:
    async with open_stage(commands=True, ack_seconds=0.2) as stage, stage.listening(FakeDesk(broken=1)):
        await stage.discord.slash(ANA.id, CHANNEL, "automation new", {"title": "Prices"})
        with pytest.raises(NotAcked):
            await stage.discord.submit(ANA.id, {})
        await stage.discord.submit(ANA.id, {})


# -- looking at code


async def test_code_is_leafed_through_also_by_another_process(stage: DiscordStage) -> None:
    code = "".join(f"line {number} ```` <@102> & <b>\n" for number in range(200))
    desk = FakeDesk(automations={"A1": made(*["x = 1\n"] * 30, code)})
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.click(ANA.id, thread.thread, "View code")
        [shown] = stage.whispers()
        assert shown.text == "**v3** · 31 files"
        assert len(shown.choices[0].options) == 25
    async with stage.restarted(desk):
        await stage.discord.click(ANA.id, shown, "More files")
        await stage.discord.select(ANA.id, shown, "v1:file", "src/file30.py")
        [shown] = stage.whispers()
        assert "`src/file30.py` · lines 1 to" in shown.text
        assert shown.text.count("```") == 2
        assert [file.data for file in shown.files] == [code.encode()]
        assert shown.pings == ()
        await stage.discord.click(ANA.id, shown, "Next")
        [shown] = stage.whispers()
        assert "page 2 of" in shown.text
        assert [file.data for file in shown.files] == [code.encode()]
        await stage.discord.click(ANA.id, shown, "Earlier files")
        await stage.discord.select(ANA.id, shown, "v1:file", "src/file2.py")
        [shown] = stage.whispers()
        assert shown.text.endswith("```py\nx = 1\n```")
        assert [file.data for file in shown.files] == [b"x = 1\n"]
        desk.automations.clear()
        await stage.discord.select(ANA.id, shown, "v1:file", "src/file3.py")
        assert "does not exist any more" in stage.whispers()[-1].text


# -- private answers later


async def test_a_download_comes_where_it_was_asked_for(stage: DiscordStage) -> None:
    desk, file = FakeDesk(), OutFile("v1.zip", b"PK")
    thread = await opened(stage)
    place = replace(GENERAL, thread=thread.thread)
    async with stage.listening(desk):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        [told] = stage.whispers()
        assert told.text.startswith("I am packing it")
        stage.discord.order(Fault("update_original_webhook_message", "cut_after"))
        attempt = KeptAttempt("hand")
        with pytest.raises(Exception, match="broke before it answered"):
            await stage.platform.hand(ANA, place, file, "Here it is.", attempt)
        await stage.platform.hand(ANA, place, file, "Here it is.", attempt.next())
    [told] = stage.whispers()
    assert (told.text, [each.data for each in told.files]) == ("Here it is.", [b"PK"])
    assert stage.discord.channel(stage.discord.direct(ANA.id)) == []


async def test_two_downloads_are_two(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place = replace(GENERAL, thread=thread.thread)
    async with stage.listening(FakeDesk()):
        for _ in range(2):
            await stage.discord.click(ANA.id, thread.thread, "Download")
            await stage.discord.click(BEN.id, thread.thread, "Download")
        for number in range(2):
            file = OutFile(f"v{number}.zip", b"PK")
            await stage.platform.hand(ANA, place, file, "Here.", KeptAttempt(f"hand{number}"))
    assert [file.name for told in stage.whispers() for file in told.files] == ["v0.zip", "v1.zip"]
    assert [told.files for told in stage.whispers(BEN)] == [(), ()]


@pytest.mark.parametrize("why", ["late", "dismissed", "restart"])
async def test_a_download_that_cannot_come_there_comes_directly(stage: DiscordStage, why: str) -> None:
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"PK")
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        platform = stage.platform
        if why == "late":
            stage.clock.jump(3600)
        elif why == "dismissed":
            stage.discord.order(Fault("update_original_webhook_message", "error", code=10008))
        else:
            platform = replace(platform, answers=type(platform.answers)(platform.http, "", "", stage.clock))
        await platform.hand(ANA, place, file, "Here it is.", KeptAttempt("hand"))
    direct = stage.discord.channel(stage.discord.direct(ANA.id))
    assert [[each.name for each in told.files] for told in direct] == [["v1.zip"]]


async def test_a_download_that_fails_takes_back_its_promise(stage: DiscordStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        await stage.platform.whisper(replace(GENERAL, thread=thread.thread), ANA, Reply("It is too large."))
    assert [told.text for told in stage.whispers()] == ["It is too large."]


async def test_a_whisper_follows_what_the_person_did(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place, told = replace(GENERAL, thread=thread.thread), Reply("It failed.", CARD.buttons[:1])
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Generate")
        await stage.platform.whisper(place, ANA, told)
        await stage.platform.whisper(place, BEN, told)
    assert [(each.text, len(each.buttons)) for each in stage.whispers()] == [("It failed.", 1)]
    assert stage.whispers(BEN) == []
    assert [seen.text for seen in stage.private(BEN)] == ["It failed."]
