"""What leaves for Discord arrives, once and whole, whatever Discord does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from adapters.discord.adapter import open_platform
from adapters.discord.calls import Call
from adapters.discord.files import MEBIBYTE
from bot.simulators.discord import Fault
from core.errors import (
    AnswerLost,
    ChannelGone,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)
from core.intents import Attachment, Person
from core.ports import Attempt, MessageRef, OutFile, ThreadRef
from core.replies import Action, Button, Reply
from tests.adapters.discord.stage import ANA, BEN, CHANNEL, GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt, sent
from tests.fakes.desk import FakeDesk

RETRY = Button(Action.RETRY, "Try again", "S1")
WHOLE = Reply("Hello wide world", (RETRY,))
DONE = [("Hello wide world", ("Try again",))]


@pytest.fixture
async def thread(stage: DiscordStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, Reply("### Prices\n\nCard"), KeptAttempt("thread"))


def read(stage: DiscordStage, thread: ThreadRef) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.text, each.buttons) for each in stage.replies(thread)]


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
    stage.discord.order(Fault("create_message", "cut_after", after_calls=1))
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


# -- rates and connections


async def test_a_429_is_waited_for(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.order(Fault("create_message", "ratelimited", times=2, retry_after=0.05))
    await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert read(stage, thread) == DONE


async def test_a_429_is_not_waited_for_for_ever(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.order(Fault("create_message", "ratelimited", retry_after=300))
    with pytest.raises(PlatformRateLimited) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert failed.value.retry_after == 300


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("create_message", "cut_before"), AnswerLost),
        (Fault("create_message", "500", status=503), PlatformUnavailable),
        (Fault("create_message", "500", status=520), AnswerLost),
        (Fault("create_message", "error", code=30007, status=400), PlatformRefused),
        (Fault("create_message", "error", code=0, status=401), PermissionMissing),
        (Fault("create_message", "error", code=40005), TooLarge),
    ],
)
async def test_failures_have_names(
    stage: DiscordStage, thread: ThreadRef, fault: Fault, kind: type[PlatformError]
) -> None:
    stage.discord.order(fault)
    with pytest.raises(kind) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert "POST message" in failed.value.detail
    assert failed.value.__cause__ is not None
    if failed.value.retryable:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k", again=True))
        assert read(stage, thread) == DONE


async def test_a_wrong_token(stage: DiscordStage) -> None:
    with pytest.raises(PermissionMissing) as failed:
        async with open_platform(replace(stage.config, token="OTAw.wrong.fake"), stage.clock):
            raise AssertionError("it is open")
    assert "DISCORD_TOKEN" in failed.value.sentence


async def test_secrets_are_not_shown(stage: DiscordStage) -> None:
    assert "fake" not in repr(stage.config).replace(stage.config.api_url, "")


async def test_the_budget_of_a_thread_is_kept() -> None:
    """With Discord's limits on, many posts and edits in one thread bring no refusal."""
    async with open_stage(tiers=True) as stage:
        thread = await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt("card"))
        message = await stage.platform.post(thread, Reply("0"), KeptAttempt("k"))
        for number in range(40):
            await stage.platform.edit(message, Reply(str(number)), final=False)
        await stage.platform.edit(message, Reply("done"), final=True)
        assert read(stage, thread) == [("done", ())]
        assert stage.discord.invalid_requests == 0


# -- what was sent long ago


