"""Where all dialects put what they find: one list of events, and what becomes the bundle."""

from __future__ import annotations

from collections.abc import Iterable

from core.automations.model import File
from core.bundle.changes import changes_in, is_changes
from core.bundle.drafts import Draft, Lone, Use
from core.bundle.elisions import elision
from core.bundle.events import EditSeen, Event, FileClosed, FileGrew, FileOpened, PlanSeen, Said
from core.bundle.fileset import Claim
from core.bundle.found import COMMAND_LIMIT, Changing, Found
from core.bundle.model import Asked, Bundle
from core.bundle.outcome import bundle_of
from core.bundle.paths import UnsafePath, safe_path, shown
from core.bundle.tidy import is_binary, mended, tidy


class Collector:
    """Mutable, one per answer. ``cut_off``: the service says that the stream ended before the answer did.
    ``opened``: how many drafts have been."""

    def __init__(self) -> None:
        self.cut_off = False
        self.opened = 0
        self._events: list[Event] = []
        self._found = Found()

    def drain(self) -> list[Event]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def forget(self) -> None:
        """All so far was reasoning that had lost its opening tag. Its events have been, so only the result is empty."""
        self._found = Found()

    def bundle(self, asked: Asked) -> Bundle:
        return bundle_of(self._found, asked, cut_off=self.cut_off)

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

    @property
    def last_edited(self) -> str | None:
        """The path of the last changes, which the next ones without a name are for, too."""
        return next(reversed(self._found.edits), None)

    def open(self, raw: str, claim: Claim, use: Use = Use.FILE) -> Draft:
        path = self._allowed(raw)
        if path is None:
            return Draft(None, Use.NONE)
        self.opened += 1
        self._events.append(FileOpened(path))
        return Draft(path, use, claim, said=len(self._found.said))

    def grow(self, draft: Draft, line: str) -> None:
        if not draft.kept:
            return
        draft.lines.append(line)
        if draft.path is not None:
            draft.size += len(line.encode("utf-8", "surrogatepass"))
            self._events.append(FileGrew(draft.path, len(draft.lines), draft.size))

    def close(self, draft: Draft) -> None:
        """The draft is complete. It becomes a file unless it is binary or an earlier one has the better claim."""
        text = "".join(draft.lines)
        if draft.use is Use.LONE:
            self.add_lone(Lone(draft.language, text))
        elif draft.use is Use.SHELL:
            self.add_commands(text)
        elif draft.path is None:
            return
        elif is_binary(text):
            self._drop(draft.path, "it is not text")
        elif draft.use is not Use.FILE or is_changes(text):
            self._mark_intro(draft)
            self._change(draft.path, text, draft.use)
        else:
            self._mark_intro(draft)
            self._keep(draft.path, text, draft)

    def cut(self, draft: Draft) -> None:
        """The stream ended inside of the draft."""
        self._found.torn = True
        if draft.path is None:
            return
        self._found.cut = draft
        self._mark_intro(draft)
        if draft.path in self._found.edits:
            self._found.edits[draft.path].problem = "was cut off before its last change was complete"

    def add_lone(self, lone: Lone, *, script: bool = False) -> None:
        """A block of code that no file name belongs to; ``script``: one of commands."""
        (self._found.scripts if script else self._found.programs).append(lone)

    def name_lone(self, lone: Lone, raw: str) -> None:
        """What is said after a block says which file it is."""
        path = _safe(raw)
        if path is not None and self._found.programs and self._found.programs[-1] is lone:
            self._found.programs.pop()
            self._keep(path, lone.text, Draft(path, Use.FILE, Claim.PROSE))

    def add_commands(self, text: str) -> None:
        for line in mended(text).splitlines():
            command = line.strip().removeprefix("$ ")
            if command and not command.startswith("#") and len(self._found.commands) < COMMAND_LIMIT:
                self._found.commands[command] = None

    def _mark_intro(self, draft: Draft) -> None:
        if self._found.intro is None:
            self._found.intro = draft.said

    def _change(self, path: str, text: str, use: Use) -> None:
        found = changes_in(mended(text), diff=use is Use.DIFF)
        if not found and use is Use.DIFF:
            self._drop(path, "it came as a list of changes, and none is in it")
        elif not found:
            untold = self._found.edits.setdefault(path, Changing())
            untold.problem = "came without changes that can be told apart"
        counts: dict[str, int] = {}
        for one in found:
            target = self._allowed(one.path) if one.path is not None else path
            if target is None:
                continue
            changing = self._found.edits.setdefault(target, Changing())
            changing.changes.append(one.change)
            changing.problem = changing.problem or one.problem
            counts[target] = counts.get(target, 0) + 1
        self._events += [EditSeen(target, count) for target, count in counts.items()]

    def _drop(self, path: str, reason: str) -> None:
        self.warn(f"{shown(path)} was left out: {reason}.")

    def _keep(self, path: str, text: str, draft: Draft) -> None:
        content, unescaped = tidy(path, text)
        file = File(path, content)
        kept, sentence = self._found.files.add(file, draft.claim)
        warnings = [*draft.warnings, *_doubts(file, unescaped=unescaped), *([sentence] if sentence else [])]
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


def _doubts(file: File, *, unescaped: bool) -> list[str]:
    sentences = []
    if unescaped:
        sentences.append(f"{shown(file.path)} came with `&lt;` for `<` and the like; that was undone.")
    if (elided := elision(file.path, file.content)) is not None:
        line, words = elided
        sentences.append(f"{shown(file.path)} seems to be abridged: line {line} says {shown(words)}.")
    return sentences


def _safe(raw: str) -> str | None:
    try:
        return safe_path(raw)
    except UnsafePath:
        return None
