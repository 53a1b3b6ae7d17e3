"""What every `ChatPlatform` does, whatever the platform: one suite, run over each implementation on its simulator.

A platform's test module subclasses `ChatPlatformContract` and gives it a fixture `stage`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Protocol, TypeVar

import pytest

from core.errors import PlatformError
from core.intents import Attachment, Person, Place
from core.ports import Attempt, Channel, ChatPlatform, OutFile, ThreadRef
from core.replies import Action, Button, Reply

T = TypeVar("T")
Operation = Literal["open_thread", "post", "begin", "close", "attach", "hand"]
"""``begin`` and ``close``: of a live message."""

RETRY = Button(Action.RETRY, "Try again", "S1")
GENERATE = Button(Action.GENERATE, "Generate", "S1", "primary")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people see it. ``buttons``: their labels. ``files``: name and content. ``pings``: what in it would
    notify somebody."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    pings: tuple[str, ...] = ()


class Stage(Protocol):
    """A platform with its simulator: the eyes and hands of its people."""

    @property
    def platform(self) -> ChatPlatform: ...
    @property
    def place(self) -> Place:
        """The open channel, in which the bot is."""
        ...

    @property
    def person(self) -> Person:
        """Ana, who is in the channel."""
        ...

    @property
    def other(self) -> Person:
        """Ben, who is in the channel, too."""
        ...

    @property
    def admin(self) -> Person:
        """Who runs the workspace, and is in no channel."""
        ...

    def add_channel(self, channel: str, name: str, *, private: bool = False, bot_in: bool = True) -> str:
        """A channel of Ana's, and returns its id. ``channel``: digits that become part of it."""
        ...

    def card(self, thread: ThreadRef) -> Seen: ...
    def replies(self, thread: ThreadRef) -> Sequence[Seen]:
        """In the order in which people see them."""
        ...

    def cards(self) -> int:
        """How many messages stand in the channel itself."""
        ...

    def private(self, person: Person) -> Sequence[Seen]:
        """What only this person sees: whispers, and direct messages."""
        ...

    def lose_answer(self, operation: Operation, *, after: int = 0) -> None:
        """The next call of this kind (after `after` others) has its effect, but the answer never comes."""
        ...

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what people see to become so."""
        ...

    async def drop_file(self, thread: ThreadRef, name: str, data: bytes) -> Attachment:
        """The person puts a file into the thread."""
        ...


@dataclass
class KeptAttempt:
    """An attempt whose ticket is kept in memory."""

    key: str
    again: bool = False
    ticket: str | None = None
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def keep(self, ticket: str) -> None:
        self.ticket = ticket

    def next(self) -> KeptAttempt:
        return replace(self, again=True)


async def sent(operation: Callable[[Attempt], Awaitable[T]], key: str) -> T:
    """Does what the outbox does: tries again after failures that may be over."""
    attempt = KeptAttempt(key)
    for _ in range(4):
        try:
            return await operation(attempt)
        except PlatformError as error:
            if not error.retryable:
                raise
            attempt = attempt.next()
    raise AssertionError(f"{key} did not get through")


class Where(Protocol):
    """A platform, and somebody's place in it."""

    @property
    def platform(self) -> ChatPlatform: ...
    @property
    def place(self) -> Place: ...
    @property
    def person(self) -> Person: ...


