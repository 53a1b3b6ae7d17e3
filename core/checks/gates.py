"""Is it ready? All gates over the files of a version, cheap to dear, and what they found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from core.automations.evidence import Finding, GateResult
from core.automations.model import File
from core.checks.child import ChildCrashed, run_apart
from core.checks.languages import language_of, languages
from core.checks.languages.language import Judgement, Language
from core.checks.project import Project
from core.checks.safety import path_safety
from core.checks.shape import shape
from core.checks.static import CRASHED, STATIC, Passed

_log = structlog.get_logger(__name__)
ORDER = ("shape", "paths", *STATIC)


@dataclass(frozen=True, slots=True)
class Report:
    """``findings``: in the order of the gates, then by path and line."""

    findings: tuple[Finding, ...]
    gates: tuple[GateResult, ...]

    @property
    def ready(self) -> bool:
        """No error was found, and every gate ran."""
        return all(gate.ran and gate.passed for gate in self.gates)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


async def check(files: Sequence[File], beside: Iterable[str] = ()) -> Report:
    """Never raises for what the files hold. Files that the first two gates refuse go no further; they still exist for the
    others that name them. `beside`: paths of files that exist, too, and are not looked into."""
    began = time.perf_counter()
    first = await asyncio.to_thread(shape, files)
    between = time.perf_counter()
    second = path_safety(files)
    results = {
        "shape": Passed(first, between - began),
        "paths": Passed(second, time.perf_counter() - between),
    }
    refused = {finding.path for finding in (*first, *second)}
    notes: dict[str, str] = {}
    if "" in refused or not files:
        notes = dict.fromkeys(
            STATIC, "the project is too large to be looked into" if files else "there are no files"
        )
    else:
        fit = [file for file in files if file.path not in refused]
        more, notes = await _deeper(fit, refused | set(beside))
        results |= more
    return _report(results, notes)


async def _deeper(files: Sequence[File], opaque: Iterable[str]) -> tuple[dict[str, Passed], dict[str, str]]:
    """The gates that read the files, and why some of them did not run."""
    async with asyncio.TaskGroup() as group:
        apart = group.create_task(_apart(files, opaque))
        judging = group.create_task(_judged(files))
    results, notes = apart.result()
    judgement, seconds = judging.result()
    for name, findings in (("syntax", judgement.syntax), ("lints", judgement.lints)):
        of_gate = results.get(name, Passed((), 0.0))
        results[name] = Passed((*of_gate.findings, *findings), of_gate.seconds + seconds)
        if judgement.missing:
            notes.setdefault(name, f"missing on this machine: {', '.join(judgement.missing)}")
    for name, passed in results.items():
        if any(finding.code == CRASHED for finding in passed.findings):
            notes.setdefault(name, "it crashed")
    return results, notes


async def _apart(files: Sequence[File], opaque: Iterable[str]) -> tuple[dict[str, Passed], dict[str, str]]:
    try:
        return await run_apart(files, opaque), {}
    except ChildCrashed as crash:
        _log.error("gates_crashed", detail=str(crash))
        message = f"the files could not be checked: {crash.ran.end}"
        finding = Finding("", 0, CRASHED, "error", message)
        return {"syntax": Passed((finding,), 0.0)}, dict.fromkeys(STATIC, message)


async def _judged(files: Sequence[File]) -> tuple[Judgement, float]:
    """What the tools of all languages say."""
    began = time.perf_counter()
    project = Project(files, {})
    own = {
        language.name: [file for file in files if language_of(file) is language] for language in languages()
    }

    async def one(language: Language) -> Judgement:
        return await language.judge(own[language.name], project) if own[language.name] else Judgement()

    said = await asyncio.gather(*(one(language) for language in languages()))
    whole = Judgement(
        tuple(finding for each in said for finding in each.syntax),
        tuple(finding for each in said for finding in each.lints),
        tuple(tool for each in said for tool in each.missing),
    )
    return whole, time.perf_counter() - began


def _report(results: dict[str, Passed], notes: dict[str, str]) -> Report:
    findings: list[Finding] = []
    gates: list[GateResult] = []
    broken: set[str] = set()
    for name in ORDER:
        of_gate = results.get(name, Passed((), 0.0))
        kept = [
            each for each in dict.fromkeys(of_gate.findings) if name != "lints" or each.path not in broken
        ]
        if name == "syntax":
            broken = {each.path for each in kept if each.code in ("invalid-syntax", CRASHED)}
        findings += sorted(kept, key=lambda each: (each.path, each.line, each.code))
        ran = name not in notes
        passed = ran and not any(each.severity == "error" for each in kept)
        gates.append(GateResult(name, ran, passed, round(of_gate.seconds, 4), notes.get(name, "")))
    return Report(tuple(findings), tuple(gates))


def as_json(report: Report) -> dict[str, Any]:
    """What `check DIR` prints: ``findings`` with path, line, code, severity, message and candidates; ``gates``;
    ``ready``."""
    return {
        "ready": report.ready,
        "findings": [asdict(finding) for finding in report.findings],
        "gates": [asdict(gate) for gate in report.gates],
    }
