"""Bash and POSIX shell: the shell itself for syntax, a scan of its own for names and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.languages.language import Judgement, Language, Start
from core.checks.project import Project, is_test
from core.checks.shell.outline import read
from core.checks.shell.references import references
from core.checks.source import Source


class Bash(Language):
    name = "Bash"
    endings = frozenset({"sh", "bash", "zsh"})
    interpreters = frozenset({"bash", "sh", "dash", "zsh"})

    def read(self, file: File) -> Source:
        return read(file)

    def references(self, sources: Sequence[Source], project: Project) -> Iterable[Finding]:
        return references(sources, project)

    def starts(self, sources: Sequence[Source], project: Project) -> Iterable[Start]:  # noqa: ARG002 - the sources say it all
        scripts = [source.file.path for source in sources if source.starts and not is_test(source.file.path)]
        leading = [path for path in scripts if "/lib/" not in f"/{path}"] or scripts
        return [Start(path, (path, path.rpartition("/")[2])) for path in leading]

    async def judge(self, files: Sequence[File], project: Project) -> Judgement:  # noqa: ARG002 - one file at a time
        from core.checks.shell.syntax import judge  # noqa: PLC0415 - the child that only reads starts without tools

        return await judge(files)


LANGUAGE = Bash()
