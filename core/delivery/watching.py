"""What happens in sessions, for those who watch: `Watched` tells what a platform shows, `Happenings` keeps the last of
it and passes it on. In memory only: what matters is stored elsewhere, and whoever missed something loads anew."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

from core.bus import Alone, Bus
from core.delivery.relay import Relay
from core.delivery.ring import Kind, Ring
from core.intents import Attachment, Person, Place
from core.library import Happened
from core.ports import (
    Attempt,
    Channel,
    ChatPlatform,
    Clock,
    LiveMessage,
    MessageRef,
    OutFile,
    Standing,
    ThreadRef,
)
from core.replies import Reply
from core.storage.unit_of_work import Database

SessionOf = Callable[[ThreadRef], Awaitable[str | None]]

SESSIONS: Final = 500
"""Of which happenings are kept; beyond it, only of those that somebody watches."""
WINDOW: Final = 0.25
"""Seconds: words that come within it are told together. People see no difference, and of a model's hundred words a
second a reader costs a twenty-fifth."""
ECHO: Final = "echo:"
"""Begins the key of a post that repeats in the chat what was said in a browser: who watches has seen it."""
_THREADS: Final = 5_000


class Happenings:
    """What is published in one process is seen by the readers in every process. Numbers are each process's own: they
    grow by one in each session, and begin with the milliseconds of the clock, so that those of an earlier run of the
    program are never taken for ours."""

    def __init__(self, clock: Clock, bus: Bus | None = None, *, window: float = WINDOW) -> None:
        self._clock = clock
        self._window = window
        self._rings: OrderedDict[str, Ring] = OrderedDict()
        self._relay = Relay(bus or Alone(), clock, self._heard, self._missed)

    def publish(self, session_id: str, kind: Kind, data: dict[str, Any]) -> None:
        """Never waits. For the thread of the event loop."""
        ring = self._ring(session_id)
        ring.add(kind, data)
        if kind != "token":
            self._show(session_id, ring)
        elif ring.timer is None:
            ring.timer = asyncio.get_running_loop().call_later(self._window, self._show, session_id, ring)

    @asynccontextmanager
    async def subscribe(self, session_id: str, after: int | None) -> AsyncIterator[AsyncIterator[Happened]]:
        """What happens from now on, or from the one after number `after` on. Where something is no longer kept, also
        because the reader was slow, comes a `reset`, and then what happens from there on."""
        ring = self._ring(session_id)
        ring.readers += 1
        try:
            with self._relay.reading(session_id):
                async with aclosing(ring.read(ring.shown if after is None else after)) as happened:
                    yield happened
        finally:
            ring.readers -= 1

    def current(self, session_id: str) -> Mapping[str, Any]:
        """The data of the last progress of a session; empty when nothing is known of any."""
        ring = self._rings.get(session_id)
        return ring.progress if ring is not None else {}

    def _show(self, session_id: str, ring: Ring) -> None:
        for happened in ring.show():
            self._relay.tell(session_id, happened)

    def _heard(self, session_id: str, kind: Kind | None, data: dict[str, Any]) -> None:
        """Of a session from which nobody has read here, only the progress is worth a place."""
        if session_id not in self._rings and kind != "progress":
            return
        ring = self._ring(session_id)
        self._show(session_id, ring)
        if kind is None:
            ring.forget()
        else:
            ring.add(kind, data)
            ring.show()

    def _missed(self) -> None:
        for session_id, ring in self._rings.items():
            self._show(session_id, ring)
            ring.forget()

    def _ring(self, session_id: str) -> Ring:
        ring = self._rings.get(session_id)
        if ring is None:
            self._make_room()
            ring = self._rings[session_id] = Ring(int(self._clock.now().timestamp() * 1000))
        self._rings.move_to_end(session_id)
        return ring

    def _make_room(self) -> None:
        """The session in which nothing has happened for the longest time is forgotten."""
        if len(self._rings) < SESSIONS:
            return
        oldest = next((session for session, ring in self._rings.items() if not ring.readers), None)
        if oldest is not None:
            del self._rings[oldest]


def sessions_by_thread(database: Database) -> SessionOf:
    async def session_of(thread: ThreadRef) -> str | None:
        place = Place(thread.platform, thread.workspace, thread.channel, thread.thread)
        async with database.read() as unit:
            session = await unit.sessions.at(place)
        return session.id if session else None

    return session_of


class Watched:
    """Implements `core.ports.ChatPlatform`: `platform`, and whoever watches the session sees what is shown in its
    thread, without waiting for the platform's budget. ``data`` of what happens:

    - `token`: ``message`` (key of the answer, which is its ``platform_message`` once stored), ``text``; ``start`` with
      the first words of an attempt: what came before under that key counts no more
    - `message`: ``message`` (key), ``by`` (`agent`, or `notice` for what is no part of the conversation), ``text``
    - `progress`: ``message``, ``text``, and what the reply says that it is ``about``
    - `status`: ``what`` (`card`, `files`, or `edit` with ``message`` and ``text``)
    """

    def __init__(self, platform: ChatPlatform, happenings: Happenings, session_of: SessionOf) -> None:
        self._platform = platform
        self._happenings = happenings
        self._session_of = session_of
        self._sessions: OrderedDict[ThreadRef, str] = OrderedDict()

    @property
    def name(self) -> str:
        return self._platform.name

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        return await self._platform.open_thread(place, card, attempt)

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        message = await self._platform.post(thread, reply, attempt)
        if reply.about:
            await self._tell(thread, "progress", {"message": message.id, "text": reply.text, **reply.about})
        elif not attempt.key.startswith(ECHO):
            data = {"message": attempt.key, "by": "notice", "text": reply.text}
            await self._tell(thread, "message", data)
        return message

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        shown = {"message": message.id, "text": reply.text}
        if not final:
            await self._tell(message.thread, "progress", {**shown, **reply.about})
        elif message.id == message.thread.thread:
            await self._tell(message.thread, "status", {"what": "card"})
        else:
            await self._tell(message.thread, "status", {"what": "edit", **shown})
        await self._platform.edit(message, reply, final=final)

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[LiveMessage]:
        session = await self._session(thread)
        async with self._platform.live(thread, audience, attempt) as live:
            yield WatchedLive(live, self._happenings, session, attempt.key) if session else live

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        await self._platform.attach(thread, files, attempt)
        await self._tell(thread, "status", {"what": "files"})

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        await self._platform.hand(person, place, file, text, attempt)

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        await self._platform.whisper(place, person, reply)

    async def name_of(self, person: Person) -> str:
        return await self._platform.name_of(person)

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        return await self._platform.channels_of(workspace, person)

    async def standing(self, workspace: str, person: Person) -> Standing:
        return await self._platform.standing(workspace, person)

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        return await self._platform.read_attachment(workspace, attachment, limit)

    async def _tell(self, thread: ThreadRef, kind: Kind, data: dict[str, Any]) -> None:
        session = await self._session(thread)
        if session is not None:
            self._happenings.publish(session, kind, data)

    async def _session(self, thread: ThreadRef) -> str | None:
        known = self._sessions.get(thread) or await self._session_of(thread)
        if known is not None:
            self._sessions[thread] = known
            self._sessions.move_to_end(thread)
            while len(self._sessions) > _THREADS:
                self._sessions.popitem(last=False)
        return known


class WatchedLive:
    """A live message whose words are told as they come."""

    def __init__(self, live: LiveMessage, happenings: Happenings, session: str, key: str) -> None:
        self._live = live
        self._happenings = happenings
        self._session = session
        self._key = key
        self._begun = False

    def write(self, text: str) -> None:
        begun = {} if self._begun else {"start": True}
        self._begun = True
        self._happenings.publish(self._session, "token", {"message": self._key, "text": text, **begun})
        self._live.write(text)

    async def close(self, reply: Reply) -> MessageRef:
        message = await self._live.close(reply)
        data = {"message": self._key, "by": "agent", "text": reply.text}
        self._happenings.publish(self._session, "message", data)
        return message
