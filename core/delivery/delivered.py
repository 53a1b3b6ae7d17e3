"""How a version is handed over: the message, and the figures in it. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from core.automations.model import Automation, File
from core.delivery.card import shorten
from core.replies import Action, Button, Reply

_ROWS = 15
_SECTION_LINES = 14
_DIFF_CAP = 400_000
"""Characters of both sides above which line counts are not compared: a huge file would hold the loop up."""


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
    return (
        Button(Action.VIEW, "View code", made.id),
        Button(Action.DOWNLOAD, "Download", made.id),
        Button(Action.REGENERATE, "Regenerate", made.session_id),
    )


def table(files: Sequence[File], before: Sequence[File] | None) -> str:
    """One row per file; with an earlier version also what changed. At most 15 rows, the rest is counted."""
    if before is None:
        rows = [f"| `{file.path}` | {file.lines} |" for file in files]
        head = "| File | Lines |\n|---|---:|"
    else:
        rows = _changes(files, {file.path: file for file in before})
        head = "| File | Lines | Change |\n|---|---:|---|"
    more = f"\n\n… and {len(rows) - _ROWS} more files in the zip." if len(rows) > _ROWS else ""
    return f"{head}\n" + "\n".join(rows[:_ROWS]) + more


def _changes(files: Sequence[File], before: Mapping[str, File]) -> list[str]:
    marked = [(file, *_change(file, before.get(file.path))) for file in files]
    marked.sort(key=lambda row: row[2] == 0)  # what changed first; stable otherwise
    rows = [f"| `{file.path}` | {file.lines} | {words} |" for file, words, _ in marked]
    now = {file.path for file in files}
    return rows + [
        f"| `{path}` | 0 | removed -{gone.lines} |" for path, gone in before.items() if path not in now
    ]


def _change(file: File, old: File | None) -> tuple[str, int]:
    if old is None:
        return f"added +{file.lines}", file.lines or 1
    if old.content == file.content:
        return "unchanged", 0
    plus, minus = _counts(old.content, file.content)
    return f"changed +{plus} -{minus}", plus + minus or 1


def _counts(old: str, new: str) -> tuple[int, int]:
    """(added, removed) lines."""
    a, b = old.splitlines(), new.splitlines()
    if len(old) + len(new) > _DIFF_CAP:
        return len(b), len(a)
    steps = [
        step
        for step in difflib.SequenceMatcher(None, a, b, autojunk=True).get_opcodes()
        if step[0] != "equal"
    ]
    return sum(j2 - j1 for _, _, _, j1, j2 in steps), sum(i2 - i1 for _, i1, i2, _, _ in steps)


def _dependencies(names: Sequence[str]) -> str:
    if not names:
        return "**Dependencies:** none beyond the language itself"
    shown = ", ".join(f"`{name}`" for name in names[:_ROWS])
    more = f" and {len(names) - _ROWS} more" if len(names) > _ROWS else ""
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
    """What was checked and what it cost, on one line."""
    evidence = made.evidence
    checked = "; ".join(evidence.notes) or ("every gate passed" if evidence.proved else "not checked yet")
    tokens = evidence.prompt_tokens + evidence.completion_tokens
    figures = [
        f"{evidence.model}" if evidence.model else "",
        f"{tokens:,} tokens" if tokens else "",
        f"${evidence.cost:.4f}" if evidence.cost is not None else "",
        f"{evidence.seconds:.0f} s" if evidence.seconds else "",
    ]
    return f"**Evidence:** {made.status}: {checked}" + "".join(f" · {figure}" for figure in figures if figure)
