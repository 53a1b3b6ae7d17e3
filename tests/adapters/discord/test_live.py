"""Messages that grow end as one exact message, whatever Discord does."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.simulators.discord import Fault
from core.errors import (
    ThreadGone,
)
from core.ports import Attempt, ThreadRef
from core.replies import Reply
from tests.adapters.discord.reading import DONE, RETRY, WHOLE, read
from tests.adapters.discord.stage import ANA, ATTEMPTS, GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt, sent

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
    status = 503 if kind == "503" else 520 if kind.startswith("500") else 0  # 500 itself the library repeats
    lasting = operation == "create_message" and kind not in {"error", "ratelimited"}
    times = ATTEMPTS if lasting else 1
    fault = Fault(
        operation,
        "500" if kind == "503" else kind,  # type: ignore[arg-type]  # parametrized literals
        times=times,
        status=status,
        code=10013,
        retry_after=0.05,
        after_calls=after,
    )
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
