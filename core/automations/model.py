"""Automations: the numbered, immutable versions that *generate* makes, and the jobs that make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.automations.evidence import Evidence
from core.errors import RequestRefused
from core.vocabulary import Language


class AutomationStatus(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    DOWNLOADED = "downloaded"


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class File:
    """``path``: relative, `/`-separated, safe (`core/bundle/paths.py`). ``content``: text; LF line ends, but
    for Windows scripts. ``origin``: how it came into its version: `generated` whole, `edited` in places, `carried`
    over from the version before, `repaired`, or `restored`; two files are equal whatever it says."""

    path: str
    content: str
    origin: str = field(default="generated", compare=False)

    @property
    def lines(self) -> int:
        return len(self.content.splitlines())

    @property
    def executable(self) -> bool:
        """Whether it is meant to be started by its name."""
        stem, _, last = self.path.rpartition("/")[2].rpartition(".")
        return (bool(stem) and last.lower() == "sh") or self.content.startswith("#!")


@dataclass(frozen=True, slots=True)
class Automation:
    """Version `number` of a session. ``files`` is empty where only the head was asked for (`file_count` is not)."""

    id: str
    session_id: str
    number: int
    status: AutomationStatus
    language: Language
    summary: str
    dependencies: tuple[str, ...]
    setup: str
    usage: str
    warnings: tuple[str, ...]
    evidence: Evidence
    created_at: datetime
    files: tuple[File, ...] = ()


_STEPS = {
    (AutomationStatus.DRAFT, AutomationStatus.READY),
    (AutomationStatus.READY, AutomationStatus.DOWNLOADED),
}


def advance(status: AutomationStatus, to: AutomationStatus) -> AutomationStatus:
    """The next status. A downloaded draft stays a draft, a downloaded version stays downloaded; anything backwards,
    or `downloaded` without `ready` before it, raises RequestRefused: `ready` is a fact, not a label."""
    if status == to or (status, to) == (AutomationStatus.DRAFT, AutomationStatus.DOWNLOADED):
        return status
    if (status, to) not in _STEPS:
        raise RequestRefused(f"A version that is {status} cannot become {to}.")
    return to
