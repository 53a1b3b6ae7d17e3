"""What changed between two versions, as people read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from core.automations.comparing import FileChange, changed_lines
from core.automations.model import Automation, File
from core.delivery.card import shorten
from core.delivery.delivered import ROWS, first, more_rows, words
from core.replies import Action, Button, Reply

_CHANGED = 25
"""Changed lines in a preview."""
_SHOWN = 45
"""Lines in a preview, with those around the changes."""
_WIDTH = 160
_TEXTS = {".md", ".txt", ".lock", ".json", ".csv", ".svg"}
"""Less telling than code."""
_TICKS = re.compile(r"``(?=`)")
_INVISIBLE = "\u200b"


def comparison(older: Automation, newer: Automation) -> Reply:
    """`v1 → v3`, a table of at most 15 files, and the beginning of the change that tells most."""
    changed = [one for one in first(older.files, newer.files) if one.kind != "unchanged"]
    parts = [
        f"### v{older.number} → v{newer.number}",
        _table(changed),
        _preview(changed, older.files, newer.files),
    ]
    return Reply("\n\n".join(part for part in parts if part), (Button(Action.VIEW, "View code", newer.id),))


def _table(changed: Sequence[FileChange]) -> str:
    rows = [f"| `{one.path}` | {words(one)} |" for one in changed[:ROWS]]
    return (
        "| File | Change |\n|---|---|\n" + "\n".join(rows) + more_rows(len(changed), " in the attached patch")
    )


def _preview(changed: Sequence[FileChange], old: Sequence[File], new: Sequence[File]) -> str:
    if not any(one.plus or one.minus for one in changed):
        return ""
    chosen = max(changed, key=_weight)
    before = {file.path: file.content for file in old}.get(chosen.old_path, "")
    after = {file.path: file.content for file in new}.get(chosen.path, "")
    lines = [line.rstrip("\r\n") for line in changed_lines(before, after)]
    shown = list(_beginning(lines))
    more = "" if len(shown) == len(lines) else "\n… the rest is in the attached patch."
    body = "\n".join(_TICKS.sub(f"``{_INVISIBLE}", shorten(line, _WIDTH)) for line in shown)
    return f"`{chosen.path}`\n```diff\n{body}\n```{more}"


def _weight(change: FileChange) -> tuple[bool, bool, int]:
    """Code before texts, a change of something before what is altogether new or gone, then by size."""
    code = PurePosixPath(change.path).suffix.lower() not in _TEXTS
    changed = change.plus + change.minus
    return bool(changed) and code, bool(changed) and change.kind in ("changed", "renamed"), changed


def _beginning(lines: Sequence[str]) -> Iterator[str]:
    changed = 0
    for line in lines[:_SHOWN]:
        changed += line.startswith(("+", "-"))
        if changed > _CHANGED:
            return
        yield line
