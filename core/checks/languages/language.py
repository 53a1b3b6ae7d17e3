"""What a language has to tell the gates. To add one, put a file into this folder that holds a ``LANGUAGE``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.project import Project
from core.checks.source import Source


@dataclass(frozen=True, slots=True)
class Judgement:
    """What tools said. ``syntax``, ``lints``: findings by the gate that they belong to. ``missing``: tools that the gates
    cannot do without, and that this machine lacks."""

    syntax: tuple[Finding, ...] = ()
    lints: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """A way to start the project. ``path``: its file. ``wordings``: how a README may name it."""

    path: str
    wordings: tuple[str, ...] = field(default=())


class Language(Protocol):
    """``endings``: of file names, in lower case, without the dot. ``interpreters``: in the first line of a script that
    has no ending. All methods but `judge` are pure, and run in a limited child."""

    name: str
    endings: frozenset[str]
    interpreters: frozenset[str] = frozenset()

    def read(self, file: File) -> Source:
        """Never raises, whatever the text; what is wrong with it goes into ``faults``."""
        ...

    def references(self, sources: Sequence[Source], project: Project) -> Iterable[Finding]:
        """What the sources of this language refer to, and is not there."""
        ...

    def starts(self, sources: Sequence[Source], project: Project) -> Iterable[Start]:
        """How the project can be started."""
        ...

    async def judge(self, files: Sequence[File], project: Project) -> Judgement:  # noqa: ARG002 - no tool by default
        """What tools outside of this process say of `files`, which are of this language; nothing of `project` is read
        yet."""
        return Judgement()
