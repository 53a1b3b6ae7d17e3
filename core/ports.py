"""The sockets of the core: what it needs from the world, and no more. Read this first.

Adapters (`adapters/slack`, later `adapters/discord`) implement ``ChatPlatform``; `core/openrouter` implements
``LanguageModel``. Repositories have their Protocols in their feature package.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from core.intents import Attachment, Person, Place
from core.replies import Reply


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where a session lives. ``thread``: Slack, the ts of the card; Discord, the thread's id."""

    platform: str
    workspace: str
    channel: str
    thread: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message in a thread, in the platform's own id."""

    thread: ThreadRef
    id: str


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to hand over. ``name``: readable, without folders. ``data``: may be empty; platforms that refuse
    empty files (Slack) leave them out, since the zip has them."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """Where sessions can live. ``name``: as people know it, without a leading `#`."""

    id: str
    name: str


Standing = Literal["guest", "member", "admin"]
"""What somebody is in a workspace by the platform's own word. ``guest``: sees only what they were invited to."""


class Attempt(Protocol):
    """One attempt at one operation that people see, kept by the outbox.

    ``key``: unique for ever to this operation, at most 64 characters. ``again``: an earlier attempt may have
    reached the platform, so read back before sending. ``since``: when the first attempt began, aware; nothing of this
    operation is older. ``ticket``: what the platform asked to keep at an earlier
    attempt (a stream's ts, file ids), ``None`` at first.
    """

    @property
    def key(self) -> str: ...
    @property
    def again(self) -> bool: ...
    @property
    def since(self) -> datetime: ...
    @property
    def ticket(self) -> str | None: ...

    async def keep(self, ticket: str) -> None:
        """Store `ticket` durably before returning; the next attempt will be given it."""
        ...


class LiveMessage(Protocol):
    """A message that grows while people watch."""

    def write(self, text: str) -> None:
        """Append Markdown. Never blocks; becomes visible as the platform's limits allow, the first text at once."""
        ...

    async def close(self, reply: Reply) -> MessageRef:
        """Make the message final: exactly `reply` is what people see (split over messages where it is too long),
        whatever happened to the stream before. Returns the last message. Raises PlatformError."""
        ...


class ChatPlatform(Protocol):
    """A chat platform, seen from the core. Every method raises only `PlatformError`s.

    Every operation with an ``attempt`` is idempotent under it: repeated with the same key and ``again=True``, it finds
    what got through and sends only what did not.
    """

    @property
    def name(self) -> str:
        """`slack` or `discord`."""
        ...

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        """Post the card to a channel; its replies (Slack) or the thread made from it (Discord) are the session."""
        ...

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        """Post to a thread, whole: text that is too long becomes several messages. Returns the last one."""
        ...

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        """Replace a message. With ``final=False`` it may be dropped silently when the rate budget is short."""
        ...

    def live(
        self, thread: ThreadRef, audience: Person, attempt: Attempt
    ) -> AbstractAsyncContextManager[LiveMessage]:
        """A message that streams. With a ``ticket`` it is the half-written one of an earlier attempt."""
        ...

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        """Post files into the thread; returns when the platform shows them there."""
        ...

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        """Give one file to one person privately; returns when the platform has accepted it."""
        ...

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        """Tell one person something that nobody else sees. Best effort, never repeated."""
        ...

    async def name_of(self, person: Person) -> str:
        """The display name; the id when the platform does not tell. Cached."""
        ...

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        """The channels of the workspace that this person can see and the bot can work in, by name; for somebody who is
        not there, none. Asked of the platform each time."""
        ...

    async def standing(self, workspace: str, person: Person) -> Standing:
        """Asked of the platform each time. Raises PlatformError for somebody whom it does not know there."""
        ...

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        """The first `limit` bytes of a file that a person dropped into the thread."""
        ...


Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of a prompt. ``name``: who speaks, for user messages; rendered into the text by the prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What is asked of a model.

    ``max_output_tokens``: an upper bound; the client clamps it to the model. ``session_key``: stable per session, at
    most 256 characters, lets the service keep one cache warm. ``model``: ``None`` takes the configured one.
    """

    messages: tuple[ModelMessage, ...]
    max_output_tokens: int
    temperature: float
    session_key: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and US dollars of one call; ``cost`` is ``None`` where the service does not say (local models)."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The service has accepted the call. ``generation_id`` finds it again in the service's accounting."""

    generation_id: str | None


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model reasons; its text is never shown nor parsed."""

    characters: int


FinishReason = Literal["stop", "length", "content_filter", "unknown"]


@dataclass(frozen=True, slots=True)
class Completed:
    """The last event of a stream that ended in order. ``reason`` `unknown`: the service named no or a new reason."""

    reason: FinishReason
    model: str
    usage: Usage = field(default_factory=Usage)


ModelEvent = Started | TextDelta | Thinking | Completed


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """In tokens. ``known``: from the service's model list; otherwise careful guesses."""

    context_tokens: int
    max_output_tokens: int
    known: bool


class LanguageModel(Protocol):
    """A model behind OpenRouter or anything that speaks like it. Raises only `ModelError`s."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Events until `Completed`. Closing the generator (``aclosing``) closes the connection at once."""
        ...

    async def limits(self, model: str | None = None) -> ModelLimits:
        """What fits the model; answered from a cache, never raises."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def new(self) -> str:
        """A fresh id that sorts by time; letters and digits, at most 32 characters."""
        ...
