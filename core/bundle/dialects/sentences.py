"""Sentences that give a block of code its file: "Create a file named `x.py` …:" before it, "Save it as `x.py`." after
it. A sentence that only mentions a file, or changes one, gives nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.bundle.dialects.filenames import as_path

_LONGEST = 2000
_WORD = re.compile(
    r"[^\s*`\"'\u201c\u201d\u2018\u2019,:;|<>()\uff1a\uff0c\u3002\u3001\uff1b\uff08\uff09\u300c\u300d]+"
)
_MAKES = frozenset(
    ["create", "creating", "make", "making", "write", "add", "generate", "save", "name", "call"]
)
_LINKS = frozenset(
    [
        "in",
        "into",
        "to",
        "for",
        "inside",
        "within",
        "from",
        "of",
        "with",
        "using",
        "and",
        "on",
        "at",
        "by",
        "that",
        "which",
        "where",
        "under",
        "via",
        "or",
        "if",
        "is",
    ]
)
_STARTS = frozenset({"start", "begin", "starting"})
_NAMED = frozenset(["called", "named", "titled", "e.g", "e.g.", "like", "example", "as"])
_THINGS = frozenset(
    [
        "file",
        "script",
        "component",
        "page",
        "module",
        "class",
        "document",
        "template",
        "stylesheet",
        "program",
        "configuration",
        "config",
        "test",
        "service",
        "view",
        "model",
        "controller",
        "schema",
    ]
)
_SAVED = frozenset(
    [
        "it",
        "this",
        "that",
        "code",
        "script",
        "file",
        "program",
        "above",
        "snippet",
        "following",
        "contents",
        "content",
        "html",
    ]
)
_MORE = frozenset({"and", "or"})
_AHEAD = frozenset({"following", "below"})


def created_by(line: str) -> str | None:
    """The one file that the line tells people to create, write or save."""
    if len(line) > _LONGEST:
        return None
    clause = _Clause()
    found: set[str] = set()
    for match in _WORD.finditer(line):
        if clause.before in _MORE and _path(match[0]) is not None:
            return None
        if (path := clause.take(match[0])) is not None:
            found.add(path)
    return found.pop() if len(found) == 1 else None


def saved_as(line: str) -> str | None:
    """The file as which the line tells people to save what stands above it."""
    words = [match[0] for match in _WORD.finditer(line)] if len(line) <= _LONGEST else []
    lowered = [word.lower() for word in words]
    if "save" not in lowered or line.rstrip().endswith((":", "\uff1a")) or _AHEAD & set(lowered):
        return None
    start = lowered.index("save")
    for at in range(start + 1, min(len(words), start + 15)):
        path = _path(words[at])
        if path is not None:
            return path if _SAVED & set(lowered[start + 1 : at]) else None
    return None


@dataclass(slots=True)
class _Clause:
    """What has been read since the last verb that makes something."""

    open: bool = False
    linked: bool = False
    thing: bool = False
    before: str = ""
    new: bool = False

    def take(self, word: str) -> str | None:
        """The path that the clause makes with this word."""
        lower = word.lower()
        path = _path(word) if self.open and lower not in _MAKES else None
        made = path if path is not None and self._makes() else None
        starts = lower == "with" and self.before in _STARTS
        if lower in _MAKES or starts:
            self.open, self.linked, self.thing, self.new = True, False, False, False
        elif word.endswith((".", "!", "?")) and lower not in _NAMED:
            self.open = False
        self.linked = self.linked or (lower in _LINKS and not starts)
        self.thing = self.thing or lower in _THINGS
        self.new = lower == "new" or (self.new and (lower in _THINGS or lower in _NAMED))
        self.before = lower
        return made

    def _makes(self) -> bool:
        return not self.linked or self.new or (self.thing and self.before in _NAMED)


def _path(word: str) -> str | None:
    path = as_path(word.strip("().[]"))
    return path if path and ("." in path or "/" in path or path.endswith("file")) else None
