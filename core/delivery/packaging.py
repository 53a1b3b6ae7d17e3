"""A version as the file that people take with them. Pure."""

from __future__ import annotations

from core.automations.evidence import to_json
from core.automations.model import Automation, AutomationStatus, File
from core.bundle.archive import folder_name, pack
from core.delivery.report import REPORT, report
from core.ports import OutFile
from core.sessions.model import Session


def zip_of(session: Session, made: Automation) -> OutFile:
    """The version, and its evidence beside it. That somebody has taken it does not change it: who was cut off can go
    on with what is the same file."""
    folder = folder_name(session.title, made.number)
    taken = made.status is AutomationStatus.DOWNLOADED
    about = {
        "session": session.title,
        "version": made.number,
        "status": str(AutomationStatus.READY if taken else made.status),
        "language": str(made.language),
        "created_at": made.created_at.isoformat(),
        "evidence": to_json(made.evidence),
    }
    papers = (File(REPORT, report(session.title, made)),)
    return OutFile(f"{folder}.zip", pack(folder, made.files, about, papers))
