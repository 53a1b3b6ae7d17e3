"""What leaves for Slack arrives, once and whole, whatever Slack does."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from adapters.slack.adapter import SlackConfig, open_platform
from adapters.slack.calls import STARTS, UPDATES
from bot.simulators.slack import Fault
from core.errors import (
    AnswerLost,
    ChannelGone,
    NotInChannel,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
)
from core.intents import Attachment, Person, Place
from core.ports import Attempt, MessageRef, OutFile, ThreadRef
from core.replies import Action, Button, Reply
from core.system import SystemClock
from tests.adapters.slack.stage import ANA, GENERAL, SlackStage, open_stage
from tests.contracts.chat_platform import KeptAttempt, sent
from tests.fakes.desk import FakeDesk

RETRY = Button(Action.RETRY, "Try again", "S1")
WHOLE = Reply("Hello wide world", (RETRY,))


@pytest.fixture
async def thread(stage: SlackStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt("thread"))


def read(stage: SlackStage, thread: ThreadRef) -> list[tuple[str, tuple[str, ...], bool]]:
    """Text and buttons of the replies, and whether they still look as if they were being written."""
    shown = stage.slack.thread(thread.channel, thread.thread)[1:]
    return [(each.text, tuple(button.label for button in each.buttons), each.streaming) for each in shown]


DONE = [("Hello wide world", ("Try again",), False)]


# -- channels


async def test_a_public_channel_is_joined(stage: SlackStage) -> None:
    stage.slack.add_channel("C2", "random", members=["UANA"], bot_in=False)
    thread = await stage.platform.open_thread(Place("slack", "T1", "C2"), Reply("Card"), KeptAttempt("k"))
    assert stage.card(thread).text == "Card"


async def test_a_private_channel_needs_an_invitation(stage: SlackStage) -> None:
    stage.slack.add_channel("G1", "secret", private=True, members=["UANA"], bot_in=False)
    place = Place("slack", "T1", "G1")
    with pytest.raises(NotInChannel) as failed:
        await stage.platform.open_thread(place, Reply("Card"), KeptAttempt("k"))
    assert "`/invite @Threadwright`" in failed.value.sentence
    await stage.platform.whisper(place, ANA, Reply(failed.value.sentence, (RETRY,)))
    [told] = stage.private(ANA)
    assert "/invite @Threadwright" in told.text
    assert told.buttons == ("Try again",)


@pytest.mark.parametrize("private", [True, False])
async def test_the_second_attempt_at_a_channel_is_as_good_as_the_first(
    stage: SlackStage, *, private: bool
) -> None:
    stage.slack.add_channel("X1", "other", private=private, members=["UANA"], bot_in=False)
    place, again = Place("slack", "T1", "X1"), KeptAttempt("k", again=True)
    if private:
        with pytest.raises(NotInChannel):
            await stage.platform.open_thread(place, Reply("Card"), again)
        async with stage.listening(FakeDesk()):
            await stage.slack.invite_bot("X1")
    thread = await stage.platform.open_thread(place, Reply("Card"), again)
    assert stage.card(thread).text == "Card"


async def test_an_archived_channel_is_gone(stage: SlackStage, thread: ThreadRef) -> None:
    async with stage.listening(FakeDesk()):
        await stage.slack.archive_channel("C1")
    with pytest.raises(ChannelGone):
        await stage.platform.post(thread, Reply("x"), KeptAttempt("k"))


async def test_a_thread_that_is_gone(stage: SlackStage, thread: ThreadRef) -> None:
    nowhere = replace(thread, thread="1.000001")
    with pytest.raises(ThreadGone):
        await stage.platform.post(nowhere, Reply("x"), KeptAttempt("k"))


async def test_a_long_card_goes_on_in_its_thread(stage: SlackStage) -> None:
    ledger = "\n".join(f"- R{number}. requirement" for number in range(600))
    stage.slack.order(Fault("chat.postMessage", "cut_after", after_calls=1))
    thread = await sent(
        lambda attempt: stage.platform.open_thread(GENERAL, Reply(ledger, (RETRY,)), attempt), "card"
    )
    shown = [stage.card(thread), *stage.replies(thread)]
    assert len(shown) == 2
    assert shown[0].buttons == ("Try again",)
    assert [line for seen in shown for line in seen.text.split("\n") if line] == ledger.split("\n")


async def test_a_missing_scope_is_named() -> None:
    async with open_stage(scopes=["chat:write", "im:write"]) as stage:
        stage.slack.add_channel("C2", "random", bot_in=False)
        thread = ThreadRef("slack", "T1", "C1", "1.1")
        with pytest.raises(PermissionMissing) as failed:
            await stage.platform.attach(thread, [OutFile("a.py", b"x")], KeptAttempt("k"))
        assert failed.value.needed == "files:write"
        assert "`files:write`" in failed.value.sentence
        with pytest.raises(NotInChannel):
            await stage.platform.open_thread(Place("slack", "T1", "C2"), Reply("x"), KeptAttempt("k"))


# -- rates and connections


async def test_a_429_is_waited_for(stage: SlackStage, thread: ThreadRef) -> None:
    stage.slack.order(Fault("chat.postMessage", "ratelimited", times=2, retry_after=7))
    await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert read(stage, thread) == DONE
    assert sum(stage.clock.slept) == pytest.approx(14, abs=1)


async def test_a_429_is_not_waited_for_for_ever(stage: SlackStage, thread: ThreadRef) -> None:
    stage.slack.order(Fault("chat.postMessage", "ratelimited", retry_after=300))
    with pytest.raises(PlatformRateLimited) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert failed.value.retry_after == 300
    assert stage.clock.slept == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("chat.postMessage", "cut_before"), AnswerLost),
        (Fault("chat.postMessage", "500"), AnswerLost),
        (Fault("chat.postMessage", "error", error="fatal_error"), AnswerLost),
        (Fault("chat.postMessage", "error", error="service_unavailable"), PlatformUnavailable),
        (Fault("chat.postMessage", "error", error="some_new_code"), PlatformRefused),
        (Fault("chat.postMessage", "error", error="token_revoked"), PermissionMissing),
    ],
)
async def test_failures_have_names(
    stage: SlackStage, thread: ThreadRef, fault: Fault, kind: type[PlatformError]
) -> None:
    stage.slack.order(fault)
    with pytest.raises(kind) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert "chat.postMessage" in failed.value.detail
    assert failed.value.__cause__ is not None
    if failed.value.retryable:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k", again=True))
        assert read(stage, thread) == DONE


async def test_nobody_answers(unused_tcp_port: int) -> None:
    config = SlackConfig("xoxb-fake", "xapp-fake", f"http://127.0.0.1:{unused_tcp_port}/api/")
    with pytest.raises(PlatformUnavailable):
        async with open_platform(config, SystemClock()):
            raise AssertionError("it is open")


async def test_a_wrong_token(stage: SlackStage) -> None:
    with pytest.raises(PermissionMissing) as failed:
        async with open_platform(replace(stage.config, bot_token="xoxb-wrong"), stage.clock):
            raise AssertionError("it is open")
    assert "install the app again" in failed.value.sentence


async def test_secrets_are_not_shown(stage: SlackStage) -> None:
    assert "fake" not in repr(stage.config).replace(stage.config.api_url, "")


# -- edits


async def test_a_dropped_edit_is_no_failure(stage: SlackStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    stage.slack.order(Fault("chat.update", "ratelimited", retry_after=5))
    await stage.platform.edit(message, Reply("still working"), final=False)
    await stage.platform.edit(message, Reply("still working"), final=False)
    assert [text for text, _, _ in read(stage, thread)] == ["working"]
    assert stage.clock.slept == []
    await stage.platform.edit(message, Reply("done"), final=True)
    assert [text for text, _, _ in read(stage, thread)] == ["done"]


async def test_final_edits_find_room_when_others_were_many(stage: SlackStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("0"), KeptAttempt("k"))
    for number in range(60):
        await stage.platform.edit(message, Reply(str(number)), final=False)
    await stage.platform.edit(message, Reply("done"), final=True)
    assert [text for text, _, _ in read(stage, thread)] == ["done"]
    assert stage.clock.slept == []


async def test_a_deleted_progress_message_is_no_end_of_the_thread(
    stage: SlackStage, thread: ThreadRef
) -> None:
    await stage.platform.edit(MessageRef(thread, "1.000001"), Reply("done"), final=True)
    card = replace(thread, thread="1.000001")
    with pytest.raises(ThreadGone):
        await stage.platform.edit(MessageRef(card, card.thread), Reply("done"), final=True)


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message", "invalid_blocks"])
async def test_what_cannot_be_changed_does_not_go_on_saying_what_is_not_true(
    stage: SlackStage, thread: ThreadRef, code: str
) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    stage.slack.order(Fault("chat.update", "error", error=code, times=3))
    with pytest.raises(PlatformRefused):
        await stage.platform.edit(message, Reply("done"), final=True)
    assert read(stage, thread) == []
    card = MessageRef(thread, thread.thread)
    with pytest.raises(PlatformRefused):
        await stage.platform.edit(card, Reply("done"), final=True)
    assert stage.card(thread).text == "Card"


async def test_an_edit_that_is_too_long_says_so(stage: SlackStage, thread: ThreadRef) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    await stage.platform.edit(message, Reply("word " * 9000, (RETRY,)), final=True)
    [(text, buttons, _)] = read(stage, thread)
    assert text.endswith("does not fit into one message.")
    assert buttons == ("Try again",)


# -- live messages


async def until_shown(stage: SlackStage, thread: ThreadRef, words: str) -> None:
    await stage.slack.until(lambda: any(words in text for text, _, _ in read(stage, thread)))


async def speak(stage: SlackStage, thread: ThreadRef, attempt: Attempt) -> None:
    """Three steps, each waited for until people see it."""
    async with stage.platform.live(thread, ANA, attempt) as live:
        said = ""
        for word in ("Hello", " wide", " world"):
            said += word
            live.write(word)
            await until_shown(stage, thread, said)
        await live.close(WHOLE)


async def test_a_native_stream_carries_the_answer(stage: SlackStage, thread: ThreadRef) -> None:
    await speak(stage, thread, KeptAttempt("k"))
    assert read(stage, thread) == DONE
    assert stage.slack.counts["chat.startStream"] == 1
    assert stage.slack.counts["chat.stopStream"] == 1
    assert "chat.update" not in stage.slack.counts


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("500", ""),
        ("cut_before", ""),
        ("cut_after", ""),
        ("ratelimited", ""),
        ("error", "message_not_in_streaming_state"),
        ("error", "stopped_by_user"),
        ("error", "unknown_method"),
        ("error", "internal_error"),
    ],
)
async def test_whatever_happens_to_the_stream_there_is_one_exact_message(
    stage: SlackStage, thread: ThreadRef, method: str, kind: str, error: str
) -> None:
    stage.slack.order(Fault(method, kind, error=error))  # type: ignore[arg-type]  # parametrized literals
    await sent(lambda attempt: speak(stage, thread, attempt), "k")
    assert read(stage, thread) == DONE


async def test_a_stream_that_dies_is_gone_on_with_by_edits(stage: SlackStage, thread: ThreadRef) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        live.write("Hello")
        await stage.slack.until(lambda: bool(read(stage, thread)))
        stage.slack.kill_stream(stage.replies(thread)[0].id)
        live.write(" wide")
        live.write(" world, you")
        await stage.slack.until(lambda: read(stage, thread) == [("Hello wide world, you", (), False)])
        await live.close(WHOLE)
    assert read(stage, thread) == DONE


async def test_a_stream_that_dies_before_its_end(stage: SlackStage, thread: ThreadRef) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        live.write("Hello wide world")
        await stage.slack.until(lambda: bool(read(stage, thread)))
        stage.slack.kill_stream(stage.replies(thread)[0].id)
        await live.close(WHOLE)
    assert read(stage, thread) == DONE


async def test_where_there_are_no_streams_a_message_is_edited(stage: SlackStage, thread: ThreadRef) -> None:
    stage.slack.order(Fault("chat.startStream", "error", times=9, error="unknown_method"))
    for number in range(2):
        async with stage.platform.live(thread, ANA, KeptAttempt(f"k{number}")) as live:
            live.write("Hello")
            await stage.slack.until(lambda: read(stage, thread)[-1:] == [("Hello", (), False)])
            live.write(" wide")
            await stage.slack.until(lambda: read(stage, thread)[-1:] == [("Hello wide", (), False)])
            await live.close(WHOLE)
    assert read(stage, thread) == DONE * 2
    assert stage.slack.counts["chat.startStream"] == 1


async def test_a_message_that_somebody_deletes_meanwhile_is_said_again(
    stage: SlackStage, thread: ThreadRef
) -> None:
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        live.write("Hello")
        await stage.slack.until(lambda: bool(read(stage, thread)))
        stage.slack.order(Fault("chat.stopStream", "error", times=2, error="message_not_found"))
        stage.slack.order(Fault("chat.update", "error", error="message_not_found"))
        await live.close(WHOLE)
    assert read(stage, thread)[-1:] == DONE


async def test_an_answer_said_again_is_said_once(stage: SlackStage, thread: ThreadRef) -> None:
    """The half-written message is gone, and the answer to its successor is lost."""
    stage.slack.order(Fault("chat.postMessage", "cut_after"))

    async def speak_again(attempt: Attempt) -> None:
        async with stage.platform.live(thread, ANA, attempt) as live:
            await live.close(WHOLE)

    attempt = KeptAttempt("k", again=True, ticket="1.000001")
    with pytest.raises(AnswerLost):
        await speak_again(attempt)
    await speak_again(attempt)
    assert read(stage, thread) == DONE


async def hurry(stage: SlackStage, thread: ThreadRef, attempt: Attempt) -> None:
    """As `speak`, but without waiting for anything."""
    async with stage.platform.live(thread, ANA, attempt) as live:
        for word in ("Hello", " wide", " world"):
            live.write(word)
            await asyncio.sleep(0)
        await live.close(WHOLE)


async def test_more_answers_at_once_than_streams_are_allowed() -> None:
    """The tiers of the workspace are kept, and nobody loses an answer."""
    many = STARTS + 10
    async with open_stage(tiers=True) as stage:
        threads = [
            await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt(f"card{number}"))
            for number in range(many)
        ]
        async with asyncio.TaskGroup() as group:
            for number, thread in enumerate(threads):
                group.create_task(hurry(stage, thread, KeptAttempt(f"k{number}")))
        assert all(read(stage, thread) == DONE for thread in threads)


async def test_no_final_text_waits_however_many_answers_end_at_once() -> None:
    """Those for whose end the budget has no room are not begun before they are complete."""
    async with open_stage(tiers=True) as stage, AsyncExitStack() as stack:
        threads = []
        for number in range(STARTS + UPDATES):
            channel = stage.add_channel(f"M{number}", f"many-{number}")
            place = Place("slack", "T1", channel)
            threads.append(await stage.platform.open_thread(place, Reply("Card"), KeptAttempt(f"c{number}")))
        lives = [
            await stack.enter_async_context(stage.platform.live(thread, ANA, KeptAttempt(f"k{number}")))
            for number, thread in enumerate(threads)
        ]
        for live in lives:
            live.write("Hello wide world")
        begun = (STARTS + UPDATES) * 0.8
        await stage.until(lambda: sum(bool(stage.replies(thread)) for thread in threads) == begun)
        await asyncio.gather(*(live.close(WHOLE) for live in lives))
        assert all(read(stage, thread) == DONE for thread in threads)
        assert stage.clock.slept == []


async def test_mentions_that_are_split_over_updates_call_nobody(stage: SlackStage, thread: ThreadRef) -> None:
    text = "Ask <@UBEN> or <!channel>."
    async with stage.platform.live(thread, ANA, KeptAttempt("k")) as live:
        for at in range(1, len(text), 3):
            live.write(text[at - 1 : at + 2])
            await stage.slack.until(lambda: bool(stage.replies(thread)))
            assert all(seen.pings == () for seen in stage.replies(thread))
        await live.close(Reply(text))
    assert stage.replies(thread)[0].pings == ()


async def test_times_are_shown_in_the_reader_s_zone(stage: SlackStage, thread: ThreadRef) -> None:
    await stage.platform.post(thread, Reply("since <!time:1767323045>"), KeptAttempt("k"))
    assert stage.replies(thread)[0].text == "since 2026-01-02 03:04 UTC"


# -- files


async def test_files_are_waited_for_until_they_show(stage: SlackStage, thread: ThreadRef) -> None:
    stage.slack.delay_shares(4)
    await stage.platform.attach(thread, [OutFile("a.py", b"x")], KeptAttempt("k"))
    assert [file for seen in stage.replies(thread) for file in seen.files] == [("a.py", b"x")]
    assert sum(stage.clock.slept) > 0


async def test_files_that_slack_forgets_to_share_are_shared_at_the_next_attempt(
    stage: SlackStage, thread: ThreadRef
) -> None:
    stage.slack.lose_shares()
    attempt = KeptAttempt("k")
    files = [OutFile("a.py", b"x"), OutFile("b.py", b"y")]
    with pytest.raises(AnswerLost):
        await stage.platform.attach(thread, files, attempt)
    await stage.platform.attach(thread, files, attempt.next())
    assert [seen.files for seen in stage.replies(thread)] == [(("a.py", b"x"), ("b.py", b"y"))]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "ratelimited"])
async def test_whatever_happens_to_an_upload_the_files_are_there_once(
    stage: SlackStage, thread: ThreadRef, method: str, kind: str
) -> None:
    files = [OutFile(f"f{number}.py", b"x" * 100) for number in range(3)]
    stage.slack.order(Fault(method, kind))  # type: ignore[arg-type]  # parametrized literals
    await sent(lambda attempt: stage.platform.attach(thread, files, attempt), "k")
    assert [seen.files for seen in stage.replies(thread)] == [tuple((file.name, file.data) for file in files)]


async def test_files_that_slack_no_longer_has_are_uploaded_again(
    stage: SlackStage, thread: ThreadRef
) -> None:
    attempt = KeptAttempt("k", again=True, ticket='{"files": ["F999"]}')
    await stage.platform.attach(thread, [OutFile("a.py", b"x")], attempt)
    assert [seen.files for seen in stage.replies(thread)] == [(("a.py", b"x"),)]
    assert attempt.ticket is not None
    assert "F999" not in attempt.ticket


async def test_sixty_files(stage: SlackStage, thread: ThreadRef) -> None:
    files = [OutFile(f"a_rather_long_name_of_a_file_{number}.py", b"x") for number in range(60)]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [len(seen.files) for seen in stage.replies(thread)] == [60]


async def test_a_file_that_may_not_be_read_is_no_content() -> None:
    async with open_stage(scopes=["chat:write", "files:write", "channels:history", "channels:read"]) as stage:
        thread = await stage.platform.open_thread(GENERAL, Reply("Card"), KeptAttempt("k"))
        attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
        with pytest.raises(PermissionMissing) as failed:
            await stage.platform.read_attachment("T1", attachment, 100)
        assert failed.value.needed == "files:read"


async def test_a_login_page_is_no_content(stage: SlackStage, thread: ThreadRef) -> None:
    attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
    files = stage.platform.files
    stranger = type(files)(stage.platform.calls, stage.platform.http, stage.clock, "xoxb-wrong")
    with pytest.raises(PermissionMissing) as failed:
        await stranger.read(attachment.handle, 100)
    assert failed.value.needed == "files:read"


async def test_a_dropped_file_that_is_gone(stage: SlackStage) -> None:
    with pytest.raises(PlatformRefused):
        await stage.platform.read_attachment("T1", Attachment("a", 1, "text/plain", "F999"), 100)


# -- people


async def test_a_name_is_asked_for_once_an_hour(stage: SlackStage) -> None:
    assert await stage.platform.name_of(ANA) == "Ana"
    stage.slack.add_person("UANA", "Ana Maria")
    assert await stage.platform.name_of(ANA) == "Ana"
    await stage.clock.sleep(3601)
    assert await stage.platform.name_of(ANA) == "Ana Maria"
    stage.slack.order(Fault("users.info", "500"))
    assert await stage.platform.name_of(Person("T1", "UBEN")) == "UBEN"
    assert await stage.platform.name_of(Person("T1", "UBEN")) == "Ben"


async def test_a_whisper_that_fails_is_no_failure(stage: SlackStage) -> None:
    stage.slack.order(Fault("chat.postEphemeral", "500"))
    await stage.platform.whisper(GENERAL, ANA, Reply("psst"))
    assert stage.private(ANA) == []
