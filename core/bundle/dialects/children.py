"""Files whose path and content are elements of their own: `<path>…</path>`, then `<content>…</content>`."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.bundle.dialects.openers import Opener, Sort, wrapper_at
from core.bundle.dialects.tags import LONG_LINE, tag_at
from core.bundle.state import State, Step

_CHILD = re.compile(r"\s*<(\w{1,40})(?:\s+name=[\"']?(\w{1,40})[\"']?)?\s*>([^<>\n]{0,400})</\1>")
_PATHS = frozenset(["path", "file", "filepath", "filename", "source", "name", "targetfile", "title"])
_CONTENTS = frozenset(
    [
        "content",
        "contents",
        "filecontent",
        "filecontents",
        "documentcontent",
        "documentcontents",
        "code",
        "filetext",
        "newcontent",
        "text",
    ]
)
_CHANGES = frozenset(["diff", "patch", "changes", "edits"])
_ASIDES = frozenset(["description", "linecount", "explanation", "instructions"])
_DEPTH = 12
"""Tags before the content on one line."""


class Children:
    """``begin``: opens the file behind the tag of its content."""

    def __init__(self, begin: Callable[[Opener, State], Step]) -> None:
        self._begin = begin
        self._path: str | None = None

    def open(self, line: str, home: State) -> Step | None:
        rest = line if len(line) < LONG_LINE else ""
        for _ in range(_DEPTH):
            if "<" not in rest:
                return None
            if child := _CHILD.match(rest):
                self._note(child)
                rest = rest[child.end() :]
            elif (after := wrapper_at(rest)) is not None:
                rest = after
            else:
                return self._content(rest, home)
        return None

    def passed(self, line: str) -> None:
        if line.strip() and not line.lstrip().startswith("<"):
            self._path = None

    def _note(self, child: re.Match[str]) -> None:
        if _role(child[1], child[2]) in _PATHS and child[3].strip():
            self._path = child[3].strip()

    def _content(self, text: str, home: State) -> Step | None:
        tag = tag_at(text) if self._path is not None else None
        role = _role(tag.name, tag.attributes.get("name")) if tag is not None else ""
        if tag is None or self._path is None or role not in _CONTENTS | _CHANGES:
            return None
        opener = Opener(tag, Sort.EDIT if role in _CHANGES else Sort.FILE, self._path)
        self._path = None
        return self._begin(opener, home)


def is_child(line: str) -> bool:
    """A line that is nothing but an element with a short text."""
    match = _CHILD.match(line) if len(line) < LONG_LINE else None
    return (
        match is not None
        and not line[match.end() :].strip()
        and _role(match[1], match[2]) in _PATHS | _ASIDES
    )


def _role(name: str, parameter: str | None) -> str:
    role = parameter if name.lower() == "parameter" and parameter else name
    return role.lower().replace("_", "")
