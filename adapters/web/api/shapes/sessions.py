"""Sessions and what was said in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from adapters.web.api.shapes.people import APerson
from adapters.web.api.shapes.versions import Job, Version
from adapters.web.api.values import Model
from core.automations.model import AutomationStatus, JobStatus
from core.library import SessionDetail, SessionRow
from core.messages.model import Message, Speaker
from core.sessions.model import Requirement, Session, SessionStatus
from core.vocabulary import AgentType, Language


class ARequirement(Model):
    number: int
    text: str
    author: str
    at: datetime
    withdrawn: bool

    @classmethod
    def of(cls, one: Requirement) -> Self:
        return cls(number=one.number, text=one.text, author=one.author, at=one.at, withdrawn=one.withdrawn)


class Ledger(Model):
    """`note`: what the desk said about the change, if it said something."""

    items: list[ARequirement]
    note: str | None = None


class Listed(Model):
    """`version`: number of the newest one, 0 without. `job`: of one that is not over."""

    id: str
    title: str
    agent_type: AgentType
    status: SessionStatus
    platform: str
    channel: str
    language: Language
    opened_by: APerson
    opened_by_name: str
    created_at: datetime
    last_said: datetime
    version: int
    version_status: AutomationStatus | None
    job: JobStatus | None

    @classmethod
    def of(cls, row: SessionRow) -> Self:
        session = row.session
        return cls(
            id=session.id,
            title=session.title,
            agent_type=session.agent_type,
            status=session.status,
            platform=session.platform,
            channel=session.channel,
            language=session.language,
            opened_by=APerson.of(session.opened_by),
            opened_by_name=session.opened_by_name,
            created_at=session.created_at,
            last_said=row.last_said,
            version=row.version,
            version_status=AutomationStatus(row.version_status) if row.version_status else None,
            job=row.job,
        )


class SessionPage(Model):
    items: list[Listed]
    next: str | None


class Detail(Model):
    """`thread`: `null` until the session's card is there; only then messages can be said and code generated. `current`:
    the newest version. `job`: the newest one. `messages`: how many."""

    id: str
    title: str
    agent_type: AgentType
    status: SessionStatus
    platform: str
    channel: str
    thread: str | None
    language: Language
    tech_stack: str
    constraints: str
    opened_by: APerson
    opened_by_name: str
    created_at: datetime
    last_said: datetime
    requirements: list[ARequirement]
    current: Version | None
    job: Job | None
    messages: int

    @classmethod
    def of(cls, found: SessionDetail) -> Self:
        return cls(
            **_session(found.session),
            last_said=found.last_said,
            requirements=[ARequirement.of(one) for one in found.session.requirements],
            current=Version.of(found.current) if found.current else None,
            job=Job.of(found.job) if found.job else None,
            messages=found.messages,
        )


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": session.title,
        "agent_type": session.agent_type,
        "status": session.status,
        "platform": session.platform,
        "channel": session.channel,
        "thread": session.thread.thread if session.thread else None,
        "language": session.language,
        "tech_stack": session.tech_stack,
        "constraints": session.constraints,
        "opened_by": APerson.of(session.opened_by),
        "opened_by_name": session.opened_by_name,
        "created_at": session.created_at,
    }


class AMessage(Model):
    """`number`: its place in the session. `aside`: for the humans only. `files`: names of what came with it."""

    number: int
    speaker: Speaker
    author: str
    person: APerson
    text: str
    at: datetime
    aside: bool
    answered: bool
    files: list[str]

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(
            number=message.seq,
            speaker=message.speaker,
            author=message.author,
            person=APerson.of(message.person),
            text=message.text,
            at=message.at,
            aside=message.aside,
            answered=message.answered,
            files=[file.name for file in message.files],
        )


class MessagePage(Model):
    items: list[AMessage]
    next: str | None


class Accepted(Model):
    """`turn`: the key of the turn that will answer; `null` when none will. `note`: what the chat would whisper."""

    message: AMessage
    turn: str | None
    note: str | None


class Asked(Model):
    """The work has been taken on; what comes of it appears in the session. `note`: what the chat would whisper."""

    note: str | None = None
