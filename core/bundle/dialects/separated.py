"""Files between lines such as `=== src/x.py ===`, `--- src/x.py ---` and `# File: src/x.py`, without any fence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.bundle.collector import Collector
from core.bundle.dialects.fences import fence_at
from core.bundle.dialects.filenames import as_path
from core.bundle.dialects.names import is_caption
from core.bundle.dialects.openers import OURS, opener_at
from core.bundle.dialects.prose import is_markdown_line, is_prose, prose_from
from core.bundle.dialects.tags import tag_at
from core.bundle.dialects.trail import Trail
from core.bundle.fileset import Claim
from core.bundle.kinds import ending, is_markdown
from core.bundle.state import State, Step

_LONG = 250
_RULE = r"[=*#~+@%\u2500\u2501\u2550-]"
_FILE = r"(?:file ?[-_]?(?:name|path)?|path)"
_PATH = r"[*`\"']{0,3}([\w.@~$\[(/\\][^\s`\"'*<>|]*)[*`\"']{0,3}"
_BETWEEN = re.compile(
    rf"(?:(?:#|//|--|;|%|/\*|<!--) ?)?({_RULE})(?:{_RULE}){{2,}}+ ?((?:begin|start(?: of)?|end(?: of)?) ?)?(?:{_FILE} ?:? ?)?{_PATH}"
    rf" ?(?:(?:begin|start|end) ?)?{_RULE}{{2,}} ?(?:\*/|-->)?",
    re.IGNORECASE,
)
_HALF = re.compile(rf"(=)={{2,}}+ ?()(?:{_FILE} ?:? ?)?{_PATH}", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:(#{{1,6}}|//|--|;|%|/\*|<!--) ?)?()[*]{{0,2}}{_FILE} ?: ?[*]{{0,2}} ?{_PATH} ?(?:\*/|-->)?",
    re.IGNORECASE,
)
_FIRST = frozenset("=*#~+@%-/;<fFpP\u2500\u2501\u2550")
"""What a separator can begin with."""
_END = re.compile(
    rf"(?:(?:#|//|--) ?)?{_RULE}{{3,}}+ ?(?:eof|end(?: of)?(?: (?:file|files|answer|output))?(?: \S{{1,100}})?) ?{_RULE}{{2,}}"
    r"|={3,}+ ?(?:end|eof)",
    re.IGNORECASE,
)
_TEXTS = frozenset({"txt", "rst", "adoc", "log", "csv", "tsv"})
_CAPTIONED = 40
"""Lines at the beginning of a file, among which captions are none of it."""
_TELLING = 10
"""Lines that tell a description from a file."""


@dataclass(frozen=True, slots=True)
class Separator:
    """``shape``: what lines of the same kind have in common. ``ends``: it is the last line of a file."""

    path: str
    shape: str
    ends: bool = False


def separator(line: str) -> Separator | None:
    if len(line) > _LONG or ("." not in line and "file" not in line.lower()):
        return None
    text = line.strip()
    if text[:1] not in _FIRST:
        return None
    for number, shape in enumerate((_BETWEEN, _HALF, _LABELLED)):
        match = shape.fullmatch(text)
        path = as_path(match[3].rstrip(":")) if match else None
        if match is not None and path is not None:
            word = (match[2] or "").lower()
            mark = (match[1] or "")[:1]
            return Separator(path, f"{mark}{number // 2}", word.startswith("end"))
    return None


class Separated:
    def __init__(self, collector: Collector, trail: Trail) -> None:
        self._collector = collector
        self._trail = trail
        self._barred = False

    def open(self, line: str, home: State) -> Step | None:
        if self._barred:
            self._barred = fence_at(line) is None
            return None
        found = separator(line)
        if found is None:
            return None
        if found.ends:
            return home, ()
        return _Between(self, found, line, home), ()

    def passed(self, line: str) -> None:
        """The trail is told by the dialect that owns it."""

    def begin(self, found: Separator) -> _Text:
        self._trail.reset()
        return _Text(self._collector, found)

    def not_so(self, line: str, found: Separator) -> None:
        """The separator was the name of a code block, and nothing separates files before that block begins."""
        self._collector.say(line)
        self._trail.passed(line)
        self._trail.name(found.path)
        self._barred = True


class _Text:
    """The file between two separators."""

    def __init__(self, collector: Collector, found: Separator) -> None:
        self.collector = collector
        self.draft = collector.open(found.path, Claim.GUESSED)
        self.is_prose = is_markdown(found.path) or ending(found.path) in _TEXTS

    def is_said(self, after: Sequence[str]) -> bool:
        """Whether this is what is said about a file, and not the file; `after` was taken off its end."""
        told = [line for line in self.draft.lines if line.strip()][:_TELLING]
        if self.is_prose or not told:
            return bool(after)
        return any(map(is_markdown_line, told)) or is_prose(told[0])

    def trimmed(self) -> list[str]:
        """Paragraphs of prose taken off its end."""
        lines = self.draft.lines
        end = len(lines) if self.is_prose else prose_from(lines)
        after = lines[end:]
        del lines[end:]
        return after


class _Between:
    """Behind a separator. What follows is the file, unless it is a code block or prose that leads to one."""

    def __init__(self, dialect: Separated, found: Separator, line: str, home: State) -> None:
        self._dialect = dialect
        self._found = found
        self._line = line
        self._home = home
        self._blank: list[str] = []
        self._text: _Text | None = None

    def take(self, line: str) -> Step:
        if self._text is None:
            return self._first(line)
        text = self._text
        other = separator(line)
        if (other is not None and other.shape == self._found.shape) or _END.fullmatch(line.strip()):
            same = other is not None and other.path == self._found.path and not other.ends
            if not same:
                return self._close(text, [line] if other is not None and not other.ends else [])
        if not text.is_prose and fence_at(line) is not None:
            return self._close(text, [line])
        if line.startswith("<") and _is_ours(line):
            return self._close(text, [line])
        if is_caption(line) and len(text.draft.lines) < _CAPTIONED:
            return self, ()
        text.collector.grow(text.draft, line)
        return self, ()

    def end(self) -> Step | None:
        if self._text is None:
            return self._not_so([])
        if self._text.collector.cut_off:
            self._text.collector.cut(self._text.draft)
            return None
        return self._close(self._text, [])

    def _first(self, line: str) -> Step:
        if not line.strip() or is_caption(line):
            self._blank.append(line)
            return self, ()
        if fence_at(line) is not None or _is_ours(line):
            return self._not_so([*self._blank, line])
        self._text = self._dialect.begin(self._found)
        return self, [line]

    def _not_so(self, lines: Sequence[str]) -> Step:
        self._dialect.not_so(self._line, self._found)
        return self._home, lines

    def _close(self, text: _Text, lines: Sequence[str]) -> Step:
        """The file, without the prose that follows it; nothing but prose is no file."""
        after = text.trimmed()
        if text.is_said(after):
            return self._not_so([*self._blank, *text.draft.lines, *after, *lines])
        text.collector.close(text.draft)
        return self._home, [*after, *lines]


def _is_ours(line: str) -> bool:
    tag = tag_at(line) if line.lstrip().startswith("<") else None
    return tag is not None and (tag.name in OURS or opener_at(line) is not None)
