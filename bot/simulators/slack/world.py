"""Everything the simulated Slack remembers: workspaces, people, channels, messages, files, views, triggers.

Plain state with a clock and a change notification; what the wire says about it is in `shapes`, what people read of
it in `reading`.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulators.shared.watching import MovingWorld

Json = dict[str, Any]
ChannelKind = Literal["channel", "group", "im"]
Rank = Literal["guest", "member", "admin", "owner"]

APP_ID = "AFAKE"
APP_NAME = "Threadwright"
APP_TOKEN = "xapp-fake"  # noqa: S105 - obviously fake, handed to the program under test
TRIGGER_SECONDS = 3.0  # docs.slack.dev: a trigger_id lives three seconds and is used once
HOOK_SECONDS = 30 * 60.0  # docs.slack.dev: a response_url lives 30 minutes
HOOK_USES = 5  # and may be used five times


@dataclass(slots=True)
class Workspace:
    """A team. ``installed``: the app has a bot there; ``revoked``: its token no longer works."""

    id: str
    name: str
    installed: bool = False
    revoked: bool = False

    @property
    def token(self) -> str:
        return f"xoxb-fake-{self.id}"

    @property
    def bot_user(self) -> str:
        return "UBOT" if self.id == "T1" else f"UBOT{self.id}"

    @property
    def bot_id(self) -> str:
        return "BBOT" if self.id == "T1" else f"BBOT{self.id}"


@dataclass(slots=True)
class Person:
    """``rank``: in their own workspace. ``deactivated``: an admin has ended their account."""

    id: str
    name: str
    workspace: str
    is_bot: bool = False
    rank: Rank = "member"
    deactivated: bool = False


@dataclass(frozen=True, slots=True)
class BotAuthor:
    """Who wrote a message that an app posted. ``classic``: the old kind, subtype bot_message without a user."""

    bot_id: str
    app_id: str
    name: str
    classic: bool = False


@dataclass(slots=True, eq=False)
class StoredFile:
    """An upload. ``shares``: channel -> the ts and root of every message that carries it."""

    id: str
    name: str
    title: str
    mimetype: str
    user: str
    workspace: str
    length: int
    created: float
    data: bytes | None = None
    completed: bool = False
    deleted: bool = False
    shares: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)


@dataclass(slots=True)
class Stream:
    """A native stream. ``open`` until it was killed; ``ends``: when it dies by itself; ``parts``: what it brought."""

    ends: float
    open: bool = True
    stopped_by_user: bool = False
    parts: list[Json] = field(default_factory=list)

    def alive(self, now: float) -> bool:
        return self.open and now <= self.ends


@dataclass(slots=True, eq=False)
class Message:
    """``thread``: the ts of its root. ``only_for``: who sees it, of an ephemeral one. ``by_name``: bare @names in it
    were made into mentions."""

    ts: str
    channel: str
    workspace: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread: str | None = None
    bot: BotAuthor | None = None
    username: str = ""
    subtype: str | None = None
    metadata: Json | None = None
    files: list[StoredFile] = field(default_factory=list)
    edited: tuple[str, str] | None = None
    client_msg_id: str = ""
    stream: Stream | None = None
    only_for: str | None = None
    by_name: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread is not None and self.thread != self.ts

    @property
    def top_level(self) -> bool:
        return not self.is_reply or self.subtype == "thread_broadcast"


@dataclass(slots=True, eq=False)
class Channel:
    """``workspaces``: every team it is shared with, the owner's first. ``messages``: all, by ts. ``threads``: the
    replies of each root, by ts."""

    id: str
    name: str
    kind: ChannelKind
    workspaces: list[str]
    created: float
    members: set[str] = field(default_factory=set)
    archived: bool = False
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def workspace(self) -> str:
        return self.workspaces[0]

    def add(self, message: Message) -> None:
        bisect.insort(self.messages, message, key=lambda each: each.ts)
        if message.is_reply and message.thread:
            bisect.insort(self.threads.setdefault(message.thread, []), message, key=lambda each: each.ts)

    def remove(self, message: Message) -> None:
        self.messages.remove(message)
        if message.is_reply and message.thread:
            self.threads[message.thread].remove(message)

    def find(self, ts: str) -> Message | None:
        at = bisect.bisect_left(self.messages, ts, key=lambda each: each.ts)
        found = self.messages[at : at + 1]
        return found[0] if found and found[0].ts == ts else None

    def replies(self, root: str) -> list[Message]:
        return list(self.threads.get(root, ()))


@dataclass(slots=True, eq=False)
class View:
    """A modal or a home tab. ``body``: the validated payload, with every block and action named."""

    id: str
    user: str
    workspace: str
    body: Json
    hash: str
    root: str
    previous: str | None = None


@dataclass(slots=True)
class Trigger:
    user: str
    workspace: str
    expires: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class Hook:
    """A response_url. ``source``: the message that was clicked, if any."""

    workspace: str
    channel: str
    user: str
    expires: float
    source: Message | None = None
    uses: int = 0


class World(MovingWorld):
    """The whole state. ``base``: the server's address, known once it listens. ``scopes``: what the bot tokens may do,
    ``events``: what the app has subscribed to, as the manifest names them; None means everything."""

    def __init__(self, scopes: frozenset[str] | None = None, events: frozenset[str] | None = None) -> None:
        super().__init__()
        self.base = ""
        self.scopes = scopes
        self.events = events
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.whispers: list[Message] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self.sessions: dict[tuple[str, str], str] = {}
        self.problems: list[str] = []
        self.unknown_routes: list[str] = []
        self._last_micros = 0
        self._serial = 0

    # -- names

    def stamp(self, ago: float = 0.0) -> str:
        """A new ts, later than every other one (unless it is dated back)."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        seconds, micros = divmod(self._last_micros - int(ago * 1_000_000), 1_000_000)
        return f"{seconds}.{micros:06d}"

    def name(self, prefix: str) -> str:
        """A fresh id, like F0007."""
        self._serial += 1
        return f"{prefix}{self._serial:04d}"

    # -- finding things

    def workspace(self, team: str) -> Workspace:
        return self.workspaces.setdefault(team, Workspace(team, "acme" if team == "T1" else team.lower()))

    def home_of(self, user: str) -> Workspace:
        """Whose bot the person deals with: their own team's, or the one that their team shares channels with."""
        own = self.workspaces[self.people[user].workspace]
        return own if own.installed else self.workspaces["T1"]

    def bot_in(self, channel: Channel) -> bool:
        """Is the app's bot a member, in any of the teams it is installed in?"""
        return any(
            self.workspaces[team].bot_user in channel.members
            for team in channel.workspaces
            if team in self.workspaces
        )

    def called(self, user: str) -> str:
        """The display name; the id when nobody is known by it."""
        person = self.people.get(user)
        if person is None and any(team.bot_user == user for team in self.workspaces.values()):
            return APP_NAME
        return person.name if person else user

    def trigger(self, user: str, workspace: str, view: str | None = None) -> str:
        self._serial += 1
        key = f"{self._serial}.{self._serial}.fake"
        self.triggers[key] = Trigger(user, workspace, self.now() + TRIGGER_SECONDS, view)
        return key

    def hook(self, workspace: str, channel: str, user: str, source: Message | None = None) -> str:
        """A new response_url."""
        key = self.name("hook")
        self.hooks[key] = Hook(workspace, channel, user, self.now() + HOOK_SECONDS, source)
        return f"{self.base}/actions/{workspace}/{key}"
