"""Every operation of a chat platform, with the connection cut at each of its calls in turn: before the call has its effect,
or after. Another process then does the operation again, with or without what the first one kept. People see it once.

A platform's test module subclasses `CutConnectionsContract` and gives it a fixture `stage`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import pytest

from core.errors import PlatformError
from core.ports import Attempt, ChatPlatform, MessageRef, OutFile, ThreadRef
from core.replies import Reply
from tests.contracts.chat_platform import RETRY, KeptAttempt, Seen, Stage

Cut = Literal["cut_before", "cut_after"]
CALLS = 12
"""More than any of these operations makes."""
LONG = "\n".join(f"line {number} of a long answer" for number in range(700))
FILES = [OutFile(f"file{number}.py", f"x = {number}\n".encode()) for number in range(3)]


class Cuttable(Stage, Protocol):
    """A stage on which connections can be cut, and which more than one process can enter."""

    def cut(self, how: Cut, after: int) -> None:
        """The next operation loses a call, after so many have passed."""
        ...

    def recover(self) -> None:
        """Nothing is cut any more."""
        ...

    def another(self) -> AbstractAsyncContextManager[ChatPlatform]:
        """A process that remembers nothing."""
        ...


class Died(Exception):
    """The program ended there."""


@dataclass
class Forgetful(KeptAttempt):
    """The program dies over its first ticket: what the call did stands at the platform, and nothing is kept."""

    async def keep(self, ticket: str) -> None:
        raise Died

    def next(self) -> KeptAttempt:
        return KeptAttempt(self.key, again=True, since=self.since)


Operation = Callable[[Cuttable, ChatPlatform, ThreadRef, Attempt], Awaitable[None]]


async def opened(stage: Cuttable, platform: ChatPlatform, _: ThreadRef, attempt: Attempt) -> None:
    await platform.open_thread(stage.place, Reply(f"### Card {attempt.key}", (RETRY,)), attempt)


async def posted(_: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    await platform.post(thread, Reply("short", (RETRY,)), attempt)


async def posted_long(_: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    await platform.post(thread, Reply(LONG, (RETRY,)), attempt)


async def said(_: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    async with platform.live(thread, _.person, attempt) as live:
        await live.close(Reply("whole", (RETRY,)))


async def streamed(stage: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    async with platform.live(thread, stage.person, attempt) as live:
        live.write("Half")
        await stage.until(lambda: bool(stage.replies(thread)))
        live.write(" and half")
        await live.close(Reply("Half and half", (RETRY,)))


async def streamed_long(stage: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    async with platform.live(thread, stage.person, attempt) as live:
        live.write(LONG[:500])
        await stage.until(lambda: bool(stage.replies(thread)))
        live.write(LONG[500:])
        await live.close(Reply(LONG, (RETRY,)))


async def attached(_: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    await platform.attach(thread, FILES, attempt)


async def handed(stage: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    place = replace(stage.place, thread=thread.thread)
    text = f"Here is {attempt.key}."
    await platform.hand(stage.person, place, OutFile("v1.zip", b"PK"), text, attempt)


async def edited(_: Cuttable, platform: ChatPlatform, thread: ThreadRef, attempt: Attempt) -> None:
    card = MessageRef(thread, thread.thread)
    await platform.edit(card, Reply("Card\n\ndone", (RETRY,)), final=True)


OPERATIONS: Sequence[Operation] = (
    opened,
    posted,
    posted_long,
    said,
    streamed,
    streamed_long,
    attached,
    handed,
    edited,
)


class CutConnectionsContract:
    @pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
    @pytest.mark.parametrize("how", ["cut_before", "cut_after"])
    @pytest.mark.parametrize("attempt", [KeptAttempt, Forgetful], ids=["kept", "forgotten"])
    async def test_people_see_it_once(
        self, stage: Cuttable, operation: Operation, how: Cut, attempt: type[KeptAttempt]
    ) -> None:
        whole = await self.done(stage, operation, attempt("whole"), None)
        for number in range(CALLS):
            key = f"{how}-{number}"
            stood = stage.cards(), len(stage.private(stage.person))
            assert await self.done(stage, operation, attempt(key), how, number) == whole, key
            more = stage.cards() - stood[0], len(stage.private(stage.person)) - stood[1]
            assert more == (1 + (operation is opened), int(operation is handed)), key

    async def done(
        self,
        stage: Cuttable,
        operation: Operation,
        attempt: KeptAttempt,
        how: Cut | None,
        after: int = 0,
    ) -> list[tuple[object, ...]]:
        """What people see in a thread of its own once the operation has got through."""
        thread = await stage.platform.open_thread(stage.place, Reply("Card"), KeptAttempt(f"t-{attempt.key}"))
        for _ in range(4):
            async with stage.another() as platform:
                if how is not None and not attempt.again:
                    stage.cut(how, after)
                try:
                    await operation(stage, platform, thread, attempt)
                except (PlatformError, Died) as error:
                    if isinstance(error, PlatformError) and not error.retryable:
                        raise
                    attempt = attempt.next()
                else:
                    return [shown(seen) for seen in (stage.card(thread), *stage.replies(thread))]
                finally:
                    stage.recover()
        raise AssertionError(f"{attempt.key} did not get through")


def shown(seen: Seen) -> tuple[object, ...]:
    return seen.text, seen.buttons, seen.files
