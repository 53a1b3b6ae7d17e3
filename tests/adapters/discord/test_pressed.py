"""Buttons, menus and forms do what they say, after any restart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.simulators.discord import NotAcked
from core.desk import Outcome, Receipt
from core.intents import (
    ChangeRequirements,
    Close,
    Delete,
    Generate,
    Intent,
)
from core.replies import Action, Button, Reply
from core.vocabulary import Language
from tests.adapters.discord.acting import opened
from tests.adapters.discord.stage import ANA, BEN, CHANNEL, GENERAL, DiscordStage, open_stage
from tests.adapters.discord.versions import made, session
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

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
