"""Commands, as people type them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.simulators.discord import ClientRefused
from core.desk import Outcome, Receipt
from core.intents import (
    Cancel,
    Close,
    Dashboard,
    Delete,
    Diff,
    Download,
    ForgetMe,
    Generate,
    ListTokens,
    MakeToken,
    OpenSession,
    Rename,
    Reopen,
    Restore,
    Review,
    RevokeToken,
    RunTests,
)
from core.replies import Reply
from core.vocabulary import AgentType
from tests.adapters.discord.acting import CARD, opened
from tests.adapters.discord.stage import ANA, CHANNEL, GENERAL, DiscordStage
from tests.fakes.desk import FakeDesk

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
    verbs: dict[str, dict[str, str | int | bool]] = {
        "generate": {"language": "python"},
        "cancel": {},
        "rename": {"title": "Better"},
        "close": {},
        "reopen": {},
        "delete": {},
        "download": {"version": 2},
        "diff": {"older": 1, "newer": 3},
        "restore": {"version": 1},
        "run-tests": {},
        "review": {},
        "forget-me": {},
        "dashboard": {},
        "token": {"name": "ci", "read_only": True},
        "tokens": {},
    }
    async with stage.listening(desk):
        for verb, options in verbs.items():
            await stage.discord.slash(ANA.id, thread.thread, f"automation {verb}", options)
        await stage.discord.slash(ANA.id, thread.thread, "automation tokens", {"revoke": "01K9"})
        for question in ("help", "list", "status", "show", "versions", "requirements"):
            await stage.discord.slash(ANA.id, thread.thread, f"automation {question}")
    kinds = [
        Generate,
        Cancel,
        Rename,
        Close,
        Reopen,
        Delete,
        Download,
        Diff,
        Restore,
        RunTests,
        Review,
        ForgetMe,
        Dashboard,
        MakeToken,
        ListTokens,
        RevokeToken,
    ]
    assert [type(intent) for intent in desk.stored] == kinds
    made, revoked = desk.stored[-3], desk.stored[-1]
    assert isinstance(made, MakeToken)
    assert (made.name, made.read_only) == ("ci", True)
    assert isinstance(revoked, RevokeToken)
    assert revoked.token == "01K9"
    compared, restored = desk.stored[7:9]
    assert isinstance(compared, Diff)
    assert isinstance(restored, Restore)
    assert (compared.older, compared.newer, restored.number) == (1, 3, 1)
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
