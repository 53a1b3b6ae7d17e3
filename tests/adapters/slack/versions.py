"""Sessions and versions to show."""

from __future__ import annotations

from datetime import UTC, datetime

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, File
from core.intents import Person
from core.ports import ThreadRef
from core.sessions.model import Requirement, Session, SessionStatus
from core.vocabulary import AgentType, Language

AT = datetime(2026, 1, 2, tzinfo=UTC)


def made(*contents: str, names: tuple[str, ...] = ()) -> Automation:
    """Version 3 with a file for each of `contents`."""
    paths = names or tuple(f"src/file{number}.py" for number in range(len(contents)))
    files = tuple(File(path, content) for path, content in zip(paths, contents, strict=True))
    return Automation(
        "A1", "S1", 3, AutomationStatus.DRAFT, Language.PYTHON, "", (), "", "", (), Evidence(), AT, files
    )


def session(*requirements: str | None, thread: str = "1.1") -> Session:
    """A session; ``None`` among the requirements is a withdrawn one."""
    ledger = tuple(
        Requirement(number, text or "old news", "Ana", AT, withdrawn=text is None)
        for number, text in enumerate(requirements, 1)
    )
    return Session(
        id="S1",
        platform="slack",
        workspace="T1",
        channel="C1",
        thread=ThreadRef("slack", "T1", "C1", thread),
        title="Prices",
        agent_type=AgentType.WEB_CRAWLER,
        tech_stack="",
        constraints="",
        status=SessionStatus.OPEN,
        opened_by=Person("T1", "UANA"),
        opened_by_name="Ana",
        language=Language.AUTO,
        created_at=AT,
        requirements=ledger,
    )
