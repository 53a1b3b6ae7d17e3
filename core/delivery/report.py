"""THREADWRIGHT.md, the evidence of a version as people read it: what was checked, what came out, what it took. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from core.automations.evidence import Evidence, Finding, TestRun, Traced
from core.automations.model import Automation

REPORT = "THREADWRIGHT.md"
_SHOWN = 1_500
"""Characters of the tests' output in the thread: the end, where test programs say the most important."""


def report(title: str, made: Automation) -> str:
    """Markdown, whole; whatever the files and people said stands in code or on one line."""
    evidence = made.evidence
    verdict = "ready: everything below passed" if evidence.proved else "draft: not proved"
    parts = [
        f"# {_line(title)}, v{made.number}",
        f"**{verdict}**",
        _list(evidence.notes),
        _section("Gates", _gates(evidence)),
        _section("Tests", _tests(evidence.tests)),
        _section("Requirements", _trace(evidence.trace)),
        _section("Findings", _list(map(_finding, evidence.findings))),
        _section("Repair", _list(_rounds(evidence))),
        _section("Warnings", _list(map(_line, made.warnings))),
        _section("How it was made", _list(_making(made))),
        _section("Files", _files(made)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def outcome_text(made: Automation) -> str:
    """What *Run tests* says in the thread."""
    run, notes = made.evidence.tests, "; ".join(made.evidence.notes)
    head = f"**v{made.number}** is {made.status}" + (f": {notes}" if notes else "")
    if run is None or not run.ran:
        return head
    return (
        f"{head}\n\n{_ended(run)}\n{_code(run.output[-_SHOWN:])}"
        if run.output.strip()
        else f"{head}\n\n{_ended(run)}"
    )


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *lines]) if lines else ""


def _gates(evidence: Evidence) -> str:
    def result(ran: bool, passed: bool, note: str) -> str:
        return "passed" if passed else "failed" if ran else f"not run: {_cell(note)}"

    return _table(
        ("gate", "result", "seconds"),
        (
            (gate.name, result(gate.ran, gate.passed, gate.note), f"{gate.seconds:.3f}")
            for gate in evidence.gates
        ),
    )


def _tests(run: TestRun | None) -> str:
    if run is None:
        return ""
    said = _ended(run) if run.ran else f"Not run: {_line(run.reason)}."
    return f"{said}\n\n{_code(run.output)}" if run.output.strip() else said


def _ended(run: TestRun) -> str:
    reason = f"; {_line(run.reason)}" if run.reason else ""
    return (
        f"{run.passed} passed, {run.failed} failed in {run.seconds:.1f} s, confined by {run.sandbox}{reason}."
    )


def _trace(rows: Sequence[Traced]) -> str:
    return _table(
        ("", "requirement", "files", "tests", "result"),
        (
            (f"R{row.number}", _cell(row.text), _names(row.files), _names(row.tests), row.verdict)
            for row in rows
        ),
    )


def _finding(one: Finding) -> str:
    place = f"`{one.path}{f':{one.line}' if one.line else ''}` " if one.path else ""
    return f"{one.severity} {place}{one.code}: {_line(one.message)}"


def _rounds(evidence: Evidence) -> Iterator[str]:
    for one in evidence.rounds:
        kept = "" if one.kept else "; its files were not used"
        yield f"round {one.number}: {one.before} wrong before, {one.after} after{kept}"


def _making(made: Automation) -> Iterator[str]:
    evidence = made.evidence
    yield f"at {made.created_at:%Y-%m-%d %H:%M:%S} UTC, in {evidence.seconds:.1f} s"
    if evidence.model:
        yield f"model: `{_line(evidence.model)}`"
    if evidence.prompt_tokens or evidence.completion_tokens:
        cached = f" ({evidence.cached_tokens:,} of them from a cache)" if evidence.cached_tokens else ""
        yield f"tokens: {evidence.prompt_tokens:,} read{cached}, {evidence.completion_tokens:,} written"
    if evidence.cost is not None:
        yield f"cost: ${evidence.cost:.4f}"
    if evidence.prompt_hash:
        yield f"sha256 of the prompt: `{evidence.prompt_hash}`"


def _files(made: Automation) -> str:
    return _table(
        ("file", "lines", "from", "sha256"),
        (
            (
                f"`{file.path}`",
                str(file.lines),
                file.origin,
                hashlib.sha256(file.content.encode()).hexdigest(),
            )
            for file in made.files
        ),
    )


def _names(names: Sequence[str]) -> str:
    return "<br>".join(f"`{_cell(name)}`" for name in names) or "none"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _code(text: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text.rstrip()}\n{fence}"
