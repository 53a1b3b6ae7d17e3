"""Python: ast for what is in a file, ruff for what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.languages.language import Judgement, Language, Start
from core.checks.project import Project
from core.checks.python.outline import read
from core.checks.python.references import references
from core.checks.python.starts import starts
from core.checks.source import Source


class Python(Language):
    name = "Python"
    endings = frozenset({"py", "pyi", "pyw"})
    interpreters = frozenset({"python"})

    def read(self, file: File) -> Source:
        return read(file)

    def references(self, sources: Sequence[Source], project: Project) -> Iterable[Finding]:
        return references(sources, project)

    def starts(self, sources: Sequence[Source], project: Project) -> Iterable[Start]:
        return starts(sources, project)

    async def judge(self, files: Sequence[File], project: Project) -> Judgement:
        from core.checks.python.ruff import judge  # noqa: PLC0415 - the child that only reads starts without tools

        return await judge(files, project)


LANGUAGE = Python()
