"""The tags of the primary format, and what is left of them when a model bends them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONG_LINE = 20_000
"""Characters. Longer lines are content: no tag is looked for inside of them, so that work stays linear."""

_OPEN = re.compile(r"\s*<\s*([A-Za-z][\w-]*)(?=[\s/>])")
_ATTRIBUTE = re.compile(
    r"""\s*([A-Za-z_][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]|([^\s"'<>]+?)(?=\s|/?>))"""
)
_OPEN_ENDS = re.compile(r"\s*(/?)\s*>")
_BROKEN_FILE = re.compile(
    r"""\s*<\s*(file)\s+(?:path|name)\s*=\s*["']?([^"'<>\s]+)["']?\s*>""", re.IGNORECASE
)
_PATH_NAMES = ("path", "filepath", "filename", "file", "name")

_CLOSE = r"<\s*\\?/\s*(file)\s*>"
_CLOSE_ALONE = re.compile(rf"\s*{_CLOSE}\s*", re.IGNORECASE)
_CLOSE_INLINE = re.compile(rf"{_CLOSE}(?=\s*(?:$|<))", re.IGNORECASE)
_CLOSE_LAST = re.compile(rf"{_CLOSE}\s*$", re.IGNORECASE)
_NEAR_CLOSE = re.compile(r"\s*</\s*(?:\w+-)?(?:write|file|action|edit)s?\s*(?:>\s*)?", re.IGNORECASE)
_FILE_BEGINS = re.compile(r"\s*<\s*(file)(?=[\s>])", re.IGNORECASE)
_TORN = re.compile(
    r"\s*<(?:/?[A-Za-z]{0,8}|\s*(?:/\s*)?(?:file|edit|plan|notes|done|delete|rename)\b[^>]*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Tag:
    """``name`` in lower case and as ``written``, attribute names without `_` and `-`. ``closed``: `<…/>`. ``rest``:
    what follows."""

    name: str
    written: str
    attributes: Mapping[str, str]
    closed: bool
    rest: str

    @property
    def path(self) -> str | None:
        """What it names, under any of the usual attribute names."""
        values = (self.attributes.get(name, "").strip() for name in _PATH_NAMES)
        return next((value for value in values if value), None)


def tag_at(line: str) -> Tag | None:
    """The opening tag that the line begins with."""
    start = _OPEN.match(line)
    if start is None:
        return None
    at = start.end()
    attributes: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(line, at):
        name, *values = attribute.groups()
        key = name.lower().replace("_", "").replace("-", "")
        attributes.setdefault(key, next(value for value in values if value is not None))
        at = attribute.end()
    end = _OPEN_ENDS.match(line, at)
    if end is None:
        return None
    return Tag(start[1].lower(), start[1], attributes, bool(end[1]), line[end.end() :])


def file_tag(line: str) -> Tag | None:
    """An opening `<file …>` that names a path, even with a quote missing."""
    tag = tag_at(line)
    if tag is not None:
        return tag if tag.name == "file" and tag.path else None
    broken = _BROKEN_FILE.match(line)
    return (
        Tag("file", broken[1], {"path": broken[2]}, closed=False, rest=line[broken.end() :])
        if broken
        else None
    )


def begins_file(line: str, written: str) -> bool:
    """Whether the line begins with `<file`, whatever its attributes, and does not end that element."""
    match = _FILE_BEGINS.match(line)
    if match is None or match[1] != written:
        return False
    return not _CLOSE_LAST.search(line) and not line.rstrip().endswith("/>")


def is_close(line: str, written: str | None = None) -> bool:
    """`</file>` alone on its line, in the letters of its opener where these are given: `<File>` is a component."""
    match = _CLOSE_ALONE.fullmatch(line)
    return match is not None and written in (None, match[1])


def is_near_close(line: str) -> bool:
    """Alone on its line, and nearly `</file>`."""
    return len(line) < LONG_LINE and bool(_NEAR_CLOSE.fullmatch(line))


def inline_close(line: str) -> tuple[str, str] | None:
    """What stands before and after a `</file>` that a line end or another tag follows."""
    match = (_CLOSE_INLINE if len(line) < LONG_LINE else _CLOSE_LAST).search(line)
    return (line[: match.start()], line[match.end() :]) if match else None


def glued_close(line: str) -> str | None:
    """What stands before a `</file>` at the very end of a line that opens none."""
    if not line.rstrip().endswith(">") or re.search(r"<\s*file\b", line, re.IGNORECASE):
        return None
    match = _CLOSE_LAST.search(line)
    return line[: match.start()] if match and line[: match.start()].strip() else None


def is_torn(line: str) -> bool:
    """Whether an unfinished last line is the beginning of a tag."""
    return not line.endswith("\n") and len(line) < LONG_LINE and bool(_TORN.fullmatch(line))
