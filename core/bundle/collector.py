"""Where all dialects put what they find: one list of events, one set of files, one list of warnings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.automations.model import File
from core.bundle.events import Event, FileClosed, FileGrew, FileOpened, PlanSeen, Said
from core.bundle.fileset import Claim, FileSet
from core.bundle.model import Bundle
from core.bundle.paths import UnsafePath, safe_path, shown
from core.bundle.tidy import is_binary, mended, tidy

WARNING_LIMIT = 50
"""Sentences of one bundle; people read no more."""

_CHANGES = re.compile(r"\s*<{5,9} ?(?:SEARCH|ORIGINAL|HEAD)\b", re.IGNORECASE)


class Draft:
    """A file on its way. ``path`` is ``None`` when its name is not to be used: its lines are swallowed.
    ``changes``: the text describes changes to a file, and is none."""

    def __init__(self, path: str | None, claim: Claim) -> None:
        self.path = path
        self.claim = claim
        self.lines: list[str] = []
        self.size = 0
        self.changes = False
        self.warnings: list[str] = []


@dataclass(slots=True)
class _Found:
    files: FileSet = field(default_factory=FileSet)
    warnings: dict[str, None] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    intro: int | None = None
    notes: list[str] = field(default_factory=list)
    plan: dict[str, None] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    renamed: dict[tuple[str, str], None] = field(default_factory=dict)
    unnamed: int = 0
    weak: dict[str, None] = field(default_factory=dict)
    cut: Draft | None = None
    torn: bool = False
    done: bool = False


class Collector:
    """Mutable, one per answer. ``cut_off``: the service says that the stream ended before the answer did."""

    def __init__(self) -> None:
        self.cut_off = False
        self._events: list[Event] = []
        self._found = _Found()

    def drain(self) -> list[Event]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def forget(self) -> None:
        """All so far was reasoning that had lost its opening tag. Its events have been, so only the result is empty."""
        self._found = _Found()

    def say(self, line: str) -> None:
        self._found.said.append(line)
        self._events.append(Said(line))

    def warn(self, sentence: str) -> None:
        self._found.warnings[sentence] = None

    def note(self, text: str) -> None:
        self._found.notes.append(text)

    def done(self) -> None:
        self._found.done = True

    def torn(self) -> None:
        """The stream ended inside of something that is no file."""
        self._found.torn = True

    def plan(self, raw_paths: Iterable[str]) -> None:
        paths = tuple(dict.fromkeys(path for path in map(_safe, raw_paths) if path is not None))
        if paths:
            self._found.plan.update(dict.fromkeys(paths))
            self._events.append(PlanSeen(paths))

    def planned(self, raw: str) -> bool:
        return _safe(raw) in self._found.plan

    def delete(self, raw: str) -> None:
        if (path := self._allowed(raw)) is not None:
            self._found.deleted[path] = None

    def rename(self, raw: str, to: str) -> None:
        old, new = self._allowed(raw), self._allowed(to)
        if old is not None and new is not None:
            self._found.renamed[old, new] = None

    def unnamed(self, weak: str | None) -> None:
        """A block of code that no file name belongs to, or only `weak`, by what is said around it."""
        if weak is None:
            self._found.unnamed += 1
        else:
            self._found.weak[weak] = None

    def open(self, raw: str, claim: Claim) -> Draft:
        path = self._allowed(raw)
        if path is not None:
            self._events.append(FileOpened(path))
            if self._found.intro is None:
                self._found.intro = len(self._found.said)
        return Draft(path, claim)

    def grow(self, draft: Draft, line: str) -> None:
        if draft.path is None:
            return
        draft.lines.append(line)
        draft.size += len(line.encode("utf-8", "surrogatepass"))
        self._events.append(FileGrew(draft.path, len(draft.lines), draft.size))

    def close(self, draft: Draft) -> None:
        """The draft is complete. It becomes a file unless it is binary or an earlier one has the better claim."""
        if draft.path is None:
            return
        text = "".join(draft.lines)
        if is_binary(text):
            self._drop(draft.path, "it is not text")
        elif draft.changes or _CHANGES.match(text):
            self._drop(draft.path, "it came as a list of changes, not as a whole file")
        else:
            self._keep(draft.path, text, draft)

    def cut(self, draft: Draft) -> None:
        """The stream ended inside of the draft."""
        self._found.torn = True
        if draft.path is not None:
            self._found.cut = draft

    def bundle(self) -> Bundle:
        found, draft = self._found, self._found.cut
        return Bundle(
            files=found.files.files,
            warnings=_few([*found.warnings, *self._loose_ends()]),
            truncated=found.torn or self.cut_off,
            open_path=draft.path if draft else None,
            partial=mended("".join(draft.lines)) if draft else "",
            plan=tuple(found.plan),
            notes=mended("".join(found.notes)).strip(),
            said=mended("".join(found.said)).strip(),
            intro=mended("".join(found.said[: found.intro])).strip(),
            done=found.done,
            deleted=tuple(found.deleted),
            renamed=tuple(found.renamed),
            unnamed=found.unnamed,
            weak=tuple(found.weak),
        )

    def _drop(self, path: str, reason: str) -> None:
        self.warn(f"{shown(path)} was left out: {reason}.")

    def _keep(self, path: str, text: str, draft: Draft) -> None:
        content, unescaped = tidy(path, text)
        file = File(path, content)
        kept, sentence = self._found.files.add(file, draft.claim)
        undone = f"{shown(path)} came with `&lt;` for `<` and the like; that was undone."
        warnings = [*draft.warnings, *([undone] if unescaped else []), *([sentence] if sentence else [])]
        for warning in warnings:
            self.warn(warning)
        if kept:
            self._events.append(FileClosed(file, tuple(warnings)))

    def _allowed(self, raw: str) -> str | None:
        try:
            return safe_path(raw)
        except UnsafePath as error:
            self._drop(raw, error.reason)
            return None

    def _loose_ends(self) -> list[str]:
        """Code without a name matters only where files had to be told from names around code blocks."""
        found = self._found
        if found.files.stated:
            return []
        sentences = [
            f"A code block that seems to belong to {shown(name)} was left out." for name in found.weak
        ]
        if found.unnamed:
            blocks = "A code block" if found.unnamed == 1 else f"{found.unnamed} code blocks"
            sentences.append(f"{blocks} without a file name had to be left out.")
        return sentences


def _safe(raw: str) -> str | None:
    try:
        return safe_path(raw)
    except UnsafePath:
        return None


def _few(sentences: list[str]) -> tuple[str, ...]:
    if len(sentences) <= WARNING_LIMIT:
        return tuple(sentences)
    return (*sentences[:WARNING_LIMIT], f"{len(sentences) - WARNING_LIMIT} more warnings of these kinds.")
