"""Changes to a file as models write them: SEARCH/REPLACE blocks, pairs of tags, and the hunks of a diff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.bundle.dialects.filenames import as_path
from core.bundle.dialects.names import name_line
from core.bundle.model import Change

_SEARCH = re.compile(
    r"[ \t]{0,3}(<{5,9}(?= ?(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE|FIND)\b)|-{5,9}(?= ?SEARCH\b)) ?\w+[ :>]*(?:[ :](\S{1,80}))?",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r"[ \t]{0,3}(={5,9})>?\s*")
_REPLACE = re.compile(r"[ \t]{0,3}(?:>{5,9}(?: ?[^\s>]\S{0,80})?|\+{5,9} ?REPLACE)>?\s*", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?=(?:[<>=]{5,9}|[-+]{5,9} )(?:\s|$|[A-Z]))")
_LINE_HINT = re.compile(r":(?:start_line|end_line):\s*\d*\s*|-{5,9}\s*")
_LONG = 300
_FIRST = 3
_HEAD = 2000
"""Lines, and characters, in which a list of changes begins."""
_HUNK = re.compile(r"@@(?: .*)?")
_OLD_TAG = re.compile(r"<(search|find|old|old_str|old_string|original|before)>", re.IGNORECASE)
_NEW_TAG = re.compile(r"\s*<(replace|replacement|new|new_str|new_string|updated|after)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """``path``: the file that is named above the change, ``None`` for the one that the changes are about as a whole.
    ``problem``: why the change cannot be used."""

    path: str | None
    change: Change
    problem: str = ""


def begins_change(line: str) -> bool:
    """`<<<<<<< SEARCH` and its relatives."""
    marked = line.lstrip(" \t")[:5] in ("<<<<<", "-----")
    match = _SEARCH.fullmatch(line.rstrip()) if marked and len(line) < _LONG else None
    return match is not None and (match[2] is None or as_path(match[2].rstrip(">")) is not None)


def ends_change(line: str) -> bool:
    """`>>>>>>> REPLACE` and its relatives."""
    marked = line.lstrip(" \t")[:5] in (">>>>>", "+++++")
    return marked and len(line) < _LONG and bool(_REPLACE.fullmatch(line))


def is_changes(text: str) -> bool:
    """Whether one of the first lines begins a change, so that the text is no file itself."""
    heads = (line for line in text[:_HEAD].split("\n") if line.strip())
    return any(begins_change(line) for line, _ in zip(heads, range(_FIRST), strict=False))


def changes_in(text: str, *, diff: bool = False) -> list[Found]:
    """All changes in `text`, whichever way they are written; what stands between them is passed over. ``diff``: lines
    that begin with `-` and `+` are changes even where no `@@` says so."""
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    found = list(_blocks(lines)) or list(_pairs(text))
    if not found and (diff or any(_HUNK.fullmatch(line) for line in lines)):
        return list(hunks_in(text.rstrip("\n").split("\n")))
    return found


def _blocks(lines: Sequence[str]) -> Iterator[Found]:
    at, path = 0, None
    while at < len(lines):
        if not begins_change(lines[at]):
            named = name_line(lines[at]) if lines[at].strip() else None
            path = named.path if named else path
            at += 1
            continue
        found, at = _block(lines, at, path)
        yield found


def _block(lines: Sequence[str], start: int, path: str | None) -> tuple[Found, int]:
    """The change that begins at `start`, and the number of the line after it."""
    marker = _SEARCH.match(lines[start])
    end = next((at for at in range(start + 1, len(lines)) if _ends(lines[at])), len(lines))
    inner = lines[start + 1 : end]
    after = end + 1 if end < len(lines) and ends_change(lines[end]) else end
    divider = _divider(inner, len(marker[1]) if marker else 0)
    if divider is None:
        return Found(path, Change(_text(inner), ""), "has a change without a dividing line"), after
    old, new = _unhinted(inner[:divider]), inner[divider + 1 :]
    if end == len(lines):
        new = new[:-1] if new and not new[-1] else new
    return Found(path, Change(_text(old), _text(new))), after


def _ends(line: str) -> bool:
    return ends_change(line) or begins_change(line)


def _divider(lines: Sequence[str], length: int) -> int | None:
    """The line between old and new: of the same length as the marker above, where there is one."""
    places = [(at, match) for at, line in enumerate(lines) if (match := _divided(line))]
    exact = next((at for at, match in places if len(match[1]) == length), None)
    return exact if exact is not None else next((at for at, _ in places), None)


def _divided(line: str) -> re.Match[str] | None:
    return _DIVIDER.fullmatch(line) if len(line) < _LONG and "=====" in line else None


def _unhinted(lines: Sequence[str]) -> Sequence[str]:
    """Without the line numbers that some prompts ask for above the old lines."""
    at = 0
    while at < len(lines) and lines[at].startswith(":") and _LINE_HINT.fullmatch(lines[at]):
        at += 1
    return lines[at + 1 :] if at and at < len(lines) and _LINE_HINT.fullmatch(lines[at]) else lines[at:]


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{_ESCAPED.sub('', line) if line.startswith(chr(92)) else line}\n" for line in lines)


def _pairs(text: str) -> Iterator[Found]:
    """`<search>…</search><replace>…</replace>`."""
    at = 0
    while old := _OLD_TAG.search(text, at):
        old_end = text.find(f"</{old[1]}>", old.end())
        new = _NEW_TAG.match(text, old_end + len(old[1]) + 3) if old_end >= 0 else None
        new_end = text.find(f"</{new[1]}>", new.end()) if new else -1
        if new is None or new_end < 0:
            return
        change = Change(_inner(text[old.end() : old_end]), _inner(text[new.end() : new_end]))
        yield Found(None, change)
        at = new_end


def _inner(text: str) -> str:
    """What stands between two tags, which may stand on lines of their own."""
    text = text.removeprefix("\n")
    return text if not text or text.endswith("\n") else text.rstrip(" \t") + "\n"


def hunks_in(lines: Sequence[str]) -> Iterator[Found]:
    """The changes of a diff of one file: lines that begin with ` `, `-` or `+`, in groups below `@@`."""
    hunk = _Hunk()
    for line in lines:
        if _HUNK.fullmatch(line) is None:
            hunk.take(line)
            continue
        yield from hunk.found()
        hunk = _Hunk()
    yield from hunk.found()


class _Hunk:
    def __init__(self) -> None:
        self._old: list[str] = []
        self._new: list[str] = []
        self._changed = False

    def take(self, line: str) -> None:
        mark, rest = line[:1], line[1:]
        if mark == "\\" or (not self._changed and line.startswith(("--- ", "+++ "))):
            return
        self._changed = self._changed or mark in ("-", "+")
        if mark != "+":
            self._old.append(rest)
        if mark != "-":
            self._new.append(rest)

    def found(self) -> Iterator[Found]:
        if self._changed:
            change = Change(_joined(self._old), _joined(self._new))
            yield Found(None, change)


def _joined(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)