class ReferencesContract:
    """What holds also where nothing can be seen: an operation has one result, however often it is tried."""

    @pytest.fixture
    async def thread(self, stage: Where) -> ThreadRef:
        return await stage.platform.open_thread(stage.place, Reply("### Card"), KeptAttempt("thread"))

    async def test_each_operation_has_one_result(self, stage: Where, thread: ThreadRef) -> None:
        again = await stage.platform.open_thread(
            stage.place, Reply("### Card"), KeptAttempt("thread", again=True)
        )
        assert again == thread
        assert (thread.platform, thread.workspace, thread.channel) == (
            stage.platform.name,
            stage.place.workspace,
            stage.place.channel,
        )
        other = await stage.platform.open_thread(stage.place, Reply("### Card"), KeptAttempt("other"))
        assert other.thread != thread.thread
        messages = [
            await stage.platform.post(thread, Reply("Hello"), KeptAttempt(key, again=again))
            for key, again in (("one", False), ("one", True), ("two", False))
        ]
        assert messages[0] == messages[1] != messages[2]
        assert {message.thread for message in messages} == {thread}

    async def test_an_answer_has_one_result(self, stage: Where, thread: ThreadRef) -> None:
        refs, attempt = [], KeptAttempt("live")
        for _ in range(2):
            async with stage.platform.live(thread, stage.person, attempt) as live:
                live.write("Once")
                refs.append(await live.close(Reply("Once", (RETRY,))))
            attempt = attempt.next()
        assert refs[0] == refs[1]
        assert refs[0].thread == thread

    async def test_what_leaves_nothing_behind(self, stage: Where, thread: ThreadRef) -> None:
        message = await stage.platform.post(thread, Reply("working", (RETRY,)), KeptAttempt("progress"))
        await stage.platform.edit(message, Reply("still working"), final=False)
        await stage.platform.edit(message, Reply("done"), final=True)
        place, file = replace(stage.place, thread=thread.thread), OutFile("v1.zip", b"PK")
        await stage.platform.attach(thread, [file, OutFile("__init__.py", b"")], KeptAttempt("files"))
        await stage.platform.hand(stage.person, place, file, "Here it is.", KeptAttempt("hand"))
        await stage.platform.whisper(place, stage.person, Reply("Just you", (RETRY,)))

    async def test_a_failure_of_the_block_comes_out_as_it_is(self, stage: Where, thread: ThreadRef) -> None:
        failure = LookupError("the model went away")

        async def speak() -> None:
            async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
                live.write("Well")
                raise failure

        with pytest.raises(LookupError) as failed:
            await speak()
        assert failed.value is failure

    async def test_a_cancelled_block_ends(self, stage: Where, thread: ThreadRef) -> None:
        async def speak() -> None:
            async with (
                asyncio.timeout(0.05),
                stage.platform.live(thread, stage.person, KeptAttempt("l")) as live,
            ):
                live.write("Well")
                await asyncio.Event().wait()

        with pytest.raises(TimeoutError):
            await speak()

    async def test_only_empty_files(self, stage: Where, thread: ThreadRef) -> None:
        await stage.platform.attach(thread, [OutFile("__init__.py", b"")], KeptAttempt("files"))

    async def test_names(self, stage: Where) -> None:
        nobody = Person(stage.person.team, "999999999999")
        assert await stage.platform.name_of(stage.person) == "Ana"
        assert await stage.platform.name_of(nobody) == nobody.id


