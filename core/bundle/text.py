"""Outside of files: prose, the plan, the notes, and reasoning that leaked into the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.children import is_child
from core.bundle.dialects.names import listed_path
from core.bundle.dialects.openers import deleted_by, opener_at, renamed_by, wrapper_at
from core.bundle.dialects.tags import LONG_LINE, Tag, is_torn, tag_at
from core.bundle.state import Dialect, State, Step, first_step

_THINK = r"(?:think|thinking|thought|reasoning|antthinking)(?:-[\w-]{1,80})?"
_THINK_OPENS = re.compile(rf"\s*<\s*{_THINK}\s*>", re.IGNORECASE)
_THINK_CLOSES = re.compile(rf"(?<!`)<\s*/\s*{_THINK}\s*>(?=\s|<|$)", re.IGNORECASE)
_SECTION_ENDS = {name: re.compile(rf"<\s*/\s*{name}\s*>", re.IGNORECASE) for name in ("plan", "notes")}
_STRAY = re.compile(r"\s*<\s*/\s*(?:plan|notes|done|delete|rename)\s*>\s*", re.IGNORECASE)


class Text:
    """The state between files, where every stream begins."""

    def __init__(self, collector: Collector, dialects: Sequence[Dialect]) -> None:
        self._collector = collector
        self._dialects = dialects
        self._last = ""

    def take(self, line: str) -> Step:
        self._last = line
        if "<" in line and len(line) < LONG_LINE and (step := self._tagged(line)) is not None:
            return step
        return first_step(self._dialects, line, self) or self._pass(line)

    def end(self) -> Step | None:
        if is_torn(self._last):
            self._collector.torn()
        return None

    def _pass(self, line: str) -> Step:
        """No file begins here: prose, or a tag that says nothing to people."""
        after = None
        if "<" in line and len(line) < LONG_LINE:
            after = "" if is_child(line) else wrapper_at(line)
        for dialect in self._dialects:
            dialect.passed(line)
        if after is None:
            self._collector.say(line)
        return self, _rest(after or "")

    def _tagged(self, line: str) -> Step | None:
        if opens := _THINK_OPENS.match(line):
            return _Reasoning(self._collector, self), _rest(line[opens.end() :])
        if closes := _THINK_CLOSES.search(line):
            self._collector.forget()
            return self, _rest(line[closes.end() :])
        if _STRAY.fullmatch(line):
            return self, ()
        return self._marked(line)

    def _marked(self, line: str) -> Step | None:
        """The step at one of the format's other tags."""
        tag = tag_at(line)
        if tag is None:
            return None
        match tag.name:
            case "plan":
                return _Section("plan", self._planned, self), _rest(tag.rest)
            case "notes":
                return _Section("notes", self._collector.note, self), _rest(tag.rest)
            case "done":
                self._collector.done()
            case _:
                return self._removed(tag)
        return self, _rest(tag.rest)

    def _removed(self, tag: Tag) -> Step | None:
        """The step at a tag that deletes or moves a file."""
        if (path := deleted_by(tag)) is not None:
            self._collector.delete(path)
        elif (paths := renamed_by(tag)) is not None:
            self._collector.rename(*paths)
        else:
            return None
        return self, _rest(tag.rest)

    def _planned(self, text: str) -> None:
        paths = (listed_path(line) for line in text.split("\n"))
        self._collector.plan(path for path in paths if path)


class _Reasoning:
    """Swallows everything until it ends."""

    def __init__(self, collector: Collector, home: State) -> None:
        self._collector = collector
        self._home = home

    def take(self, line: str) -> Step:
        closes = _THINK_CLOSES.search(line)
        return (self._home, _rest(line[closes.end() :])) if closes else (self, ())

    def end(self) -> Step | None:
        self._collector.torn()
        self._collector.warn("The answer ended while the model was still thinking.")
        return None


class _Section:
    """`<plan>` or `<notes>`. A file or another section ends one that was not closed."""

    def __init__(self, name: str, sink: Callable[[str], None], home: State) -> None:
        self._ends = _SECTION_ENDS[name]
        self._sink = sink
        self._home = home
        self._lines: list[str] = []

    def take(self, line: str) -> Step:
        if "<" in line and len(line) < LONG_LINE:
            if ends := self._ends.search(line):
                self._lines.append(line[: ends.start()])
                return self._close(_rest(line[ends.end() :]))
            if _begins(line):
                return self._close([line])
        self._lines.append(line)
        return self, ()

    def end(self) -> Step | None:
        return self._close([])

    def _close(self, lines: Sequence[str]) -> Step:
        self._sink("".join(self._lines))
        return self._home, lines


def _begins(line: str) -> bool:
    """Whether a file or a section begins, or the answer ends."""
    tag = tag_at(line)
    if tag is not None and tag.name in {"plan", "notes", "done"}:
        return True
    opener = opener_at(line)
    return opener is not None and opener.known


def _rest(text: str) -> Sequence[str]:
    return [text.lstrip(" \t")] if text.strip() else ()
