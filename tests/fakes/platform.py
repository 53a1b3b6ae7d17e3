"""A chat platform in memory, with the behaviour that the core relies on: keys, read-back, edits, private words.

It keeps `tests/contracts/chat_platform.py`, as the real ones do. `fail(method, error)` makes the next call raise
before its effect; with ``lost=True`` after it."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.shared.mentions import quiet
from adapters.shared.split import split
from core.errors import AnswerLost, PlatformError, PlatformRefused
from core.intents import Attachment, Person, Place
from core.ports import Attempt, Channel, MessageRef, OutFile, Standing, ThreadRef
from core.replies import Action, Reply

LONGEST = 8_000
"""Characters of one message."""
_MENTION = re.compile(r"<[@!][^>]+>")
_PING = re.compile(r"<[@!][^>\u200b]+>|@(?:here|everyone)\b")


@dataclass(slots=True)
class Seen:
    """A message as people see it. ``history``: every text it ever had. ``key``: of its operation, with its part."""

    id: str
    key: str
    reply: Reply
    files: tuple[OutFile, ...] = ()
    history: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.reply.text

    @property
    def actions(self) -> list[Action]:
        return [button.action for button in self.reply.buttons]

    @property
    def pings(self) -> tuple[str, ...]:
        return tuple(_PING.findall(self.text))

    def show(self, reply: Reply) -> None:
        self.history.append(reply.text)
        self.reply = reply


class FakePlatform:
    name = "slack"

    def __init__(self) -> None:
        self.threads: defaultdict[str, list[Seen]] = defaultdict(list)
        self.whispers: list[tuple[Person, Reply]] = []
        self.handed: list[tuple[Person, OutFile, str]] = []
        self.names: dict[str, str] = {}
        self.attachments: dict[str, bytes] = {}
        self.channels: dict[str, tuple[str, set[str] | None]] = {}
        """By id: the name, and who is in it; ``None`` for a public one."""
        self.standings: dict[str, Standing] = {}
        self.workspace = "T1"
        self.before_reading: Callable[[], Awaitable[None]] | None = None
        self._faults: defaultdict[str, list[tuple[PlatformError, bool, int]]] = defaultdict(list)
        self._keys: set[str] = set()
        self._count = 0
        self._edited = asyncio.Event()

    def fail(
        self, method: str, error: PlatformError | None = None, *, lost: bool = False, after: int = 0
    ) -> None:
        """``after``: so many calls go well before."""
        self._faults[method].append((error or AnswerLost("The answer got lost."), lost, after))

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        (seen,) = self._send("open_thread", None, card, attempt)
        return ThreadRef(self.name, place.workspace, place.channel, seen.id)

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        return MessageRef(thread, self._send("post", thread, reply, attempt)[-1].id)

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        with self._faulty("edit"):
            self.message(message.id).show(_quiet(reply))
            self._edited.set()

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[FakeLive]:
        live = FakeLive(self, thread, attempt)
        try:
            yield live
        finally:
            if live.seen is not None:
                await attempt.keep(live.seen.id)

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        if attempt.again and self.find(f"{attempt.key}/0"):
            return
        with self._faulty("attach"):
            self.add(thread, Reply(""), f"{attempt.key}/0").files = tuple(files)

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        if attempt.again and attempt.key in self._keys:
            return
        with self._faulty("hand"):
            self._keys.add(attempt.key)
            self.handed.append((person, file, text))

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        self.whispers.append((person, _quiet(reply)))

    async def name_of(self, person: Person) -> str:
        return self.names.get(person.id, person.id)

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        standing = await self.standing(workspace, person)
        seen = [
            Channel(channel, name)
            for channel, (name, members) in self.channels.items()
            if (members is None and standing != "guest") or person.id in (members or ())
        ]
        return sorted(seen, key=lambda channel: channel.name)

    async def standing(self, workspace: str, person: Person) -> Standing:
        with self._faulty("standing"):
            if workspace != self.workspace or person.id not in self.standings:
                raise PlatformRefused("You are not known here.")
            return self.standings[person.id]

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        if self.before_reading is not None:
            await self.before_reading()
        return self.attachments[attachment.handle][:limit]

    # ---- for the tests and the live message

    def message(self, message_id: str) -> Seen:
        return next(seen for thread in self.threads.values() for seen in thread if seen.id == message_id)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for an edit after which `condition` holds."""
        while not condition():
            self._edited.clear()
            await self._edited.wait()

    def thread(self, thread_id: str) -> list[Seen]:
        return self.threads[thread_id]

    def add(self, thread: ThreadRef | None, reply: Reply, key: str) -> Seen:
        self._count += 1
        seen = Seen(f"100.{self._count}", key, reply, history=[reply.text])
        self.threads[thread.thread if thread else seen.id].append(seen)
        return seen

    def find(self, key: str) -> Seen | None:
        all_seen = (seen for thread in self.threads.values() for seen in thread)
        return next((seen for seen in all_seen if seen.key == key), None)

    def finish(self, thread: ThreadRef, reply: Reply, attempt: Attempt, begun: Seen | None) -> Seen:
        """Makes `reply` what the live message says, over several messages where it is too long."""
        first, *rest = _parts(reply)
        with self._faulty("close"):
            last = begun or self.find(f"{attempt.key}/0") or self.add(thread, first, f"{attempt.key}/0")
            last.show(first)
            for number, part in enumerate(rest, 1):
                last = self.find(f"{attempt.key}/{number}") or self.add(
                    thread, part, f"{attempt.key}/{number}"
                )
        return last

    def _send(self, method: str, thread: ThreadRef | None, reply: Reply, attempt: Attempt) -> list[Seen]:
        sent = []
        for number, part in enumerate(_parts(reply)):
            key = f"{attempt.key}/{number}"
            known = self.find(key) if attempt.again else None
            if known is None:
                with self._faulty(method):
                    known = self.add(thread, part, key)
            sent.append(known)
        return sent

    def _faulty(self, method: str) -> _Faulty:
        waiting = self._faults[method]
        if waiting and waiting[0][2] == 0:
            return _Faulty(*waiting.pop(0)[:2])
        if waiting:
            error, lost, after = waiting[0]
            waiting[0] = (error, lost, after - 1)
        return _Faulty()


