"""All gates that need no tool, over one project. Pure: it runs in the limited child."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.completeness import completeness
from core.checks.languages import language_of
from core.checks.leaks import leaks
from core.checks.lints import lints
from core.checks.placeholders import placeholders
from core.checks.project import Project
from core.checks.references import references
from core.checks.source import Source
from core.checks.syntax import syntax

CRASHED = "tool-crashed"
STATIC: Mapping[str, Callable[[Project], Iterable[Finding]]] = {
    "syntax": syntax,
    "references": references,
    "completeness": completeness,
    "placeholders": placeholders,
    "secrets": leaks,
    "lints": lints,
}
"""In order, cheap to dear."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What one gate found, and the seconds that it took."""

    findings: tuple[Finding, ...]
    seconds: float


def run_static(files: Sequence[File], opaque: Iterable[str] = ()) -> dict[str, Passed]:
    """By gate. `opaque`: paths of files that exist and must not be looked into."""
    began = time.perf_counter()
    sources, unreadable = _read(files)
    project = Project(files, sources, opaque)
    found = {name: _passed(gate, project) for name, gate in STATIC.items()}
    first = found["syntax"]
    seconds = first.seconds + time.perf_counter() - began - sum(each.seconds for each in found.values())
    found["syntax"] = Passed((*first.findings, *unreadable), seconds)
    return found


def _read(files: Sequence[File]) -> tuple[dict[str, Source], list[Finding]]:
    sources: dict[str, Source] = {}
    unreadable: list[Finding] = []
    for file in files:
        language = language_of(file)
        if language is None:
            continue
        try:
            sources[file.path] = language.read(file)
        except Exception as error:  # noqa: BLE001 - a fault of ours is a finding, never a pass
            sources[file.path] = Source(file, broken=True)
            unreadable.append(_crashed(file.path, f"this file could not be read as {language.name}", error))
    return sources, unreadable


def _passed(gate: Callable[[Project], Iterable[Finding]], project: Project) -> Passed:
    began = time.perf_counter()
    findings: list[Finding] = []
    try:
        findings.extend(gate(project))
    except Exception as error:  # noqa: BLE001 - a fault of ours is a finding, never a pass
        findings.append(_crashed("", "this gate could not come to its end", error))
    return Passed(tuple(findings), time.perf_counter() - began)


def _crashed(path: str, what: str, error: Exception) -> Finding:
    """The whole story goes to stderr, from there to the log."""
    traceback.print_exception(error, file=sys.stderr)
    return Finding(path, 0, CRASHED, "error", f"{what}: {type(error).__name__}")
