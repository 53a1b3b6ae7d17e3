"""The door: what people do in Discord comes in by its gateway, is committed at the desk, and is answered to them.

An interaction is acked after the commit. A message has no ack, so it is handed in until it is stored; what came while
nobody listened is fetched at the next start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import structlog

from adapters.discord.adapter import DiscordConfig
from adapters.discord.backlog import Missed, Read
from adapters.discord.dialogs import Dialogs
from adapters.discord.events import Heard, Signal
from adapters.discord.gateway import connected
from adapters.discord.inbound import (
    Asked,
    Fix,
    NewSession,
    NothingChanged,
    ShowCode,
    ShowRequirements,
    erased,
    gesture,
    located,
    lost,
    revised,
    said,
)
from adapters.discord.outbound import DiscordPlatform
from adapters.discord.threads import PLATFORM, Ticket
from adapters.shared.background import background
from adapters.shared.remembered import Remembered
from adapters.shared.turns import Turns
from core.desk import Desk, Receipt
from core.errors import PlatformError, ThreadGone
from core.intents import Intent, Place

_log = structlog.get_logger(__name__)

_REMEMBERED: Final = 2_000
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 30.0
"""Seconds between attempts to store a message."""
_READ_WAITS: Final = (0.2, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0)
"""Seconds between attempts to read what a thread has missed; what is new there waits as long, and no longer."""
_AT_ONCE: Final = 4
"""Threads whose missed messages are fetched side by side."""
_UNKNOWN: Final = "I do not know this any more. `/automation help` says what I can do."
_UNCHANGED: Final = "Nothing was changed."

T = TypeVar("T")


@asynccontextmanager
async def listen(platform: DiscordPlatform, desk: Desk, config: DiscordConfig) -> AsyncIterator[None]:
    """Takes in what people do while the block runs; at its end what has come in is finished.
    Raises PlatformError when Discord does not let us in."""
    async with background() as group:
        intake = Intake(platform, desk, group)
        async with connected(platform, intake, config):
            try:
                yield
            finally:
                intake.end()
                await intake.idle()


class Intake:
    """Takes what comes in to the desk, and what the desk says back to the person."""

    def __init__(self, platform: DiscordPlatform, desk: Desk, group: asyncio.TaskGroup) -> None:
        self._platform = platform
        self._desk = desk
        self._dialogs = Dialogs(platform, desk)
        self._group = group
        self._turns = Turns()
        self._answered = Remembered(_REMEMBERED)
        self._told_of_content: set[str] = set()
        self._ending = asyncio.Event()
        self._catching_up = 0
        self._caught_up = asyncio.Event()
        self._caught_up.set()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    # -- the end

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Around everything that has to be finished before the end."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    def end(self) -> None:
        """Nothing more is taken in: it is fetched at the next start."""
        self._ending.set()
        self._caught_up.set()

    async def idle(self) -> None:
        await self._idle.wait()

    # -- interactions

    async def interaction(self, told: Signal) -> None:
        """Acks it when it is committed. Raises when it could not be stored: no ack, so that the person is told."""
        if self._ending.is_set():
            return
        with self._working():
            told = located(told)
            try:
                await self._answer(told)
            except PlatformError as error:
                await self._sorry(told, error)

    async def _answer(self, told: Signal) -> None:
        match gesture(told):
            case Asked() as asked:
                receipt = await self._desk.receive(asked.intent)
                await self._dialogs.receipt(told, asked, receipt)
            case NewSession() as asked:
                await self._dialogs.new_session(told, asked)
            case ShowRequirements() as asked:
                await self._dialogs.requirements(told, asked)
            case ShowCode() as asked:
                await self._dialogs.code(told, asked)
            case Fix():
                await self._dialogs.fix(told)
            case NothingChanged():
                await self._dialogs.say(told, _UNCHANGED)
            case None:
                await self._dialogs.say(told, _UNKNOWN)

    async def _sorry(self, told: Signal, error: PlatformError) -> None:
        _log.info("interaction_refused", reference=error.reference, detail=error.detail)
        try:
            await self._dialogs.sorry(told, error)
        except PlatformError as unheard:
            _log.warning("interaction_not_answered", reference=unheard.reference, detail=unheard.detail)

    # -- messages

    async def message(self, channel: str, read: Read) -> None:
        async with self._in_turn(channel) as welcome:
            message = await self._insist(read, f"message in {channel}") if welcome else None
            if message is not None:
                await self._take(message)

    async def edit(self, channel: str, read: Read) -> None:
        async with self._in_turn(channel) as welcome:
            message = await self._insist(read, f"edit in {channel}") if welcome else None
            intent = revised(message, self._platform.bot) if message else None
            if intent is not None:
                await self._store(intent)

    async def deletion(self, workspace: str, channel: str, messages: list[str]) -> None:
        async with self._in_turn(channel) as welcome:
            if not welcome:
                return
            find = partial(self._platform.whereabouts.place, workspace, channel)
            place = await self._insist(find, f"deletion in {channel}")
            if place is None or place.thread is None:
                return
            for message in messages:
                await self._store(erased(place, message, self._platform.clock.now()))

    async def gone(self, place: Place) -> None:
        """A thread, or a channel with all its threads."""
        async with self._in_turn(place.thread or place.channel) as welcome:
            if welcome:
                await self._store(lost(place, self._platform.clock.now()))

    @asynccontextmanager
    async def _in_turn(self, channel: str) -> AsyncIterator[bool]:
        """In the order of events, after what was missed. False: the end has come."""
        with self._working():
            await self._caught_up.wait()
            async with self._turns.turn(channel):
                yield not self._ending.is_set()

    async def _take(self, message: Heard) -> None:
        if message.blank:
            await self._content_is_hidden(message)
            return
        intent = said(message, self._platform.bot, self._platform.clock.now())
        receipt = await self._store(intent) if intent else None
        if receipt and receipt.reply and self._answered.first(message.id):
            self._group.create_task(self._dialogs.tell(message, receipt.reply))

    async def _store(self, intent: Intent) -> Receipt | None:
        """Until it is stored: Discord does not bring a message again. ``None``: the end came before that."""
        return await self._insist(lambda: self._desk.receive(intent), intent.origin.event_key)

    async def _insist(self, ask: Callable[[], Coroutine[Any, Any, T]], what: str) -> T | None:
        """Asks until there is an answer, or the end has come. ``None`` also when Discord refuses one for good."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await ask()
            except PlatformError as error:
                _log.warning("not_found_out", what=what, reference=error.reference, detail=error.detail)
                if not error.retryable:
                    return None
            except Exception:  # noqa: BLE001 - the desk raises whatever its database does
                _log.exception("desk_does_not_answer", what=what, again_in=wait)
            if await self._ends_within(wait):
                return None
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _ends_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return False
        return True

    async def _content_is_hidden(self, message: Heard) -> None:
        """Discord keeps from us what people write, unless it is allowed to the app: said once per guild, where it
        matters."""
        place = message.place
        if message.by_bot or place.thread is None or place.workspace in self._told_of_content:
            return
        if await self._desk.session_of(place) is None or place.workspace in self._told_of_content:
            return
        self._told_of_content.add(place.workspace)
        _log.warning("message_content_hidden", guild=place.workspace)
        self._group.create_task(self._dialogs.content_is_hidden(place))

    # -- what was missed

    async def catch_up(self, mine: Callable[[Place], bool], missed: Missed) -> None:
        """A connection began that brings nothing of before. ``mine``: whether it is the one for that place."""
        self._catching_up += 1
        self._caught_up.clear()
        with self._working():
            async with asyncio.TaskGroup() as group:
                try:
                    await self._fetch_all(group, mine, missed)
                finally:  # what is new may come in, each after what its thread has missed
                    self._catching_up -= 1
                    if not self._catching_up:
                        self._caught_up.set()

    async def _fetch_all(
        self, group: asyncio.TaskGroup, mine: Callable[[Place], bool], missed: Missed
    ) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)
        for place, last in await self._threads():
            if place.thread is None or not mine(place):
                continue
            self._platform.whereabouts.met(place.thread, place.channel)
            turn = AsyncExitStack()
            await turn.enter_async_context(self._turns.turn(place.thread))
            group.create_task(self._fetch(turn, gate, place, partial(missed, place, last)))

    async def _threads(self) -> list[tuple[Place, str]]:
        """With the last message of each that is known; also those whose card is there, while their session is opened."""
        known = await self._insist(lambda: self._desk.open_threads(PLATFORM), "open threads")
        opening = await self._insist(lambda: self._desk.half_open(PLATFORM), "half-open threads")
        cards = [
            (replace(place, thread=card), card)
            for place, ticket in opening or ()
            for card in Ticket.unpacked(ticket).ids[
                :1
            ]  # a thread has the id of the message that it is made from
        ]
        return [*(known or ()), *cards]

    async def _fetch(
        self,
        turn: AsyncExitStack,
        gate: asyncio.Semaphore,
        place: Place,
        read: Callable[[], Coroutine[Any, Any, list[Heard]]],
    ) -> None:
        """``turn``: the thread's, which is given back when all is taken in."""
        async with turn, gate:
            messages = await self._read(place, read)
            for message in messages:
                if not self._ending.is_set():
                    await self._take(message)
        if messages:
            _log.info("missed_messages_taken_in", thread=place.thread, count=len(messages))

    async def _read(self, place: Place, read: Callable[[], Coroutine[Any, Any, list[Heard]]]) -> list[Heard]:
        for wait in _READ_WAITS:
            try:
                return await read()
            except ThreadGone:
                await self._store(lost(place, self._platform.clock.now()))
                return []
            except PlatformError as error:
                _log.warning("backlog_not_read", thread=place.thread, detail=error.detail, again_in=wait)
                if not error.retryable or await self._ends_within(wait):
                    return []
        _log.error("backlog_given_up", thread=place.thread)
        return []