def _parts(reply: Reply) -> list[Reply]:
    """The buttons stand under the last."""
    texts = split(quiet(reply.text, _MENTION), LONGEST) or [""]
    return [*(Reply(text) for text in texts[:-1]), Reply(texts[-1], reply.buttons)]


def _quiet(reply: Reply) -> Reply:
    return replace(reply, text=quiet(reply.text, _MENTION))


class _Faulty:
    """Raises before its block, or after it when the answer is to be lost."""

    def __init__(self, error: PlatformError | None = None, lost: bool = False) -> None:
        self._error = error
        self._lost = lost

    def __enter__(self) -> None:
        if self._error is not None and not self._lost:
            raise self._error

    def __exit__(self, *_: object) -> None:
        if self._error is not None and self._lost:
            raise self._error


class FakeLive:
    """Becomes a message with the first text, or at the end."""

    def __init__(self, platform: FakePlatform, thread: ThreadRef, attempt: Attempt) -> None:
        self._platform = platform
        self._thread = thread
        self._attempt = attempt
        self.seen = platform.find(f"{attempt.key}/0") if attempt.again else None
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text
        shown = Reply(quiet(self._text, _MENTION)[:LONGEST])
        if self.seen is None:
            self.seen = self._platform.add(self._thread, shown, f"{self._attempt.key}/0")
        self.seen.show(shown)

    async def close(self, reply: Reply) -> MessageRef:
        last = self._platform.finish(self._thread, reply, self._attempt, self.seen)
        return MessageRef(self._thread, last.id)
