"""A chat platform in memory, with the behaviour that the core relies on: keys, read-back, edits, private words.

`fail(method, error)` makes the next call raise before its effect; with ``lost=True`` after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.errors import AnswerLost, PlatformError
from core.intents import Attachment, Person, Place
from core.ports import Attempt, MessageRef, OutFile, ThreadRef
from core.replies import Action, Reply


@dataclass(slots=True)
class Seen:
    """A message as people see it. ``history``: every text it ever had."""

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
        self._faults: defaultdict[str, list[tuple[PlatformError, bool]]] = defaultdict(list)
        self._count = 0

    def fail(self, method: str, error: PlatformError | None = None, *, lost: bool = False) -> None:
        self._faults[method].append((error or AnswerLost("The answer got lost."), lost))

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        known = self._find(attempt) if attempt.again else None
        if known is None:
            with self._faulty("open_thread"):
                known = self._add(None, card, attempt.key)
        return ThreadRef(self.name, place.workspace, place.channel, known.id)

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        known = self._find(attempt) if attempt.again else None
        if known is None:
            with self._faulty("post"):
                known = self._add(thread, reply, attempt.key)
        return MessageRef(thread, known.id)

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        with self._faulty("edit"):
            self.message(message.id).show(reply)

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[FakeLive]:
        yield FakeLive(self, thread, attempt)

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        if attempt.again and self._find(attempt):
            return
        with self._faulty("attach"):
            self._add(thread, Reply(""), attempt.key).files = tuple(files)

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        with self._faulty("hand"):
            self.handed.append((person, file, text))

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        self.whispers.append((person, reply))

    async def name_of(self, person: Person) -> str:
        return self.names.get(person.id, person.id)

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        return self.attachments[attachment.handle][:limit]

    # ---- for the tests

    def message(self, message_id: str) -> Seen:
        return next(seen for thread in self.threads.values() for seen in thread if seen.id == message_id)

    def thread(self, thread_id: str) -> list[Seen]:
        return self.threads[thread_id]

    def add(self, thread: ThreadRef, reply: Reply, key: str) -> Seen:
        return self._add(thread, reply, key)

    def find(self, attempt: Attempt) -> Seen | None:
        return self._find(attempt)

    def faulty(self, method: str) -> _Faulty:
        return self._faulty(method)

    def _add(self, thread: ThreadRef | None, reply: Reply, key: str) -> Seen:
        self._count += 1
        seen = Seen(f"100.{self._count}", key, reply, history=[reply.text])
        self.threads[thread.thread if thread else seen.id].append(seen)
        return seen

    def _find(self, attempt: Attempt) -> Seen | None:
        all_seen = (seen for thread in self.threads.values() for seen in thread)
        return next((seen for seen in all_seen if seen.key == attempt.key), None)

    def _faulty(self, method: str) -> _Faulty:
        return _Faulty(self._faults[method].pop(0) if self._faults[method] else None)


class _Faulty:
    """Raises before its block, or after it when the answer is to be lost."""

    def __init__(self, fault: tuple[PlatformError, bool] | None) -> None:
        self._fault = fault

    def __enter__(self) -> None:
        if self._fault is not None and not self._fault[1]:
            raise self._fault[0]

    def __exit__(self, *_: object) -> None:
        if self._fault is not None and self._fault[1]:
            raise self._fault[0]


class FakeLive:
    """Becomes a message with the first text, or at the end."""

    def __init__(self, platform: FakePlatform, thread: ThreadRef, attempt: Attempt) -> None:
        self._platform = platform
        self._thread = thread
        self._attempt = attempt
        self._seen = platform.find(attempt) if attempt.again else None
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text
        if self._seen is None:
            self._seen = self._platform.add(self._thread, Reply(self._text), self._attempt.key)
        self._seen.show(Reply(self._text))

    async def close(self, reply: Reply) -> MessageRef:
        with self._platform.faulty("close"):
            if self._seen is None:
                self._seen = self._platform.add(self._thread, reply, self._attempt.key)
            self._seen.show(reply)
        return MessageRef(self._thread, self._seen.id)
