"""How a version is handed over: the message, and the figures in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.automations.comparing import FileChange, compare
from core.automations.evidence import Evidence
from core.automations.model import Automation, File
from core.delivery.card import shorten
from core.replies import Action, Button, Reply

ROWS = 15
"""So many files are shown in a table."""
_NAMES = 15
_SECTION_LINES = 14


def delivery(made: Automation, before: Automation | None) -> Reply:
    """The message under which the files hang: version, summary, table, dependencies, setup, evidence, warnings."""
    parts = [
        f"### v{made.number} · {made.language.label} · {made.status}",
        made.summary,
        table(made.files, before.files if before else None),
        _dependencies(made.dependencies),
        _section("Set it up", made.setup),
        _section("Run it", made.usage),
        evidence_line(made),
        "\n".join(f"⚠️ {warning}" for warning in made.warnings),
    ]
    return Reply("\n\n".join(part for part in parts if part), _buttons(made))


def _buttons(made: Automation) -> tuple[Button, ...]:
    """At most five: Discord has no more in a row."""
    view, download = (Button(Action.VIEW, "View code", made.id), Button(Action.DOWNLOAD, "Download", made.id))
    diff = (Button(Action.DIFF, "Diff", made.id),) if made.number > 1 else ()
    tests = Button(Action.RUN_TESTS, "Run tests", made.id)
    return (view, download, *diff, tests, Button(Action.REGENERATE, "Regenerate", made.session_id))


def table(files: Sequence[File], before: Sequence[File] | None) -> str:
    """One row per file; with an earlier version also what changed. At most 15 rows, the rest is counted."""
    if before is None:
        rows = [f"| `{file.path}` | {file.lines} |" for file in files]
        head = "| File | Lines |\n|---|---:|"
    else:
        lines = {file.path: file.lines for file in files}
        rows = [f"| `{one.path}` | {lines.get(one.path, 0)} | {words(one)} |" for one in first(before, files)]
        head = "| File | Lines | Change |\n|---|---:|---|"
    return f"{head}\n" + "\n".join(rows[:ROWS]) + more_rows(len(rows), " in the zip")


def first(before: Sequence[File], files: Sequence[File]) -> list[FileChange]:
    """What changed from one version to the next: what did not comes last."""
    return sorted(compare(before, files), key=lambda one: one.kind == "unchanged")


def words(change: FileChange) -> str:
    """`changed +3 -1`, `renamed from a.py`."""
    said = f"renamed from `{change.old_path}`" if change.kind == "renamed" else change.kind
    plus = f" +{change.plus}" if change.plus or change.kind == "changed" else ""
    minus = f" -{change.minus}" if change.minus or change.kind == "changed" else ""
    return said + plus + minus


def more_rows(rows: int, where: str = "") -> str:
    """What stands below a table that shows only its first 15 rows."""
    left = rows - ROWS
    return f"\n\n… and {left} more file{'' if left == 1 else 's'}{where}." if left > 0 else ""


def _dependencies(names: Sequence[str]) -> str:
    if not names:
        return "**Dependencies:** none beyond the language itself"
    shown = ", ".join(f"`{name}`" for name in names[:_NAMES])
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"**Dependencies:** {shown}{more}"


def _section(title: str, text: str) -> str:
    """A part of the README, short; closing a fence that the cut left open."""
    if not text.strip():
        return ""
    lines = text.strip().splitlines()
    shown = "\n".join(shorten(line, 300) for line in lines[:_SECTION_LINES])
    if shown.count("```") % 2:
        shown += "\n```"
    return f"**{title}**\n{shown}" + ("\n… more in README.md" if len(lines) > _SECTION_LINES else "")


def evidence_line(made: Automation) -> str:
    """What was checked, what it took and what it cost, on one line."""
    evidence = made.evidence
    checked = "; ".join((*_proof(evidence), *evidence.notes)) or "not checked yet"
    tokens = evidence.prompt_tokens + evidence.completion_tokens
    figures = [
        f"{evidence.model}" if evidence.model else "",
        f"{tokens:,} tokens" if tokens else "",
        f"${evidence.cost:.4f}" if evidence.cost is not None else "",
        f"{evidence.seconds:.0f} s" if evidence.seconds else "",
    ]
    return f"**Evidence:** {made.status}: {checked}" + "".join(f" · {figure}" for figure in figures if figure)


def _proof(evidence: Evidence) -> Iterator[str]:
    """What passed; what did not stands in the notes."""
    passed = sum(gate.passed for gate in evidence.gates)
    if passed:
        yield f"{passed} of {len(evidence.gates)} gates passed"
    if evidence.tests is not None and evidence.tests.proved:
        yield f"{_count(evidence.tests.passed, 'test')} passed ({evidence.tests.sandbox})"
    traced = sum(row.verdict == "passed" for row in evidence.trace)
    if traced:
        yield f"{traced} of {_count(len(evidence.trace), 'requirement')} traced to its tests"
    kept = [one for one in evidence.rounds if one.kept]
    if kept:
        mended = sum(one.before - one.after for one in kept)
        yield f"repaired in {_count(len(kept), 'round')} ({_count(mended, 'finding')})"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
