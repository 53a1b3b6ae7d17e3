"""Who watches a session sees what happens in it, in order, and costs those who work nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from core.delivery.ring import CHARACTERS, KEPT
from core.delivery.watching import SESSIONS, Happenings, Watched
from core.errors import PlatformError
from core.intents import Attachment, Person, Place
from core.library import Happened
from core.ports import Attempt, MessageRef, ThreadRef
from core.replies import Reply
from core.system import SystemClock
from tests.contracts import chat_platform as contract
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.platform import FakePlatform
from tests.fakes.test_platform import FakeStage

WINDOW = 0.01


@dataclass
class StillClock(SystemClock):
    at: datetime = datetime(2026, 7, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def happenings() -> Happenings:
    return Happenings(StillClock(), window=WINDOW)


async def next_of(happened: AsyncIterator[Happened], count: int) -> list[Happened]:
    async with asyncio.timeout(5):
        return [await anext(happened) for _ in range(count)]


def say(happenings: Happenings, *texts: str) -> None:
    for text in texts:
        happenings.publish("S1", "message", {"text": text})


def texts(happened: Sequence[Happened]) -> list[str]:
    return [one.data.get("text", one.kind) for one in happened]


# -- Happenings


async def test_what_happens_from_now_on_in_order(happenings: Happenings) -> None:
    say(happenings, "before")
    async with happenings.subscribe("S1", None) as mine, happenings.subscribe("S2", None) as other:
        say(happenings, "one", "two")
        happenings.publish("S2", "status", {"what": "card"})
        got = await next_of(mine, 2)
        assert texts(got) == ["one", "two"]
        assert got[1].number == got[0].number + 1
        assert [one.kind for one in await next_of(other, 1)] == ["status"]


async def test_one_who_comes_again_goes_on_after_what_they_saw(happenings: Happenings) -> None:
    async with happenings.subscribe("S1", None) as mine:
        say(happenings, "one")
        [one] = await next_of(mine, 1)
    say(happenings, "two", "three")
    async with happenings.subscribe("S1", one.number) as mine:
        assert texts(await next_of(mine, 2)) == ["two", "three"]


@pytest.mark.parametrize("after", [0, 12, 99_999_999_999_999])
async def test_a_number_of_which_nothing_is_known_begins_anew(happenings: Happenings, after: int) -> None:
    say(happenings, "one")
    async with happenings.subscribe("S1", after) as mine:
        [reset] = await next_of(mine, 1)
        say(happenings, "two")
        [two] = await next_of(mine, 1)
    assert (reset.kind, two.data["text"], two.number) == ("reset", "two", reset.number + 1)


async def test_another_run_of_the_program_is_not_taken_for_this_one() -> None:
    clock = StillClock()
    before = Happenings(clock)
    async with before.subscribe("S1", None) as mine:
        say(before, "one")
        [one] = await next_of(mine, 1)
    clock.at = datetime(2026, 7, 1, 0, 0, 1, tzinfo=UTC)
    after = Happenings(clock)
    say(after, "two")
    async with after.subscribe("S1", one.number) as mine:
        [reset] = await next_of(mine, 1)
        assert reset.kind == "reset"
        say(after, "three")
        assert texts(await next_of(mine, 1)) == ["three"]


async def test_a_slow_reader_is_cut_and_nobody_waits_for_it(happenings: Happenings) -> None:
    async with happenings.subscribe("S1", None) as slow, happenings.subscribe("S1", None) as quick:
        say(happenings, "first")
        assert texts(await next_of(slow, 1)) == ["first"]
        assert texts(await next_of(quick, 1)) == ["first"]
        say(happenings, *(str(number) for number in range(KEPT)))
        assert len(await next_of(quick, KEPT)) == KEPT
        say(happenings, "late")
        assert texts(await next_of(quick, 1)) == ["late"]
        [reset] = await next_of(slow, 1)
        say(happenings, "after")
        [after] = await next_of(slow, 1)
    assert (reset.kind, after.data["text"], after.number) == ("reset", "after", reset.number + 1)


async def test_words_that_come_together_are_told_together(happenings: Happenings) -> None:
    def token(text: str, message: str = "turn:1", **more: Any) -> None:
        happenings.publish("S1", "token", {"message": message, "text": text, **more})

    async with happenings.subscribe("S1", None) as mine:
        token("Hello", start=True)
        token(" wide")
        token("Other", "turn:2")
        token(" world", "turn:2")
        happenings.publish("S1", "message", {"message": "turn:2", "text": "whole"})
        token("again", "turn:2", start=True)
        got = await next_of(mine, 4)
    assert texts(got) == ["Hello wide", "Other world", "whole", "again"]
    assert [one.data.get("start", False) for one in got] == [True, False, False, True]
    assert [one.number - got[0].number for one in got] == [0, 1, 2, 3]


async def test_words_are_not_held_back_for_long(happenings: Happenings) -> None:
    async with happenings.subscribe("S1", None) as mine:
        began = time.monotonic()
        happenings.publish("S1", "token", {"message": "turn:1", "text": "Hello"})
        await next_of(mine, 1)
        assert time.monotonic() - began < 1


async def test_memory_is_bounded(happenings: Happenings) -> None:
    async with happenings.subscribe("watched", None):
        for number in range(3 * SESSIONS):
            happenings.publish(f"S{number}", "message", {"text": "word"})
        assert len(happenings._rings) == SESSIONS
        assert "watched" in happenings._rings
    for _ in range(KEPT):
        say(happenings, "x" * (CHARACTERS // 10))
    ring = happenings._rings["S1"]
    assert sum(len(one.data["text"]) for one in ring._kept) <= CHARACTERS


async def test_two_hundred_who_watch_cost_little(happenings: Happenings) -> None:
    """Ten sessions whose answers grow, twenty readers each: all read all of it, in much less time than it was written."""
    async with AsyncExitStack() as stack:
        readers = [
            await stack.enter_async_context(happenings.subscribe(f"S{number % 10}", None))
            for number in range(200)
        ]
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            reading = [group.create_task(until_over(reader)) for reader in readers]
            began, spent = time.process_time(), 0.0
            for _ in range(20):
                at = time.perf_counter()
                for number in range(10):
                    for _ in range(10):
                        happenings.publish(f"S{number}", "token", {"message": "turn", "text": "word "})
                spent += time.perf_counter() - at
                await asyncio.sleep(WINDOW)
            for number in range(10):
                happenings.publish(f"S{number}", "message", {"message": "turn", "text": "over"})
        took = time.process_time() - began
    assert {task.result() for task in reading} == {"word " * 200}
    assert spent / 2_000 < 0.000_5  # seconds that one word keeps the writer
    assert took < 5


async def until_over(happened: AsyncIterator[Happened]) -> str:
    text = ""
    async for one in happened:
        if one.kind == "message":
            break
        text += one.data["text"]
    return text


# -- Watched


async def known(thread: ThreadRef) -> str | None:
    return f"session of {thread.thread}"


class WatchedStage(FakeStage):
    """Watching changes nothing of what people see."""

    def __init__(self) -> None:
        super().__init__()
        self.fake = self.platform
        self.watched = Watched(self.fake, Happenings(SystemClock()), known)


class TestWatched(contract.ChatPlatformContract):
    @pytest.fixture
    def stage(self) -> contract.Stage:
        return Seeing(WatchedStage())


@dataclass
class Seeing:
    """The stage with the watched platform in the place of its own."""

    inner: WatchedStage

    @property
    def platform(self) -> Watched:
        return self.inner.watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Room:
    """A thread of which everything is watched."""

    happenings: Happenings
    chat: FakePlatform = field(default_factory=FakePlatform)
    thread: ThreadRef = ThreadRef("slack", "T1", "C1", "50.1")  # noqa: RUF009 - frozen

    @property
    def platform(self) -> Watched:
        return Watched(self.chat, self.happenings, known)

    async def seen(self, act: Callable[[Watched], Any], count: int) -> list[tuple[str, dict[str, Any]]]:
        async with self.happenings.subscribe("session of 50.1", None) as mine:
            await act(self.platform)
            return [(one.kind, one.data) for one in await next_of(mine, count)]


@pytest.fixture
def room(happenings: Happenings) -> Room:
    return Room(happenings)


async def speak(platform: Watched, thread: ThreadRef, attempt: Attempt) -> None:
    async with platform.live(thread, Person("T1", "UANA"), attempt) as live:
        live.write("Hel")
        live.write("lo")
        await live.close(Reply("Hello."))


async def test_an_answer_grows_and_is_whole(room: Room) -> None:
    got = await room.seen(lambda platform: speak(platform, room.thread, KeptAttempt("turn:7")), 2)
    assert got == [
        ("token", {"message": "turn:7", "text": "Hello", "start": True}),
        ("message", {"message": "turn:7", "by": "agent", "text": "Hello."}),
    ]


async def test_progress_notices_cards_and_files(room: Room) -> None:
    async def act(platform: Watched) -> None:
        message = await platform.post(room.thread, Reply("⏳ **v1**"), KeptAttempt("job:1"))
        await platform.edit(message, Reply("⏳ **v1** · main.py"), final=False)
        await platform.edit(message, Reply("✅ **v1**"), final=True)
        await platform.attach(room.thread, [], KeptAttempt("files"))

    got = await room.seen(act, 4)
    assert [(kind, data.get("text"), data.get("what"), data.get("by")) for kind, data in got] == [
        ("message", "⏳ **v1**", None, "notice"),
        ("progress", "⏳ **v1** · main.py", None, None),
        ("status", "✅ **v1**", "edit", None),
        ("status", None, "files", None),
    ]
    card = await room.chat.open_thread(Place("slack", "T1", "C1"), Reply("Card"), KeptAttempt("card"))
    there = Room(room.happenings, room.chat, card)

    async def change(platform: Watched) -> None:
        message = MessageRef(card, card.thread)
        await platform.edit(message, Reply("Card, changed"), final=True)

    async with room.happenings.subscribe(f"session of {card.thread}", None) as mine:
        await change(there.platform)
        assert [(one.kind, one.data) for one in await next_of(mine, 1)] == [("status", {"what": "card"})]


async def test_progress_tells_what_it_is_about_and_the_last_is_kept(room: Room) -> None:
    async def act(platform: Watched) -> None:
        waiting = Reply("⏳ **v1**", about={"job": "J1", "path": ""})
        message = await platform.post(room.thread, waiting, KeptAttempt("job:1"))
        await platform.edit(message, Reply("⏳ a.py", about={"job": "J1", "path": "a.py"}), final=False)

    assert room.happenings.current("session of 50.1") == {}
    got = await room.seen(act, 2)
    assert [(kind, data["job"], data["path"], data["text"]) for kind, data in got] == [
        ("progress", "J1", "", "⏳ **v1**"),
        ("progress", "J1", "a.py", "⏳ a.py"),
    ]
    assert room.happenings.current("session of 50.1") == got[-1][1]


async def test_what_was_said_in_a_browser_is_not_told_twice(room: Room) -> None:
    async def act(platform: Watched) -> None:
        await platform.post(room.thread, Reply("**Ana** (web): hello"), KeptAttempt("echo:3"))
        await platform.post(room.thread, Reply("next"), KeptAttempt("notice:4"))

    assert [data["text"] for _, data in await room.seen(act, 1)] == ["next"]


async def test_what_did_not_get_through_is_not_told(room: Room) -> None:
    room.chat.fail("close")

    async def act(platform: Watched) -> None:
        with pytest.raises(PlatformError):
            await speak(platform, room.thread, KeptAttempt("turn:7"))
        await speak(platform, room.thread, KeptAttempt("turn:7", again=True))

    kinds = [(kind, data.get("start")) for kind, data in await room.seen(act, 3)]
    assert kinds == [("token", True), ("token", True), ("message", None)]


async def test_a_thread_without_a_session_is_nobodys(happenings: Happenings) -> None:
    async def nobodys(thread: ThreadRef) -> str | None:
        return None

    chat = FakePlatform()
    platform = Watched(chat, happenings, nobodys)
    thread = ThreadRef("slack", "T1", "C1", "50.1")
    await speak(platform, thread, KeptAttempt("turn:1"))
    assert [seen.text for seen in chat.thread("50.1")] == ["Hello."]
    assert happenings._rings == {}


async def test_attachments_pass_through(room: Room) -> None:
    room.chat.attachments["F1"] = b"a,b"
    read = await room.platform.read_attachment("T1", Attachment("a.csv", 3, "text/csv", "F1"), 2)
    assert read == b"a,"
