"""Sessions without a chat: a platform on which nothing has to be sent, since whoever looks reads what is stored and
watches what happens (`core/delivery/watching.py`)."""

# ruff: noqa: ARG002 - the port says what a platform may need; this one needs next to nothing

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from core.errors import PlatformRefused
from core.intents import Attachment, Person, Place
from core.ports import Attempt, Channel, MessageRef, OutFile, Standing, ThreadRef
from core.replies import Reply

PLATFORM: Final = "web"
_NO_FILES: Final = "Files cannot be dropped into a session of the web. Paste the text instead."


@dataclass(frozen=True, slots=True)
class WebPlatform:
    """Implements `core.ports.ChatPlatform`. Remembers nothing: threads and messages are named after the keys of their
    operations, so one that is tried again has the same result. ``named``: the display name of somebody who has signed
    in, empty when nobody knows."""

    named: Callable[[Person], Awaitable[str]]

    @property
    def name(self) -> str:
        return PLATFORM

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        return ThreadRef(PLATFORM, place.workspace, place.channel, _id("thread", attempt))

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        return MessageRef(thread, _id("message", attempt))

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        """Nothing to do."""

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[WebLive]:
        yield WebLive(MessageRef(thread, _id("message", attempt)))

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        """Nothing to do."""

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        """Nothing to do: a browser fetches its files."""

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        """Nothing to do: what concerns one person stands in the answer to their request."""

    async def name_of(self, person: Person) -> str:
        return await self.named(person) or person.id

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        """None: such a session is seen by whoever opened it."""
        return ()

    async def standing(self, workspace: str, person: Person) -> Standing:
        """Who somebody is, is asked of the platform that they come from."""
        return "member"

    async def read_attachment(self, workspace: str, attachment: Attachment, limit: int) -> bytes:
        raise PlatformRefused(_NO_FILES, detail="web: attachment")


@dataclass(frozen=True, slots=True)
class WebLive:
    """``message``: what it becomes."""

    message: MessageRef

    def write(self, text: str) -> None:
        """Nothing to do."""

    async def close(self, reply: Reply) -> MessageRef:
        return self.message


def _id(kind: str, attempt: Attempt) -> str:
    """Letters and digits, 32 characters."""
    return hashlib.sha256(f"{kind}:{attempt.key}".encode()).hexdigest()[:32]
