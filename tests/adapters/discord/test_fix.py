"""A refused form loses nothing: it is opened again with what was typed, also by another process."""

from __future__ import annotations

from adapters.discord.requirements import REQUIREMENTS
from bot.simulators.discord import Fault
from core.desk import Outcome, Receipt
from core.intents import ChangeRequirements, Intent, OpenSession
from core.replies import Action, Button, Reply
from tests.adapters.discord.stage import ANA, CHANNEL, GENERAL, DiscordStage
from tests.adapters.discord.versions import session
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

LONG = "".join(f"requirement {number} with 🙂 and `code`\n" for number in range(90))[:2990].strip()
TYPED = {
    "title": "   ",
    "agent_type": "data_analyst",
    "requirements": LONG,
    "tech_stack": 'Python "3.11"\n```\nfenced\n```',
    "constraints": "no cloud <@102> " + "x" * 2900,
}


def strict(intent: Intent) -> Receipt:
    if isinstance(intent, OpenSession) and not intent.title.strip():
        return Receipt(Outcome.REFUSED, Reply("Give the session a title."), "title")
    if isinstance(intent, ChangeRequirements) and any("long" in line for line in intent.add):
        return Receipt(Outcome.REFUSED, Reply("That is too long."), "requirements")
    return Receipt(Outcome.ACCEPTED)


async def refused(stage: DiscordStage) -> None:
    await stage.discord.slash(ANA.id, CHANNEL, "automation new", {"title": "x"})
    await stage.discord.submit(ANA.id, TYPED)


async def test_the_field_is_named_and_fix_opens_the_form_as_it_was_sent(stage: DiscordStage) -> None:
    desk = FakeDesk(strict)
    async with stage.listening(desk):
        await refused(stage)
        [told] = stage.whispers()
        assert told.text.startswith("**Title**: Give the session a title.")
        assert [button.label for button in told.buttons] == ["Fix"]
    async with stage.restarted(desk):
        await stage.discord.click(ANA.id, told, "Fix")
        form = stage.discord.modal(ANA.id)
        assert form is not None
        assert {field.custom_id: field.value for field in form.inputs} == TYPED
        await stage.discord.submit(ANA.id, {"title": "Prices"})
    [intent] = desk.stored
    assert isinstance(intent, OpenSession)
    assert (intent.title, intent.agent_type.value) == ("Prices", "data_analyst")
    assert (intent.requirements, intent.tech_stack) == (LONG, TYPED["tech_stack"])
    assert (intent.constraints, intent.origin.place) == (TYPED["constraints"], GENERAL)


async def test_when_it_is_put_right_nothing_is_left_to_fix(stage: DiscordStage) -> None:
    async with stage.listening(FakeDesk(strict)):
        await refused(stage)
        await stage.discord.click(ANA.id, stage.whispers()[0], "Fix")
        await stage.discord.submit(ANA.id, {"title": "Prices"})
    [told] = stage.whispers()
    assert "**Prices** is on its way" in told.text
    assert (told.buttons, told.files) == ((), ())


async def test_it_can_be_wrong_again_and_again(stage: DiscordStage) -> None:
    async with stage.listening(FakeDesk(strict)):
        await refused(stage)
        for number in range(3):
            await stage.discord.click(ANA.id, stage.whispers()[0], "Fix")
            await stage.discord.submit(ANA.id, {"tech_stack": f"try {number}"})
        await stage.discord.click(ANA.id, stage.whispers()[0], "Fix")
        form = stage.discord.modal(ANA.id)
    assert len(stage.whispers()) == 1
    assert form is not None
    assert form.input("tech_stack").value == "try 2"
    assert form.input("requirements").value == LONG


async def test_a_form_refused_as_a_whole_keeps_what_was_typed(stage: DiscordStage) -> None:
    desk = FakeDesk(lambda _: Receipt(Outcome.REFUSED, Reply("Not today.")))
    async with stage.listening(desk):
        await refused(stage)
        [told] = stage.whispers()
        assert told.text.startswith("Not today.")
        await stage.discord.click(ANA.id, told, "Fix")
        assert stage.discord.modal(ANA.id) is not None


async def test_when_the_attachment_cannot_be_read_it_is_said_and_can_be_tried_again(
    stage: DiscordStage,
) -> None:
    async with stage.listening(FakeDesk(strict)):
        await refused(stage)
        [told] = stage.whispers()
        stage.discord.order(Fault("download", "500"))
        await stage.discord.click(ANA.id, told, "Fix")
        assert stage.discord.modal(ANA.id) is None
        assert "I could not read what you typed just now" in stage.whispers()[-1].text
        await stage.discord.click(ANA.id, told, "Fix")
        assert stage.discord.modal(ANA.id) is not None


async def test_a_refused_change_of_the_ledger_is_fixed_the_same_way(stage: DiscordStage) -> None:
    desk = FakeDesk(strict, sessions={"S1": session("every hour", "by mail")})
    card = Reply("### Prices", (Button(Action.REQUIREMENTS, "Requirements", "S1"),))
    thread = await stage.platform.open_thread(GENERAL, card, KeptAttempt("card"))
    async with stage.listening(desk):
        await stage.discord.click(ANA.id, thread.thread, "Requirements")
        form = stage.discord.modal(ANA.id)
        assert form is not None
        ledger = form.inputs[0].custom_id
        await stage.discord.submit(ANA.id, {ledger: "R2. by post", REQUIREMENTS: "too long"})
        [told] = stage.whispers()
        assert told.text.startswith("**New requirements (one per line)**: That is too long.")
    async with stage.restarted(desk):
        await stage.discord.click(ANA.id, told, "Fix")
        again = stage.discord.modal(ANA.id)
        assert again is not None
        assert [field.value for field in again.inputs] == ["R2. by post", "too long"]
        await stage.discord.submit(ANA.id, {REQUIREMENTS: "in euro"})
    [change] = desk.stored
    assert isinstance(change, ChangeRequirements)
    assert (change.session, change.add, change.edit, change.withdraw) == (
        "S1",
        ("in euro",),
        ((2, "by post"),),
        (1,),
    )
