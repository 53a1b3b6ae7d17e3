"""The gate of lints: a short list of rules that find real faults. What tools say is added by `gates`."""

from __future__ import annotations

from collections.abc import Iterator

from core.automations.evidence import Finding
from core.checks.project import Project


def lints(project: Project) -> Iterator[Finding]:
    for source in project.sources.values():
        yield from source.lints
