"""Versions, the jobs that make them, and what changed between two."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from adapters.web.api.shapes.people import APerson
from adapters.web.api.values import Model
from core.automations.comparing import FileChange
from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, File, JobStatus
from core.library import JobView, Suggested, Underway
from core.vocabulary import Language


class AFile(Model):
    """`size`: bytes. `executable`: meant to be started by its name."""

    path: str
    size: int
    lines: int
    executable: bool
    origin: str

    @classmethod
    def of(cls, file: File) -> Self:
        size = len(file.content.encode())
        return cls(
            path=file.path, size=size, lines=file.lines, executable=file.executable, origin=file.origin
        )


class Version(Model):
    """`evidence`: what was checked and what came out."""

    id: str
    session: str
    number: int
    status: AutomationStatus
    language: Language
    summary: str
    dependencies: list[str]
    setup: str
    usage: str
    warnings: list[str]
    evidence: Evidence
    created_at: datetime

    @classmethod
    def of(cls, made: Automation) -> Self:
        return cls(**_version(made))


class VersionWithFiles(Version):
    files: list[AFile]

    @classmethod
    def of(cls, made: Automation) -> Self:
        return cls(**_version(made), files=[AFile.of(file) for file in made.files])


def _version(made: Automation) -> dict[str, Any]:
    return {
        "id": made.id,
        "session": made.session_id,
        "number": made.number,
        "status": made.status,
        "language": made.language,
        "summary": made.summary,
        "dependencies": list(made.dependencies),
        "setup": made.setup,
        "usage": made.usage,
        "warnings": list(made.warnings),
        "evidence": made.evidence,
        "created_at": made.created_at,
    }


class Versions(Model):
    items: list[Version]


class Written(Model):
    path: str
    lines: int


class Progress(Model):
    """`text`: as the chat has it. `stage`: a step that has no file; empty while files are written. `file`: which one it is;
    `of`: files that there will be, 0 when nobody knows. `files`: all so far."""

    text: str
    stage: str
    path: str
    file: int
    of: int
    lines: int
    files: list[Written]

    @classmethod
    def of_job(cls, told: Underway) -> Self:
        return cls(
            text=told.text,
            stage=told.stage,
            path=told.path,
            file=told.file,
            of=told.of,
            lines=told.lines,
            files=[Written(path=path, lines=lines) for path, lines in told.files],
        )


class Job(Model):
    """`sentence`: what was said about its end, when it did not end well. `automation`: id of what it made. `progress`: of
    one that runs."""

    id: str
    session: str
    language: Language
    status: JobStatus
    sentence: str
    asked_by: APerson
    created_at: datetime
    finished_at: datetime | None
    automation: str | None
    progress: Progress | None = None

    @classmethod
    def of(cls, job: JobView) -> Self:
        return cls(
            id=job.id,
            session=job.session_id,
            language=job.language,
            status=job.status,
            sentence=job.sentence,
            asked_by=APerson.of(job.asked_by),
            created_at=job.created_at,
            finished_at=job.finished_at,
            automation=job.automation,
            progress=Progress.of_job(job.progress) if job.progress else None,
        )


class ASuggestion(Model):
    """What a review suggests. `number`: its place in the review. `line`: 0 where none is known. `job`: of the generation
    that took it up, `status`: how that one goes. `open`: it may be applied."""

    id: str
    number: int
    path: str
    line: int
    text: str
    job: str | None
    status: JobStatus | None
    open: bool

    @classmethod
    def of(cls, one: Suggested) -> Self:
        return cls(
            id=one.id,
            number=one.number,
            path=one.path,
            line=one.line,
            text=one.text,
            job=one.job,
            status=one.status,
            open=one.open,
        )


class Suggestions(Model):
    items: list[ASuggestion]


class Change(Model):
    """`plus`, `minus`: lines that came and went."""

    kind: Literal["added", "changed", "removed", "renamed", "unchanged"]
    path: str
    old_path: str
    plus: int
    minus: int

    @classmethod
    def of(cls, one: FileChange) -> Self:
        return cls(kind=one.kind, path=one.path, old_path=one.old_path, plus=one.plus, minus=one.minus)


class Comparison(Model):
    """`older`: number of the version before, 0 for nothing. `patch`: as `git apply` takes it."""

    older: int
    newer: int
    files: list[Change]
    patch: str
