"""Cards, the threads made from them, and edits."""

from __future__ import annotations

import pytest

from bot.simulators.discord import Fault
from core.errors import (
    ChannelGone,
    PermissionMissing,
    ThreadGone,
)
from core.ports import MessageRef, OutFile, ThreadRef
from core.replies import Reply
from tests.adapters.discord.reading import DONE, RETRY, WHOLE, read
from tests.adapters.discord.stage import ATTEMPTS, CHANNEL, GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt, sent

# -- cards and threads


async def test_the_thread_is_made_from_the_card_and_called_after_it(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    [card] = stage.discord.channel(CHANNEL)
    assert thread.thread == card.id == card.thread
    assert stage.discord.place(thread.thread).name == "Prices"


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "ratelimited"])
async def test_a_thread_that_is_there_already_is_the_one(stage: DiscordStage, kind: str) -> None:
    stage.discord.order(Fault("create_thread_from_message", kind, retry_after=0.01))  # type: ignore[arg-type]  # parametrized literals
    thread = await sent(lambda attempt: stage.platform.open_thread(GENERAL, WHOLE, attempt), "card")
    assert len(stage.discord.channel(CHANNEL)) == 1
    assert [place.id for place in stage.discord.threads(CHANNEL)] == [thread.thread]


async def test_a_card_without_a_thread_is_gone_on_with_much_later(stage: DiscordStage) -> None:
    """The permission is missing, and somebody presses *Try again* the next day, when the card would look otherwise."""
    stage.discord.forbid(CHANNEL, "create_public_threads")
    attempt = KeptAttempt("card")
    with pytest.raises(PermissionMissing) as failed:
        await stage.platform.open_thread(GENERAL, Reply("Card"), attempt)
    assert failed.value.needed == "Create Public Threads"
    stage.discord.allow(CHANNEL, "create_public_threads")
    stage.clock.jump(86_400)
    thread = await stage.platform.open_thread(GENERAL, Reply("Another card"), attempt.next())
    assert len(stage.discord.channel(CHANNEL)) == 1
    assert thread.thread == stage.discord.channel(CHANNEL)[0].id


async def test_a_card_that_was_deleted_before_its_thread_was_made_is_posted_again(
    stage: DiscordStage,
) -> None:
    stage.discord.forbid(CHANNEL, "create_public_threads")
    attempt = KeptAttempt("card")
    with pytest.raises(PermissionMissing):
        await stage.platform.open_thread(GENERAL, Reply("Card"), attempt)
    stage.discord.allow(CHANNEL, "create_public_threads")
    await stage.discord.delete("199", CHANNEL, stage.discord.channel(CHANNEL)[0].id)
    thread = await stage.platform.open_thread(GENERAL, Reply("Card"), attempt.next())
    assert stage.card(thread).text == "Card"


@pytest.mark.parametrize(
    ("permission", "named"), [("send_messages", "Send Messages"), ("view_channel", "View Channel")]
)
async def test_a_missing_permission_is_named(stage: DiscordStage, permission: str, named: str) -> None:
    stage.discord.forbid(CHANNEL, permission)
    with pytest.raises(PermissionMissing) as failed:
        await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt("card"))
    assert failed.value.needed == named
    assert f"**{named}**" in failed.value.sentence


async def test_in_threads_other_permissions_are_missing(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.forbid(CHANNEL, "attach_files")
    with pytest.raises(PermissionMissing) as failed:
        await stage.platform.attach(thread, [OutFile("a.py", b"x")], KeptAttempt("files"))
    assert failed.value.needed == "Attach Files"
    stage.discord.forbid(CHANNEL, "send_messages_in_threads")
    with pytest.raises(PermissionMissing) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("post"))
    assert failed.value.needed == "Send Messages in Threads"


async def test_a_long_card_goes_on_in_its_thread(stage: DiscordStage) -> None:
    ledger = "\n".join(f"- R{number}. requirement" for number in range(200))
    stage.discord.order(Fault("create_message", "cut_after", times=ATTEMPTS, after_calls=1))
    thread = await sent(
        lambda attempt: stage.platform.open_thread(GENERAL, Reply(ledger, (RETRY,)), attempt), "card"
    )
    shown = [stage.card(thread), *stage.replies(thread)]
    assert len(shown) > 1
    assert shown[0].buttons == ("Try again",)
    assert [line for seen in shown for line in seen.text.split("\n")] == ledger.split("\n")


