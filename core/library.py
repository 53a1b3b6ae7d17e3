"""What may be read of sessions, and by whom. Every method answers a caller only with what that caller may see: what is
not for them is as if it were not there (``None``).

A member sees the sessions of channels that they can see, which the platform is asked; a maintainer those of the
workspace; an operator too, and the installation's figures. When the platform cannot be asked, the answer is no.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeVar

from core.accounts import Caller
from core.automations.model import Automation, JobStatus
from core.intents import Person
from core.messages.model import Message
from core.sessions.model import Session, SessionStatus
from core.vocabulary import AgentType, Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``next``: opaque, for the page after this one; ``None`` at the end."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """``text``: words, looked for in titles, requirements and messages. ``limit``: 1 to 100."""

    text: str = ""
    status: SessionStatus | None = None
    agent_type: AgentType | None = None
    platform: str | None = None
    cursor: str | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True)
class SessionRow:
    """``version``: number of the newest one, 0 without; ``version_status``: "" without. ``job``: of one that is not over."""

    session: Session
    version: int
    version_status: str
    job: JobStatus | None
    last_said: datetime


@dataclass(frozen=True, slots=True)
class Underway:
    """What a running job does. ``text``: as the chat has it; Markdown. ``stage``: a step that has no file, in words; empty
    while files are written. ``path``, ``lines``: the file that is written, and how much of it there is. ``file``: which
    one it is, from 1; ``of``: files that there will be, 0 when nobody knows. ``files``: paths and lines of all so far."""

    text: str
    stage: str
    path: str
    file: int
    of: int
    lines: int
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class JobView:
    """``sentence``: what was said about its end, when it did not end well. ``automation``: id of what it made.
    ``progress``: of one that runs in this process."""

    id: str
    session_id: str
    language: Language
    status: JobStatus
    sentence: str
    asked_by: Person
    created_at: datetime
    finished_at: datetime | None
    automation: str | None
    progress: Underway | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a review of a version suggests. ``number``: its place in the review, from 1. ``line``: from 1; 0 where none is
    known. ``job``: of the generation that took it up, ``status``: how that one goes; ``None`` while nobody asked for it."""

    id: str
    number: int
    path: str
    line: int
    text: str
    job: str | None = None
    status: JobStatus | None = None

    @property
    def open(self) -> bool:
        """It may be applied: nobody asked for it, or what was asked for came to nothing."""
        return self.status in (None, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """``session`` with its requirements. ``current``: the newest version, without files. ``job``: the newest one."""

    session: Session
    current: Automation | None
    job: JobView | None
    messages: int
    last_said: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person, session or day came to. ``key``: a person's id, a session's id, or a day (UTC)."""

    key: str
    name: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that people see happen in a session, for those who watch in a browser.

    ``number``: grows by one in each session. ``kind``: `token` (``text``: more of an answer; ``message``: which one),
    `message` (something was said or posted), `progress` (``text``: what the progress message says; ``job``, and what `Underway` has), `status` (card,
    requirements, version or job changed), `reset` (what was asked for is no longer kept: load anew)."""

    number: int
    kind: Literal["token", "message", "progress", "status", "reset"]
    data: dict[str, Any] = field(default_factory=dict)


class Library(Protocol):
    """Raises RequestRefused for a cursor that is none of ours."""

    async def sessions(self, caller: Caller, query: SessionQuery) -> Page[SessionRow]:
        """The one with the newest word first."""
        ...

    async def session(self, caller: Caller, session_id: str) -> SessionDetail | None: ...

    async def messages(
        self, caller: Caller, session_id: str, cursor: str | None = None, limit: int = 50
    ) -> Page[Message] | None:
        """The newest first; erased ones are left out."""
        ...

    async def turn_of(self, caller: Caller, session_id: str, platform_message: str) -> str | None:
        """The key of the turn that will answer a stored message, or has."""
        ...

    async def automations(self, caller: Caller, session_id: str) -> Sequence[Automation] | None:
        """All versions without their files, the newest first."""
        ...

    async def automation(self, caller: Caller, session_id: str, automation_id: str) -> Automation | None:
        """With its files."""
        ...

    async def numbered(self, caller: Caller, session_id: str, number: int) -> Automation | None:
        """With its files."""
        ...

    async def suggestions(
        self, caller: Caller, session_id: str, automation_id: str
    ) -> Sequence[Suggested] | None:
        """Those of the newest review of the version that suggested anything, in order; empty without one."""
        ...

    async def job(self, caller: Caller, session_id: str, job_id: str) -> JobView | None: ...

    async def downloaded(self, caller: Caller, automation_id: str, operation: str) -> None:
        """The last byte went out: who took it is kept, and a ready version is downloaded. Once per operation."""
        ...

    async def spent(
        self, caller: Caller, by: Literal["person", "session", "day"], since: date, until: date
    ) -> Sequence[Spent]:
        """What was spent on the sessions that the caller sees, the most expensive first (days: the newest first)."""
        ...

    async def belongs(self, caller: Caller) -> bool:
        """Whether the caller's platform says that they belong to it; while it cannot be asked, they do not."""
        ...

    async def channels(self, caller: Caller) -> Sequence[tuple[str, str]]:
        """(id, name) of the channels in which the caller may open a session, by name; empty when the platform is silent."""
        ...

    def happenings(
        self, caller: Caller, session_id: str, after: int | None
    ) -> AbstractAsyncContextManager[AsyncIterator[Happened] | None]:
        """What happens in the session from now on, or from the one after `after` on. ``None``: not for this caller."""
        ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """An answer that was given before. ``same``: to the same request; otherwise the key was used for another one."""

    same: bool
    status: int
    body: str


class Once(Protocol):
    """Answers to requests that bring a key of their own, kept for 24 hours, so that a repeated one gets the same again."""

    async def recall(self, caller: Caller, key: str, digest: str) -> Recalled | None:
        """``key``: the caller's, at most 128 characters. ``digest``: sha256 of the request, hexadecimal."""
        ...

    async def keep(self, caller: Caller, key: str, digest: str, status: int, body: str) -> None:
        """The first answer under a key stands."""
        ...
