"""CSS, SCSS and Less: whether blocks, strings and comments are closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.kinds import ending

_PIECE = re.compile(
    r"/\*(?:[^*]|\*(?!/))*\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|url\([^'\"()\n]*\)|[(){}\[\]]|/\*|\"|'|\n|//[^\n]*",
    re.DOTALL,
)
_CLOSED_BY = {"(": ")", "{": "}", "[": "]"}


def read_styles(file: File) -> Iterator[Finding]:
    lines = ending(file.path) != "css"
    opened: list[tuple[str, int]] = []
    line = 1
    for piece in _PIECE.finditer(file.content):
        mark = piece[0]
        if mark.startswith("//") and not lines:
            continue
        if mark in ("/*", '"', "'"):
            yield _fault(file.path, line, f"the `{mark}` of this line is never closed")
            return
        if mark in _CLOSED_BY:
            opened.append((mark, line))
        elif mark in (")", "}", "]"):
            if not opened or _CLOSED_BY[opened[-1][0]] != mark:
                before = f"the `{opened[-1][0]}` of line {opened[-1][1]}" if opened else "anything"
                yield _fault(file.path, line, f"`{mark}` does not close {before}")
                return
            opened.pop()
        line += mark.count("\n")
    if opened:
        yield _fault(
            file.path,
            opened[-1][1],
            f"the `{opened[-1][0]}` of this line is never closed; the file may be cut off",
        )


def _fault(path: str, line: int, message: str) -> Finding:
    return Finding(path, line, "invalid-syntax", "error", message)
