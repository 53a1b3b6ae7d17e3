"""The things of the simulated Discord, one dataclass each."""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEXT, DIRECT, VOICE, CATEGORY, NEWS, NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = (
    0, 1, 2, 4, 5, 10, 11, 12, 15,
)  # fmt: skip
KINDS: Mapping[str, int] = {
    "text": TEXT, "direct": DIRECT, "voice": VOICE, "category": CATEGORY, "announcement": NEWS,
    "announcement thread": NEWS_THREAD, "thread": PUBLIC_THREAD, "private thread": PRIVATE_THREAD, "forum": FORUM,
}  # fmt: skip
KIND_NAMES: Mapping[int, str] = {number: name for name, number in KINDS.items()}

# Message types and flags; docs.discord.com, message object.
PLAIN, RENAMED, THREAD_CREATED, REPLY, COMMAND_ANSWER, THREAD_STARTER = 0, 4, 18, 19, 20, 21
SYSTEM = frozenset({1, 2, RENAMED, THREAD_CREATED, THREAD_STARTER})
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING, SILENT, V2 = 1 << 2, 1 << 5, 1 << 6, 1 << 7, 1 << 12, 1 << 15

# Interaction types.
COMMAND, COMPONENT, MODAL = 2, 3, 5


@dataclass(slots=True)
class Person:
    """``dms_open``: does their Discord take direct messages of the bot?"""

    id: str
    name: str
    locale: str = "en-US"
    is_bot: bool = False
    dms_open: bool = True


@dataclass(slots=True)
class Role:
    id: str
    name: str
    permissions: int
    managed: bool = False
    mentionable: bool = False


@dataclass(slots=True)
class Member:
    """``roles``: ids."""

    roles: list[str]
    joined: float


@dataclass(slots=True)
class Guild:
    """``boost``: its premium tier, 0 to 3. ``joined``: is the bot in it?"""

    id: str
    name: str
    owner: str
    boost: int
    created: float
    joined: bool = True
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)


@dataclass(slots=True)
class Overwrite:
    """A channel's exception for a role, or for a member."""

    allow: int = 0
    deny: int = 0
    member: bool = False


@dataclass(slots=True)
class ThreadState:
    """``members``: user -> when they joined. ``sent``: messages ever sent in it, the starter not counted."""

    owner: str
    created: float
    archive_changed: float
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    members: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    renames: list[float] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Channel:
    """``kind``: the channel type of the wire. ``people``: of a direct message. ``messages``: by id."""

    id: str
    kind: int
    name: str
    guild: str | None
    created: float
    parent: str | None = None
    topic: str | None = None
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    thread: ThreadState | None = None
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)

    def add(self, message: Message) -> None:
        bisect.insort(self.messages, message, key=lambda each: int(each.id))

    def find(self, message: str) -> Message | None:
        at = bisect.bisect_left(self.messages, int(message), key=lambda each: int(each.id))
        found = self.messages[at : at + 1]
        return found[0] if found and found[0].id == message else None


@dataclass(slots=True)
class Attachment:
    """``filename``: as Discord cleaned it; ``title``: what it was called, when that differs. ``ephemeral``: of a
    message that one person sees, or of a form."""

    id: str
    filename: str
    title: str
    content_type: str
    data: bytes
    channel: str
    description: str = ""
    ephemeral: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """``only_for``: who sees it, of an ephemeral one. ``interaction``: what it answers, or came with.
    ``pings``: the mentions in it that notify. ``old_edits``: edits made when it was older than an hour."""

    id: str
    channel: str
    author: str
    created: float
    content: str = ""
    kind: int = PLAIN
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    edited: float | None = None
    nonce: str | int | None = None
    reply_to: tuple[str, str] | None = None
    about: str | None = None
    interaction: Interaction | None = None
    webhook: str | None = None
    only_for: str | None = None
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    pings: tuple[str, ...] = ()
    deleted: bool = False
    old_edits: list[float] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Interaction:
    """A command typed, a component used or a form sent. ``kind``: the interaction type of the wire.

    ``source``: the message whose component it was; ``opener``: the interaction that opened the form. ``answer``: the
    callback type that it got. ``original``: the message that @original stands for; ``messages``: all that its token
    made. ``fresh``: a deferred answer that the next follow-up completes.
    """

    id: str
    token: str
    kind: int
    user: str
    channel: str
    guild: str | None
    created: float
    source: Message | None = None
    opener: Interaction | None = None
    answer: int | None = None
    expired: bool = False
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)
    fresh: bool = False


@dataclass(slots=True, eq=False)
class Form:
    """An open modal. ``components``: checked and numbered; ``opener``: the interaction it answered."""

    custom_id: str
    title: str
    components: list[Json]
    opener: Interaction