async def test_an_archived_thread_is_opened_again(stage: DiscordStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("progress"))
    await stage.discord.archive_thread(thread.thread)
    await stage.platform.edit(message, Reply("done"), final=True)
    await stage.discord.archive_thread(thread.thread)
    await stage.platform.post(thread, WHOLE, KeptAttempt("post"))
    assert read(stage, thread) == [("done", ()), *DONE]
    assert not stage.discord.place(thread.thread).archived


async def test_the_card_of_an_archived_thread_is_edited_and_the_thread_rests(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    await stage.discord.archive_thread(thread.thread)
    await stage.platform.edit(MessageRef(thread, thread.thread), Reply("### Prices\n\nclosed"), final=True)
    assert stage.card(thread).text == "### Prices\n\nclosed"
    assert stage.discord.place(thread.thread).archived


@pytest.mark.parametrize("how", ["locked", "locked and archived", "deleted"])
async def test_a_thread_that_is_gone(stage: DiscordStage, thread: ThreadRef, how: str) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("progress"))
    if "archived" in how:
        await stage.discord.archive_thread(thread.thread)
    if "locked" in how:
        await stage.discord.lock_thread(thread.thread)
    else:
        await stage.discord.delete_thread(thread.thread)
    with pytest.raises(ThreadGone):
        await stage.platform.post(thread, WHOLE, KeptAttempt("post"))
    with pytest.raises(ThreadGone):
        await stage.platform.edit(message, WHOLE, final=True)
    with pytest.raises(ThreadGone):
        await stage.platform.attach(thread, [OutFile("a.py", b"x")], KeptAttempt("files"))


async def test_a_channel_that_is_gone(stage: DiscordStage) -> None:
    await stage.discord.delete_channel(CHANNEL)
    with pytest.raises(ChannelGone):
        await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt("card"))


# -- edits


async def test_a_dropped_edit_is_no_failure(stage: DiscordStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    for number in range(9):
        await stage.platform.edit(message, Reply(f"{number}"), final=False)
    assert stage.clock.slept == []
    await stage.platform.edit(message, Reply("done"), final=True)
    assert read(stage, thread) == [("done", ())]


async def test_a_deleted_message_is_no_end_of_the_thread(stage: DiscordStage, thread: ThreadRef) -> None:
    await stage.platform.edit(MessageRef(thread, "1"), Reply("done"), final=True)
    await stage.discord.delete("199", CHANNEL, thread.thread)
    await stage.platform.edit(MessageRef(thread, thread.thread), Reply("### Prices"), final=True)
    await stage.platform.post(thread, Reply("still here"), KeptAttempt("k"))


async def test_an_edit_that_is_too_long_says_so(stage: DiscordStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    await stage.platform.edit(message, Reply("word " * 900, (RETRY,)), final=True)
    [(text, buttons)] = read(stage, thread)
    assert text.endswith("does not fit into one message.*")
    assert buttons == ("Try again",)


async def test_an_old_card_that_was_edited_too_often_holds_nothing_up() -> None:
    async with open_stage(tiers=True) as stage:
        thread = await stage.platform.open_thread(GENERAL, Reply("### 0"), KeptAttempt("card"))
        stage.clock.jump(2 * 3600)
        for number in range(6):
            await stage.platform.edit(
                MessageRef(thread, thread.thread), Reply(f"### 0\n\n{number}"), final=True
            )
        assert stage.card(thread).text.startswith("### 0")


async def test_a_session_s_new_title_is_its_thread_s_name(stage: DiscordStage, thread: ThreadRef) -> None:
    card = MessageRef(thread, thread.thread)
    await stage.platform.edit(card, Reply("### Prices\n\nv1"), final=True)
    await stage.discord.rename_thread(thread.thread, "our own name")
    await stage.platform.edit(card, Reply("### Prices\n\nv2"), final=True)
    assert stage.discord.place(thread.thread).name == "our own name"
    await stage.platform.edit(card, Reply("### Costs\n\nv2"), final=True)
    assert stage.discord.place(thread.thread).name == "Costs"


async def test_a_thread_that_cannot_be_renamed_holds_nothing_up(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    await stage.discord.lock_thread(thread.thread)
    await stage.platform.edit(MessageRef(thread, thread.thread), Reply("### Costs"), final=True)
    assert stage.card(thread).text == "### Costs"
    assert stage.discord.place(thread.thread).name == "Prices"