async def test_what_got_through_is_found_when_nonces_are_forgotten(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    attempt = KeptAttempt("k", since=datetime.now(UTC))
    stage.discord.order(Fault("create_message", "cut_after"))
    with pytest.raises(AnswerLost):
        await stage.platform.post(thread, WHOLE, attempt)
    stage.clock.jump(3600)
    await stage.platform.post(thread, Reply("something else"), KeptAttempt("other", since=stage.clock.now()))
    await stage.platform.post(thread, WHOLE, attempt.next())
    assert read(stage, thread) == [*DONE, ("something else", ())]


async def test_the_same_words_said_before_are_not_taken_for_it(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    await stage.platform.post(thread, WHOLE, KeptAttempt("first"))
    stage.clock.jump(3600)
    late = KeptAttempt("second", again=True, since=stage.clock.now())
    await stage.platform.post(thread, WHOLE, late)
    assert read(stage, thread) == DONE * 2


async def test_files_are_found_when_nonces_are_forgotten(stage: DiscordStage, thread: ThreadRef) -> None:
    files = [OutFile(f"f{number}.py", b"x" * (number + 1)) for number in range(12)]
    attempt = KeptAttempt("k", since=datetime.now(UTC))
    stage.discord.order(Fault("create_message", "cut_after"))
    with pytest.raises(AnswerLost):
        await stage.platform.attach(thread, files, attempt)
    stage.clock.jump(3600)
    await stage.platform.attach(thread, files, attempt.next())
    assert [len(seen.files) for seen in stage.replies(thread)] == [10, 2]


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


# -- live messages


async def until_shown(stage: DiscordStage, thread: ThreadRef, words: str) -> None:
    await stage.until(lambda: any(words in text for text, _ in read(stage, thread)))


async def speak(stage: DiscordStage, thread: ThreadRef, attempt: Attempt) -> None:
    """Three steps, each waited for until people see it."""
    async with stage.platform.live(thread, ANA, attempt) as live:
        said = ""
        for word in ("Hello", " wide", " world"):
            said += word
            live.write(word)
            await until_shown(stage, thread, said)
        await live.close(WHOLE)


@pytest.mark.parametrize("operation", ["create_message", "update_message", "trigger_typing_indicator"])
@pytest.mark.parametrize(
    "kind", ["500", "503", "cut_before", "cut_after", "500_after", "ratelimited", "error"]
)
@pytest.mark.parametrize("after", [0, 1])
async def test_whatever_happens_to_the_calls_there_is_one_exact_message(
    stage: DiscordStage, thread: ThreadRef, operation: str, kind: str, after: int
) -> None:
    status = (
        503 if kind == "503" else 520 if kind.startswith("500") else 0
    )  # others are repeated by the library
    known = "500" if kind == "503" else kind
    fault = Fault(operation, known, status=status, code=10013, retry_after=0.05, after_calls=after)  # type: ignore[arg-type]  # parametrized literals
    stage.discord.order(fault)
    await sent(lambda attempt: speak(stage, thread, attempt), "k")
    assert read(stage, thread) == DONE


async def test_the_bot_types_until_its_first_words(stage: DiscordStage, thread: ThreadRef) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        await stage.until(lambda: stage.discord.is_typing(thread.thread))
        live.write("Hello")
        await until_shown(stage, thread, "Hello")
        assert stage.discord.counts["trigger_typing_indicator"] == 1
        await live.close(WHOLE)


async def test_a_growing_text_goes_on_in_new_messages_with_its_code_whole(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    code = "".join(f"    line({number})\n" for number in range(300))
    text = f"Look:\n\n```python\n{code}```\n\nDone."
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        for at in range(0, len(text), 1700):
            live.write(text[at : at + 1700])
            shown = len(text[: at + 1700])
            await stage.until(partial(_long, stage, thread, shown - 20))
            for each, _ in read(stage, thread):
                assert len(each) <= 2000
                assert each.count("```") % 2 == 0
        await live.close(Reply(text, (RETRY,)))
    replies = read(stage, thread)
    assert len(replies) > 2
    lines = [line for each, _ in replies for line in each.split("\n") if not line.startswith("```")]
    assert [line for line in lines if line] == [
        line for line in text.split("\n") if line and not line.startswith("```")
    ]
    assert replies[-1][1] == ("Try again",)


def _long(stage: DiscordStage, thread: ThreadRef, characters: int) -> bool:
    return sum(len(text) for text, _ in read(stage, thread)) >= characters


async def test_a_shorter_answer_takes_back_what_was_too_much(stage: DiscordStage, thread: ThreadRef) -> None:
    attempt = KeptAttempt("k")
    async with stage.platform.live(thread, ANA, attempt) as live:
        live.write("word " * 1000)
        await stage.until(lambda: len(read(stage, thread)) == 3)
    async with stage.platform.live(thread, ANA, attempt.next()) as live:
        await live.close(WHOLE)
    assert read(stage, thread) == DONE


async def test_a_message_that_somebody_deletes_meanwhile_is_said_again(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        live.write("Hello")
        await until_shown(stage, thread, "Hello")
        await stage.discord.delete("199", thread.thread, stage.replies(thread)[0].id)
        await live.close(WHOLE)
    assert read(stage, thread) == DONE


async def test_an_answer_in_a_locked_thread_fails(stage: DiscordStage, thread: ThreadRef) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        live.write("Hello")
        await until_shown(stage, thread, "Hello")
        await stage.discord.lock_thread(thread.thread)
        with pytest.raises(ThreadGone):
            await live.close(WHOLE)


async def test_four_answers_at_once_with_the_limits_on() -> None:
    async with open_stage(tiers=True) as stage:
        threads = [
            await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt(f"card{number}"))
            for number in range(4)
        ]
        async with asyncio.TaskGroup() as group:
            for number, thread in enumerate(threads):
                group.create_task(speak(stage, thread, KeptAttempt(f"k{number}")))
        assert all(read(stage, thread) == DONE for thread in threads)
        assert stage.discord.invalid_requests == 0


async def test_times_are_shown_in_the_reader_s_zone(stage: DiscordStage, thread: ThreadRef) -> None:
    await stage.platform.post(thread, Reply("since <!time:1767323045>"), KeptAttempt("k"))
    assert stage.replies(thread)[0].text == "since 2026-01-02 03:04"


# -- files


async def test_sixty_files(stage: DiscordStage, thread: ThreadRef) -> None:
    files = [OutFile(f"a_rather_long_name_of_a_file_{number}.py", b"x") for number in range(60)]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [len(seen.files) for seen in stage.replies(thread)] == [10] * 6


async def test_more_than_a_request_takes_goes_in_several_messages(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    files = [OutFile(f"{number}.bin", bytes([number]) * (9 * MEBIBYTE)) for number in range(4)]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [[name for name, _ in seen.files] for seen in stage.replies(thread)] == [
        ["0.bin", "1.bin"],
        ["2.bin", "3.bin"],
    ]


async def test_a_file_that_is_too_large_is_named_and_nothing_is_sent(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    files = [OutFile("small.py", b"x"), OutFile("big.zip", b"x" * (11 * MEBIBYTE))]
    with pytest.raises(TooLarge) as failed:
        await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert "`big.zip` has 11.0 MiB; Discord takes at most 10 MiB per file here." in failed.value.sentence
    with pytest.raises(TooLarge):
        await stage.platform.hand(ANA, GENERAL, files[1], "Here.", KeptAttempt("hand"))
    assert read(stage, thread) == []


async def test_a_boosted_guild_takes_more(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.boost(GENERAL.workspace, 2)
    files = [OutFile("a.py", b"x"), OutFile("big.zip", b"x" * (30 * MEBIBYTE)), OutFile("b.py", b"x")]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [len(seen.files) for seen in stage.replies(thread)] == [1, 1, 1]


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "500_after", "ratelimited"])
@pytest.mark.parametrize("after", [0, 1])
async def test_whatever_happens_to_an_upload_the_files_are_there_once(
    stage: DiscordStage, thread: ThreadRef, kind: str, after: int
) -> None:
    files = [OutFile(f"f{number}.py", b"x" * 100) for number in range(13)]
    fault = Fault("create_message", kind, status=503, retry_after=0.01, after_calls=after)  # type: ignore[arg-type]  # parametrized literals
    stage.discord.order(fault)
    await sent(lambda attempt: stage.platform.attach(thread, files, attempt), "k")
    shown = [file for seen in stage.replies(thread) for file in seen.files]
    assert shown == [(file.name, file.data) for file in files]


async def test_a_dropped_file_that_is_gone(stage: DiscordStage, thread: ThreadRef) -> None:
    attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
    other = Attachment("a", 1, "text/plain", attachment.handle.rpartition("/")[0] + "/1")
    with pytest.raises(PlatformRefused):
        await stage.platform.read_attachment(GENERAL.workspace, other, 100)
    await stage.discord.delete(ANA.id, thread.thread, attachment.handle.split("/")[1])
    with pytest.raises(ThreadGone):
        await stage.platform.read_attachment(GENERAL.workspace, attachment, 100)


async def test_the_address_of_a_file_is_asked_for_anew(stage: DiscordStage, thread: ThreadRef) -> None:
    attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
    stage.clock.jump(30 * 86_400)
    assert await stage.platform.read_attachment(GENERAL.workspace, attachment, 100) == b"a,b\n"
    stage.discord.order(Fault("download", "500"))
    with pytest.raises(PlatformUnavailable):
        await stage.platform.read_attachment(GENERAL.workspace, attachment, 100)


# -- people


async def test_a_name_is_asked_for_once_an_hour(stage: DiscordStage) -> None:
    assert await stage.platform.name_of(ANA) == "Ana"
    stage.discord.add_person(ANA.id, "Ana Maria")
    assert await stage.platform.name_of(ANA) == "Ana"
    await stage.clock.sleep(3601)
    assert await stage.platform.name_of(ANA) == "Ana Maria"
    stage.discord.order(Fault("*", "500", status=503, times=2))
    assert await stage.platform.name_of(BEN) == BEN.id
    assert await stage.platform.name_of(BEN) == "Ben"


async def test_somebody_who_left_still_has_a_name(stage: DiscordStage) -> None:
    stage.discord.add_guild("201", "other")
    stage.discord.add_person("103", "Cleo", guild="201")
    assert await stage.platform.name_of(Person("200", "103")) == "Cleo"


async def test_who_takes_no_direct_messages_is_told_what_to_do(stage: DiscordStage) -> None:
    stage.discord.close_direct(ANA.id)
    with pytest.raises(PlatformRefused) as failed:
        await stage.platform.hand(ANA, GENERAL, OutFile("v1.zip", b"PK"), "Here.", KeptAttempt("hand"))
    assert "no direct messages" in failed.value.sentence
    await stage.platform.whisper(GENERAL, ANA, Reply("psst"))
    assert stage.private(ANA) == []


async def test_a_whisper_that_fails_is_no_failure(stage: DiscordStage) -> None:
    stage.discord.order(Fault("create_message", "500", status=503))
    await stage.platform.whisper(GENERAL, ANA, Reply("psst"))
    assert stage.private(ANA) == []


# -- the library's own traps


async def test_an_answer_that_is_not_called_json_is_read_all_the_same(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    """The library leaves it as text when its type has a charset; a page of some proxy is no answer at all."""

    class Proxy:
        def __init__(self, answer: str) -> None:
            self.answer = answer

        async def request(self, *_: object, **__: object) -> str:
            return self.answer

    ping = Call("GET channel", "GET", "/channels/{channel_id}", {"channel_id": thread.thread})
    calls = type(stage.platform.calls)
    own = {"budget": stage.platform.calls._budget, "clock": stage.clock}
    assert await calls(Proxy('{"id": "1"}'), **own).must(ping) == {"id": "1"}  # type: ignore[arg-type]  # of the library's client one method is used
    assert await calls(Proxy(""), **own).must(ping) is None  # type: ignore[arg-type]  # as above
    with pytest.raises(AnswerLost):
        await calls(Proxy("<html>"), **own).must(ping)  # type: ignore[arg-type]  # as above


async def test_the_program_can_listen_and_speak_at_once(stage: DiscordStage, thread: ThreadRef) -> None:
    async with stage.listening(FakeDesk()):
        await stage.platform.post(thread, WHOLE, KeptAttempt("k", since=datetime.now(UTC) - timedelta(1)))
    assert read(stage, thread) == DONE
