"""TypeScript: a tree-sitter grammar for syntax, names and imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.ecmascript.outline import read
from core.checks.ecmascript.references import references
from core.checks.ecmascript.starts import starts
from core.checks.languages.language import Language, Start
from core.checks.project import Project
from core.checks.source import Source


class TypeScript(Language):
    name = "TypeScript"
    endings = frozenset({"ts", "mts", "cts", "tsx"})
    interpreters = frozenset({"deno", "tsx", "bun"})

    def read(self, file: File) -> Source:
        return read(file)

    def references(self, sources: Sequence[Source], project: Project) -> Iterable[Finding]:
        return references(sources, project)

    def starts(self, sources: Sequence[Source], project: Project) -> Iterable[Start]:
        return starts(sources, project)


LANGUAGE = TypeScript()