class ChatPlatformContract(ReferencesContract):
    """Of a platform whose people see what is sent."""

    # -- threads and posts

    async def test_a_card_opens_a_thread(self, stage: Stage) -> None:
        card = Reply("### Watch prices\n\n- R1. every hour", (GENERATE,))
        thread = await stage.platform.open_thread(stage.place, card, KeptAttempt("card"))
        assert thread.platform == stage.platform.name
        assert thread.channel == stage.place.channel
        assert "Watch prices" in stage.card(thread).text
        assert stage.card(thread).buttons == ("Generate",)
        await stage.platform.post(thread, Reply("first"), KeptAttempt("first"))
        assert [seen.text for seen in stage.replies(thread)] == ["first"]

    async def test_a_card_whose_answer_was_lost_is_not_posted_again(self, stage: Stage) -> None:
        stage.lose_answer("open_thread")
        thread = await sent(
            lambda attempt: stage.platform.open_thread(stage.place, Reply("Card"), attempt), "card"
        )
        assert stage.cards() == 1
        assert "Card" in stage.card(thread).text

    async def test_an_operation_that_got_through_is_not_repeated(
        self, stage: Stage, thread: ThreadRef
    ) -> None:
        first = await stage.platform.post(thread, Reply("once"), KeptAttempt("post"))
        again = await stage.platform.post(thread, Reply("once"), KeptAttempt("post", again=True))
        assert again == first
        assert len(stage.replies(thread)) == 1

    async def test_an_operation_that_never_began_is_done_at_the_second_attempt(
        self, stage: Stage, thread: ThreadRef
    ) -> None:
        await stage.platform.post(thread, Reply("other"), KeptAttempt("other"))
        await stage.platform.post(thread, Reply("late"), KeptAttempt("late", again=True))
        assert [seen.text for seen in stage.replies(thread)] == ["other", "late"]

    async def test_a_post_whose_answer_was_lost_stands_once(self, stage: Stage, thread: ThreadRef) -> None:
        stage.lose_answer("post")
        await sent(lambda attempt: stage.platform.post(thread, Reply("once", (RETRY,)), attempt), "post")
        assert [(seen.text, seen.buttons) for seen in stage.replies(thread)] == [("once", ("Try again",))]

    async def test_the_last_message_is_returned(self, stage: Stage, thread: ThreadRef) -> None:
        message = await stage.platform.post(thread, Reply("word " * 9000, (RETRY,)), KeptAttempt("long"))
        assert message.thread == thread
        assert message.id == stage.replies(thread)[-1].id

    @pytest.mark.parametrize("lost", [None, 0, 1])
    async def test_a_long_text_arrives_whole_in_order_and_once(
        self, stage: Stage, thread: ThreadRef, lost: int | None
    ) -> None:
        text = "\n".join(f"line {number} of a long answer" for number in range(1200))
        if lost is not None:
            stage.lose_answer("post", after=lost)
        await sent(lambda attempt: stage.platform.post(thread, Reply(text, (RETRY,)), attempt), "long")
        replies = stage.replies(thread)
        assert len(replies) > 1
        assert [line for seen in replies for line in seen.text.split("\n") if line] == text.split("\n")
        assert [seen.buttons for seen in replies[:-1]] == [()] * (len(replies) - 1)
        assert replies[-1].buttons == ("Try again",)

    async def test_every_part_of_a_long_code_block_is_a_code_block(
        self, stage: Stage, thread: ThreadRef
    ) -> None:
        text = "```python\n" + "x = 1  # a comment\n" * 1500 + "```\nDone."
        await stage.platform.post(thread, Reply(text), KeptAttempt("code"))
        for seen in stage.replies(thread):
            assert seen.text.count("```") % 2 == 0

    async def test_nobody_is_pinged(self, stage: Stage, thread: ThreadRef) -> None:
        person = stage.person.id
        text = f"<@{person}> <@!{person}> <!here> <!channel> <!subteam^S1> @everyone @here <@&1>\n```\n<@{person}>\n```"
        await stage.platform.post(thread, Reply(text), KeptAttempt("pings"))
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            for letter in text:
                live.write(letter)
            await live.close(Reply(text))
        await stage.platform.whisper(replace(stage.place, thread=thread.thread), stage.person, Reply(text))
        everything = [*stage.replies(thread), *stage.private(stage.person)]
        assert len(everything) == 3
        assert all(seen.pings == () for seen in everything)

    async def test_an_edit_replaces_text_and_buttons(self, stage: Stage, thread: ThreadRef) -> None:
        message = await stage.platform.post(thread, Reply("working", (RETRY,)), KeptAttempt("progress"))
        await stage.platform.edit(message, Reply("done"), final=True)
        assert [(seen.text, seen.buttons) for seen in stage.replies(thread)] == [("done", ())]

    # -- live messages

    async def test_the_first_words_are_seen_before_the_end(self, stage: Stage, thread: ThreadRef) -> None:
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            live.write("Reading")
            await stage.until(lambda: any("Reading" in seen.text for seen in stage.replies(thread)))
            live.write(" and writing")
            await live.close(Reply("Reading and writing", (RETRY,)))
        assert [(seen.text, seen.buttons) for seen in stage.replies(thread)] == [
            ("Reading and writing", ("Try again",))
        ]

    async def test_the_end_is_exact_whatever_was_streamed(self, stage: Stage, thread: ThreadRef) -> None:
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            live.write("something else entirely")
            await stage.until(lambda: bool(stage.replies(thread)))
            message = await live.close(Reply("the answer"))
        assert [(seen.id, seen.text) for seen in stage.replies(thread)] == [(message.id, "the answer")]

    async def test_an_answer_that_was_never_streamed(self, stage: Stage, thread: ThreadRef) -> None:
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            await live.close(Reply("whole", (RETRY,)))
        assert [(seen.text, seen.buttons) for seen in stage.replies(thread)] == [("whole", ("Try again",))]

    @pytest.mark.parametrize("where", ["begin", "close"])
    async def test_a_live_message_whose_answer_was_lost_is_one_message(
        self, stage: Stage, thread: ThreadRef, where: Operation
    ) -> None:
        async def speak(attempt: Attempt) -> None:
            async with stage.platform.live(thread, stage.person, attempt) as live:
                live.write("Half")
                await stage.until(lambda: bool(stage.replies(thread)))
                live.write(" and half")
                await live.close(Reply("Half and half", (RETRY,)))

        stage.lose_answer(where)
        await sent(speak, "live")
        assert [(seen.text, seen.buttons) for seen in stage.replies(thread)] == [
            ("Half and half", ("Try again",))
        ]

    async def test_a_half_written_message_is_gone_on_with(self, stage: Stage, thread: ThreadRef) -> None:
        await stage.platform.post(thread, Reply("before"), KeptAttempt("before"))
        attempt = KeptAttempt("live")
        async with stage.platform.live(thread, stage.person, attempt) as live:
            live.write("The program dies after th")
            await stage.until(lambda: len(stage.replies(thread)) == 2)
        assert attempt.ticket is not None
        async with stage.platform.live(thread, stage.person, attempt.next()) as live:
            live.write("Now")
            await live.close(Reply("Now it lives", (RETRY,)))
        texts = [(seen.text, seen.buttons) for seen in stage.replies(thread)]
        assert texts == [("before", ()), ("Now it lives", ("Try again",))]

    async def test_a_begun_message_is_found_without_a_ticket(self, stage: Stage, thread: ThreadRef) -> None:
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            live.write("The program dies before it knows")
            await stage.until(lambda: bool(stage.replies(thread)))
        async with stage.platform.live(thread, stage.person, KeptAttempt("live", again=True)) as live:
            await live.close(Reply("Found"))
        assert [seen.text for seen in stage.replies(thread)] == ["Found"]

    async def test_a_finished_live_message_is_not_repeated(self, stage: Stage, thread: ThreadRef) -> None:
        attempt = KeptAttempt("live")
        for _ in range(2):
            async with stage.platform.live(thread, stage.person, attempt) as live:
                live.write("Once")
                await live.close(Reply("Once"))
            attempt = KeptAttempt("live", again=True)
        assert [seen.text for seen in stage.replies(thread)] == ["Once"]

    async def test_a_long_live_message_is_split_at_its_end(self, stage: Stage, thread: ThreadRef) -> None:
        lines = [f"line {number} of a long answer" for number in range(1000)]
        async with stage.platform.live(thread, stage.person, KeptAttempt("live")) as live:
            for line in lines:
                live.write(f"{line}\n")
            await stage.until(lambda: bool(stage.replies(thread)))
            message = await live.close(Reply("\n".join(lines), (RETRY,)))
        replies = stage.replies(thread)
        assert [line for seen in replies for line in seen.text.split("\n") if line] == lines
        assert (replies[-1].id, replies[-1].buttons) == (message.id, ("Try again",))

    # -- files

    async def test_files_are_attached(self, stage: Stage, thread: ThreadRef) -> None:
        files = [OutFile(f"file{number}.py", f"x = {number}\n".encode()) for number in range(12)]
        await stage.platform.attach(thread, files, KeptAttempt("files"))
        shown = [file for seen in stage.replies(thread) for file in seen.files]
        assert shown == [(file.name, file.data) for file in files]

    async def test_files_whose_answer_was_lost_are_there_once(self, stage: Stage, thread: ThreadRef) -> None:
        data = hashlib.sha256(b"").digest() * 1000
        stage.lose_answer("attach")
        await sent(
            lambda attempt: stage.platform.attach(thread, [OutFile("project.zip", data)], attempt), "files"
        )
        assert [file for seen in stage.replies(thread) for file in seen.files] == [("project.zip", data)]

    async def test_an_empty_file_hinders_nothing(self, stage: Stage, thread: ThreadRef) -> None:
        files = [OutFile("__init__.py", b""), OutFile("main.py", b"x = 1\n")]
        await stage.platform.attach(thread, files, KeptAttempt("files"))
        shown = [file for seen in stage.replies(thread) for file in seen.files]
        assert ("main.py", b"x = 1\n") in shown

    async def test_a_file_is_handed_to_one_person_once(self, stage: Stage, thread: ThreadRef) -> None:
        place, file = replace(stage.place, thread=thread.thread), OutFile("v1.zip", b"PK")
        stage.lose_answer("hand")
        await sent(
            lambda attempt: stage.platform.hand(stage.person, place, file, "Here it is.", attempt), "hand"
        )
        shown = [seen for seen in stage.private(stage.person) if seen.files]
        assert [(seen.text, seen.files) for seen in shown] == [("Here it is.", (("v1.zip", b"PK"),))]
        assert stage.replies(thread) == []

    async def test_a_dropped_file_is_read_up_to_the_limit(self, stage: Stage, thread: ThreadRef) -> None:
        attachment = await stage.drop_file(thread, "data.csv", b"a,b\n1,2\n" * 50_000)
        read = stage.platform.read_attachment
        assert await read(stage.place.workspace, attachment, 8) == b"a,b\n1,2\n"
        assert len(await read(stage.place.workspace, attachment, 10_000_000)) == 400_000

    # -- people

    async def test_a_whisper_is_for_one_person(self, stage: Stage, thread: ThreadRef) -> None:
        place = replace(stage.place, thread=thread.thread)
        await stage.platform.whisper(place, stage.person, Reply("Just you", (RETRY,)))
        assert [(seen.text, seen.buttons) for seen in stage.private(stage.person)] == [
            ("Just you", ("Try again",))
        ]
        assert stage.replies(thread) == []

    # -- who sees what

    async def test_channels_that_somebody_sees(self, stage: Stage) -> None:
        place, secret = stage.place, stage.add_channel("77", "secret", private=True)
        everyones = stage.add_channel("78", "everyone")
        assert [(each.id, each.name) for each in await self.seen(stage, stage.person)] == [
            (everyones, "everyone"),
            (place.channel, "general"),
            (secret, "secret"),
        ]
        assert [each.id for each in await self.seen(stage, stage.other)] == [everyones, place.channel]

    async def test_a_private_channel_without_the_bot_is_not_told(self, stage: Stage) -> None:
        stage.add_channel("77", "secret", private=True, bot_in=False)
        assert [each.name for each in await self.seen(stage, stage.person)] == ["general"]

    async def test_whom_the_platform_does_not_know_sees_nothing(self, stage: Stage) -> None:
        nobody = Person(stage.person.team, "999999999999")
        for ask in (stage.platform.channels_of, stage.platform.standing):
            with pytest.raises(PlatformError):
                await ask(stage.place.workspace, nobody)
            with pytest.raises(PlatformError):
                await ask("888888888888", stage.person)

    async def test_standing(self, stage: Stage) -> None:
        workspace = stage.place.workspace
        assert await stage.platform.standing(workspace, stage.person) == "member"
        assert await stage.platform.standing(workspace, stage.admin) == "admin"

    async def seen(self, stage: Stage, person: Person) -> Sequence[Channel]:
        return await stage.platform.channels_of(stage.place.workspace, person)
