"""A session: one piece of work in one thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.intents import Person
from core.ports import ThreadRef
from core.vocabulary import AgentType, Language


class SessionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A numbered line of the ledger. ``number`` is never used again; ``withdrawn`` ones stay visible, struck out."""

    number: int
    text: str
    author: str
    at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """``thread``: ``None`` until the card is posted. ``language``: what the last *generate* asked for."""

    id: str
    platform: str
    workspace: str
    channel: str
    thread: ThreadRef | None
    title: str
    agent_type: AgentType
    tech_stack: str
    constraints: str
    status: SessionStatus
    opened_by: Person
    opened_by_name: str
    language: Language
    created_at: datetime
    requirements: tuple[Requirement, ...] = ()
