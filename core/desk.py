"""What the adapters may ask of the core: hand in an intent, or look something up. Both answer within milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.automations.model import Automation
from core.intents import Intent, Place
from core.replies import Reply
from core.sessions.model import Session


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the desk says at once. ``reply``: shown to the person alone (ephemeral). ``field``: the form field at
    fault when a form was refused (`title`, `requirements`, `tech_stack`, `constraints`); its sentence is in `reply`.

    ``made``: the id of what came of it: of a new session, or of the job of a new version.
    ``accepted`` means committed: only then, or when it is a duplicate or to be ignored, may the platform get its ack.
    """

    outcome: Outcome
    reply: Reply | None = None
    field: str | None = None
    made: str | None = None


@dataclass(frozen=True, slots=True)
class SessionHead:
    """One line of a list. ``version``: number of the newest one, 0 when there is none."""

    session: Session
    version: int
    last_said: datetime


class Desk(Protocol):
    async def receive(self, intent: Intent) -> Receipt:
        """Store the intent, or answer it. Idempotent by the origin's event key, which a refused intent
        does not use up: a corrected form may come again under the same one. Raises only when storing failed:
        then the platform must get no ack, so that it brings the event again."""
        ...

    async def session_of(self, place: Place) -> Session | None:
        """The session that lives in `place.thread`, with its requirements."""
        ...

    async def session(self, session_id: str, place: Place) -> Session | None:
        """A session of this workspace by id."""
        ...

    async def open_threads(self, platform: str) -> Sequence[tuple[Place, str]]:
        """Where open sessions live, each with the platform's id of the newest message of a person that is stored
        (the thread's own id when there is none): for platforms that do not bring what was missed by themselves."""
        ...

    async def half_open(self, platform: str) -> Sequence[tuple[Place, str]]:
        """The channels of sessions that are being opened, each with what the platform has kept of its card
        (`Attempt.ticket`): the thread may be there, and nobody has stored that it is."""
        ...

    async def automation(self, automation_id: str, place: Place) -> Automation | None:
        """A version of this workspace with its files, for *View code*."""
        ...
