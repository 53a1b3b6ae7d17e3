"""What has been found in an answer so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.bundle.drafts import Draft, Lone
from core.bundle.fileset import FileSet
from core.bundle.model import Change, Edit

COMMAND_LIMIT = 200


@dataclass(slots=True)
class Changing:
    """Changes to one file as they come."""

    changes: list[Change] = field(default_factory=list)
    problem: str = ""


@dataclass(slots=True)
class Found:
    """``programs``, ``scripts``: blocks of code, and of commands, without a name. ``cut``: the draft in which the
    stream ended."""

    files: FileSet = field(default_factory=FileSet)
    edits: dict[str, Changing] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    intro: int | None = None
    notes: list[str] = field(default_factory=list)
    plan: dict[str, None] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    renamed: dict[tuple[str, str], None] = field(default_factory=dict)
    commands: dict[str, None] = field(default_factory=dict)
    programs: list[Lone] = field(default_factory=list)
    scripts: list[Lone] = field(default_factory=list)
    cut: Draft | None = None
    torn: bool = False
    done: bool = False

    def all_edits(self) -> tuple[Edit, ...]:
        return tuple(
            Edit(path, tuple(changing.changes), changing.problem) for path, changing in self.edits.items()
        )
