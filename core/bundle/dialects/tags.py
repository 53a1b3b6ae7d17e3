"""Tags, and what is left of them when a model bends them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from core.bundle.dialects.filenames import as_path

LONG_LINE = 20_000
"""Characters. Longer lines are content: no tag is looked for inside of them, so that work stays linear."""

_OPEN = re.compile(r"\s*<\s*([A-Za-z][\w-]*)(?=[\s/>])")
_ATTRIBUTE = re.compile(
    r"""\s*([A-Za-z_][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]|([^\s"'<>]+?)(?=\s|/?>))"""
)
_OPEN_ENDS = re.compile(r"\s*(/?)\s*>")
_BROKEN = re.compile(
    r"""\s*<\s*(file|edit)\s+(?:path|name)\s*=\s*(?:["']?([^"'<>\s]+)["']?\s*>|["']([^"'<>\n]+)["']\s*\n)""",
    re.IGNORECASE,
)
_BARE = re.compile(r"""\s*<\s*(file|edit)\s*[:=\s]\s*["']?([^"'<>=\s]{1,250})["']?\s*>""", re.IGNORECASE)
_PATH_NAMES = ("path", "filepath", "filename", "file", "name", "targetfile")

_NEAR_CLOSE = re.compile(
    r"\s*</\s*[\w:-]{0,40}(?:write|file|action|edit|create|block|artifact|content|change)s?[\w-]{0,40}\s*(?:>\s*)?",
    re.IGNORECASE,
)
_CLOSE_ALONE = re.compile(r"\s*</\s*([\w-]{1,40})\s*>?\s*")
_ALIKE = 0.8
_TORN = re.compile(
    r"\s*<(?:/?[A-Za-z]{0,8}|\s*(?:/\s*)?(?:file|edit|plan|notes|done|delete|rename|[\w-]*(?:action|write|file|block|artifact))\b[^>]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """``name`` in lower case and without `_` and `-`, as are the names of ``attributes``; ``written`` as it stands
    there. ``closed``: `<…/>`. ``rest``: what follows."""

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
        attributes.setdefault(_plain(name), next(value for value in values if value is not None))
        at = attribute.end()
    end = _OPEN_ENDS.match(line, at)
    if end is None:
        return None
    return Tag(_plain(start[1]), start[1], attributes, bool(end[1]), line[end.end() :])


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def broken_tag(line: str) -> Tag | None:
    """An opening `<file path=…>` or `<edit path=…>` with a quote or its end missing, or with nothing but the path."""
    broken = _BROKEN.match(line)
    path = (broken[2] or broken[3]) if broken else None
    if broken is None and (broken := _BARE.match(line)) is not None:
        path = as_path(broken[2])
    if broken is None or path is None:
        return None
    return Tag(broken[1].lower(), broken[1], {"path": path}, closed=False, rest=line[broken.end() :])


@dataclass(frozen=True, slots=True)
class Closer:
    """How an element that begins with one kind of tag ends."""

    begins: re.Pattern[str]
    opens: re.Pattern[str]
    alone: re.Pattern[str]
    leading: re.Pattern[str]
    inline: re.Pattern[str]
    last: re.Pattern[str]
    written: str

    def begins_again(self, line: str) -> bool:
        """Whether the line begins with the same tag, whatever its attributes, and does not end that element."""
        match = self.begins.match(line)
        if match is None or match[1] != self.written:
            return False
        return not self.last.search(line) and not line.rstrip().endswith("/>")

    def is_alone(self, line: str) -> bool:
        """`</file>` alone on its line, in the letters of its opener: `<File>` is a component."""
        match = self.alone.fullmatch(line)
        return match is not None and match[1] == self.written

    def is_leading(self, line: str) -> str | None:
        """What follows `</file>` at the beginning of a line."""
        match = self.leading.match(line)
        return line[match.end() :] if match is not None and match[1] == self.written else None

    def is_inline(self, line: str) -> tuple[str, str] | None:
        """What stands before and after a `</file>` that a line end or another tag follows."""
        match = (self.inline if len(line) < LONG_LINE else self.last).search(line)
        return (line[: match.start()], line[match.end() :]) if match else None

    def is_glued(self, line: str) -> str | None:
        """What stands before a `</file>` at the very end of a line that opens none."""
        if not line.rstrip().endswith(">") or self.opens.search(line):
            return None
        match = self.last.search(line)
        return line[: match.start()] if match and line[: match.start()].strip() else None


@cache
def closer(written: str) -> Closer:
    """For a tag that is written like this."""
    name = re.escape(written)
    close = rf"<\s*\\?/\s*({name})\s*>"
    flags = re.IGNORECASE
    return Closer(
        re.compile(rf"\s*<\s*({name})(?=[\s>])", flags),
        re.compile(rf"<\s*{name}\b", flags),
        re.compile(rf"\s*{close}\s*", flags),
        re.compile(rf"\s*{close}", flags),
        re.compile(rf"{close}(?=\s*(?:$|<))", flags),
        re.compile(rf"{close}\s*$", flags),
        written,
    )


def is_near_close(line: str, written: str) -> bool:
    """Alone on its line, and nearly the tag that closes a file, or one that is `written` like this."""
    if "</" not in line[:LONG_LINE] or len(line) >= LONG_LINE:
        return False
    match = _CLOSE_ALONE.fullmatch(line)
    alike = match is not None and SequenceMatcher(None, match[1].lower(), written.lower()).ratio() >= _ALIKE
    return alike or bool(_NEAR_CLOSE.fullmatch(line))


def is_torn(line: str) -> bool:
    """Whether an unfinished last line is the beginning of a tag."""
    return not line.endswith("\n") and len(line) < LONG_LINE and bool(_TORN.fullmatch(line))
