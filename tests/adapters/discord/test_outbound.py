"""What leaves for Discord arrives, once and whole, whatever Discord does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.adapter import open_platform
from adapters.discord.calls import Call
from bot.simulators.discord import Fault
from core.errors import (
    AnswerLost,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    TooLarge,
)
from core.intents import Person
from core.ports import OutFile, ThreadRef
from core.replies import Reply
from tests.adapters.discord.reading import DONE, WHOLE, read
from tests.adapters.discord.stage import ANA, BEN, GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

# -- rates and connections


async def test_a_429_is_waited_for(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.order(Fault("create_message", "ratelimited", times=2, retry_after=0.05))
    await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert read(stage, thread) == DONE


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "500_after"])
async def test_a_call_that_was_not_answered_is_made_again(
    stage: DiscordStage, thread: ThreadRef, kind: str
) -> None:
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    for operation in ("create_message", "update_message"):
        stage.discord.order(Fault(operation, kind, status=503, times=2))  # type: ignore[arg-type]  # parametrized literals
    await stage.platform.edit(message, Reply("done"), final=True)
    await stage.platform.post(thread, WHOLE, KeptAttempt("other"))
    assert read(stage, thread) == [("done", ()), *DONE]
    assert stage.clock.slept == [0.3, 1.0, 0.3, 1.0]


@pytest.mark.parametrize("code", [30046, 50005, 50013])
async def test_what_cannot_be_changed_does_not_go_on_saying_what_is_not_true(
    stage: DiscordStage, thread: ThreadRef, code: int
) -> None:
    """An old message is told by its own code, which is that of a limit."""
    message = await stage.platform.post(thread, Reply("working"), KeptAttempt("k"))
    stage.clock.jump(7_200 if code == 30046 else 0)
    stage.discord.order(Fault("update_message", "error", code=code, times=200))
    with pytest.raises(PermissionMissing if code == 50013 else PlatformError):
        await stage.platform.edit(message, Reply("done"), final=True)
    assert read(stage, thread) == []


async def test_a_429_is_not_waited_for_for_ever(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.order(Fault("create_message", "ratelimited", retry_after=300))
    with pytest.raises(PlatformRateLimited) as failed:
        await stage.platform.post(thread, WHOLE, KeptAttempt("k"))
    assert failed.value.retry_after == 300


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("create_message", "cut_before", times=3), AnswerLost),
        (Fault("create_message", "500", status=503, times=3), PlatformUnavailable),
        (Fault("create_message", "500", status=520, times=3), AnswerLost),
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
    stage.discord.order(Fault("create_message", "cut_after", times=3))
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
    stage.discord.order(Fault("create_message", "cut_after", times=3))
    with pytest.raises(AnswerLost):
        await stage.platform.attach(thread, files, attempt)
    stage.clock.jump(3600)
    await stage.platform.attach(thread, files, attempt.next())
    assert [len(seen.files) for seen in stage.replies(thread)] == [10, 2]


# -- people


async def test_a_name_is_asked_for_once_an_hour(stage: DiscordStage) -> None:
    assert await stage.platform.name_of(ANA) == "Ana"
    stage.discord.add_person(ANA.id, "Ana Maria")
    assert await stage.platform.name_of(ANA) == "Ana"
    await stage.clock.sleep(3601)
    assert await stage.platform.name_of(ANA) == "Ana Maria"
    stage.discord.order(Fault("*", "500", status=503, times=6))
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
