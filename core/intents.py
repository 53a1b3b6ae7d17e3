"""What people can ask for: one frozen value each, the same on every platform.

Adapters make them from payloads (pure, `inbound.py`); the desk (`core/intake.py`) receives them. They are stored as
JSON, so every field is plain data, and a stored one must stay readable: add fields with defaults, rename none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import Field, TypeAdapter

from core.vocabulary import AgentType, Language


@dataclass(frozen=True, slots=True)
class Person:
    """``team``: the person's own workspace (differs from the session's in shared channels)."""

    team: str
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """``thread``: ``None`` in the open channel. ``direct``: the person's own conversation with the bot."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an intent comes from. ``event_key``: the platform's own key of this event, unique within the platform;
    ``alias_key``: a second key under which the same gesture may arrive again (Slack's client_msg_id).
    ``at``: when it happened at the platform, aware."""

    place: Place
    person: Person
    event_key: str
    at: datetime
    alias_key: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person dropped into the thread. ``size``: bytes. ``handle``: how the platform finds it."""

    name: str
    size: int
    mimetype: str
    handle: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The form was submitted. ``requirements``: one per line, as typed."""

    origin: Origin
    title: str
    agent_type: AgentType
    requirements: str = ""
    tech_stack: str = ""
    constraints: str = ""
    kind: Literal["open"] = "open"


@dataclass(frozen=True, slots=True)
class Say:
    """A person wrote in a session's thread. ``message``: the platform's id of it. ``by_bot``: another bot wrote it.
    ``mentioned``: the bot's own mention stood in it (and is cut from `text`). ``via``: `web` when it was not written in
    the chat, which then has to show it; ``name``: how its author is called there."""

    origin: Origin
    message: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    by_bot: bool = False
    mentioned: bool = False
    via: str = ""
    name: str = ""
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Revise:
    """A person edited a message."""

    origin: Origin
    message: str
    text: str
    kind: Literal["revise"] = "revise"


@dataclass(frozen=True, slots=True)
class Erase:
    """A person deleted a message: its text is erased here too."""

    origin: Origin
    message: str
    kind: Literal["erase"] = "erase"


@dataclass(frozen=True, slots=True)
class Generate:
    """``session``: ``None`` means the one of the thread; in a channel, its open sessions are offered."""

    origin: Origin
    language: Language | None = None
    session: str | None = None
    kind: Literal["generate"] = "generate"


@dataclass(frozen=True, slots=True)
class Cancel:
    """``job``: only this one (a button of its progress message, which may be old); ``None``: whatever runs now."""

    origin: Origin
    session: str | None = None
    job: str | None = None
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True)
class Retry:
    """Answer again what the last turn or generation failed to answer."""

    origin: Origin
    session: str | None = None
    kind: Literal["retry"] = "retry"


@dataclass(frozen=True, slots=True)
class AnswerNow:
    """Answer the messages that came while the program was down."""

    origin: Origin
    session: str | None = None
    kind: Literal["answer_now"] = "answer_now"


@dataclass(frozen=True, slots=True)
class Download:
    """``automation``: ``None`` means the newest; ``number``: version N of the thread's session."""

    origin: Origin
    automation: str | None = None
    number: int | None = None
    kind: Literal["download"] = "download"


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two versions, said in the thread. ``automation``: against the one before it, both named by
    it alone. ``older``: ``None`` means the one before `newer`; ``newer``: ``None`` means the newest."""

    origin: Origin
    automation: str | None = None
    older: int | None = None
    newer: int | None = None
    kind: Literal["diff"] = "diff"


@dataclass(frozen=True, slots=True)
class Restore:
    """Version `number` becomes current again, as a new version."""

    origin: Origin
    number: int
    session: str | None = None
    kind: Literal["restore"] = "restore"


@dataclass(frozen=True, slots=True)
class Review:
    """The model reads the newest version and suggests what to do better."""

    origin: Origin
    session: str | None = None
    kind: Literal["review"] = "review"


@dataclass(frozen=True, slots=True)
class Apply:
    """A suggestion of a review is to be carried out, which leads to the next version. ``suggestion``: its id."""

    origin: Origin
    suggestion: str
    kind: Literal["apply"] = "apply"


@dataclass(frozen=True, slots=True)
class RunTests:
    """``automation``: ``None`` means the newest."""

    origin: Origin
    automation: str | None = None
    session: str | None = None
    kind: Literal["run_tests"] = "run_tests"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered at once and privately, and changes nothing. ``number``: the version that `show` is
    about, ``None`` the newest."""

    origin: Origin
    about: Literal["help", "status", "list", "show", "versions", "requirements"]
    number: int | None = None
    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A link that signs this person in to the dashboard, once."""

    origin: Origin
    kind: Literal["dashboard"] = "dashboard"


@dataclass(frozen=True, slots=True)
class MakeToken:
    """An API token of this person's."""

    origin: Origin
    name: str
    read_only: bool = False
    kind: Literal["make_token"] = "make_token"


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """``token``: its id."""

    origin: Origin
    token: str
    kind: Literal["revoke_token"] = "revoke_token"


@dataclass(frozen=True, slots=True)
class ListTokens:
    origin: Origin
    kind: Literal["list_tokens"] = "list_tokens"


@dataclass(frozen=True, slots=True)
class ChangeRequirements:
    """The requirements form was submitted, or the agent's proposal confirmed.

    ``add``: new lines. ``edit``: (number, new text). ``withdraw``: numbers. ``proposal``: id of the agent's proposal
    that a person confirms, instead of the others."""

    origin: Origin
    session: str | None = None
    add: tuple[str, ...] = ()
    edit: tuple[tuple[int, str], ...] = ()
    withdraw: tuple[int, ...] = ()
    proposal: str | None = None
    kind: Literal["requirements"] = "requirements"


@dataclass(frozen=True, slots=True)
class Rename:
    origin: Origin
    title: str
    session: str | None = None
    kind: Literal["rename"] = "rename"


@dataclass(frozen=True, slots=True)
class Close:
    origin: Origin
    session: str | None = None
    kind: Literal["close"] = "close"


@dataclass(frozen=True, slots=True)
class Reopen:
    origin: Origin
    session: str | None = None
    kind: Literal["reopen"] = "reopen"


@dataclass(frozen=True, slots=True)
class Delete:
    """``confirmed``: the person has pressed the button that asks once more."""

    origin: Origin
    session: str | None = None
    confirmed: bool = False
    kind: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erase what the person wrote, in every session of the workspace."""

    origin: Origin
    kind: Literal["forget_me"] = "forget_me"


@dataclass(frozen=True, slots=True)
class ThreadLost:
    """The thread or its channel was deleted at the platform. ``thread`` in the place ``None``: the whole channel."""

    origin: Origin
    kind: Literal["thread_lost"] = "thread_lost"


Intent = (
    OpenSession
    | Say
    | Revise
    | Erase
    | Generate
    | Cancel
    | Retry
    | AnswerNow
    | Download
    | Diff
    | Restore
    | Review
    | Apply
    | RunTests
    | Ask
    | Dashboard
    | MakeToken
    | RevokeToken
    | ListTokens
    | ChangeRequirements
    | Rename
    | Close
    | Reopen
    | Delete
    | ForgetMe
    | ThreadLost
)


@cache
def _codec() -> TypeAdapter[Intent]:
    return TypeAdapter(Annotated[Intent, Field(discriminator="kind")])


def to_json(intent: Intent) -> dict[str, Any]:
    """Plain data for the inbox."""
    return cast("dict[str, Any]", _codec().dump_python(intent, mode="json"))


def from_json(data: dict[str, Any]) -> Intent:
    """The intent again. Raises pydantic's ValidationError when `data` was not made by `to_json`."""
    return _codec().validate_python(data)
