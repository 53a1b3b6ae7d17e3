"""Which file a code block is, as the lines around it tell: names are validated words, never sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.bundle.dialects.filenames import as_path

_LONGEST = 200
# Typographic dashes, quotes, full-width and East Asian punctuation stand as escapes: they look like others.
_LABEL = (
    r"(?:(?:(?:the|new|updated|full|complete) )*(?:file ?[-_]?(?:name|path)?|path|code|source|module|script|contents?"
    r"(?: of)?) ?(?:[:=]| -| \u2013)|for |(?:updated|new|full|complete|final|modified|revised) |(?:step|file|part) \d+ ?[:.)\u2013-])"
)
_ITEM = r"(?:[-*+\u2022] |\(?\d{1,3}[.)] ?)"
_PEEL = re.compile(
    rf"#{{1,6}} |{_ITEM}|{_LABEL}|[*`\"'\u201c\u201d\u2018\u2019<>]+|\[(?=[^\]]*\]:?$)| ", re.IGNORECASE
)
_LISTED = re.compile(_ITEM)
_WORD = re.compile(
    r"[^\s*`\"'\u201c\u201d\u2018\u2019,:;|<>\uff1a\uff0c\u3002\u3001\uff1b\uff08\uff09\u300c\u300d]+"
)
_QUOTED = re.compile(r"`([^`\s]+)`")
_DECORATION = str.maketrans("", "", "*`\"'\u201c\u201d\u2018\u2019<>]")
_NOTE = re.compile(
    r" ?:? ?(?:file|script|module|component)? ?(?:\([^()]*\)|(?:[-\u2013\u2014]|//|#) [^.]{1,60})? ?[:\uff1a]? ?",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\s*(?:#{1,6}\s|(?:\d{1,3}[.)]\s*)?\*\*[^*]+\*\*\s*:?\s*$|(?:\d{1,3}[.)]\s*)?__[^_].*__\s*:?\s*$)"
)
_CAPTION = re.compile(r"LANGUAGE(?: ?: ?[\w+#. -]{1,20})?|(?:DOCSTRING|CODE|CONTENT) ?:?")
_HEADING_WORDS = 10
_PART_WORDS = re.compile(
    r"\b(?:run|running|execute|executing|update|updates|updating|modify|modifying|change|changes|changed|fix|install|"
    r"usage|example|output|before|delete|remove|rename)\b",
    re.IGNORECASE,
)
"""In a heading: what follows is a command or a part of the file."""
_COMMENT = re.compile(
    rf"(?:#+|//+|/\*+|<!--|--+|;+|%+|\"\"\"|'''|REM\b) ?(?:{_LABEL} ?)?(?P<word>[^ ]+?)(?P<note> [(\u2013\u2014-].*?)?"
    r" ?(?:\*+/|-->|\"\"\"|''')?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"\{ ?(?:file ?[-_]?(?:name|path)?|path) ?[:=] ?[\"'`]?([^ \"'`}]+)[\"'`]? ?\}", re.IGNORECASE
)
_LABELLED = re.compile(r"(?:file ?[-_]?(?:name|path)?|path) ?: ?[\"'`]?([^ \"'`]+)[\"'`]?", re.IGNORECASE)
_INFO_ATTRIBUTE = re.compile(
    r"\b(?:path|file|filename|file_path|title|name)\s*=\s*[\"']?([^\s\"'{}]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class NameLine:
    """A line that is a name and nothing else but decoration. ``listed``: an item of a list. ``colon``: ends with one."""

    path: str
    listed: bool
    colon: bool


def name_line(line: str) -> NameLine | None:
    """`**2. main.py** (entry point):` and all its relatives."""
    if len(line) > _LONGEST or line.isspace():
        return None
    text = " ".join(line.split())
    word = _first_word(text)
    if word is None:
        return None
    note = text[word.end() :].translate(_DECORATION)
    path = as_path(word[0].rstrip(".")) if _NOTE.fullmatch(note) else None
    return NameLine(path, bool(_LISTED.match(text)), note.endswith((":", "\uff1a"))) if path else None


def is_heading(line: str) -> bool:
    """`# …`, or a line that is bold as a whole."""
    return len(line) <= _LONGEST and bool(_HEADING.match(line))


def is_caption(line: str) -> bool:
    """What some prompts put between the name and the text of a file."""
    return len(line) <= _LONGEST and bool(_CAPTION.fullmatch(line.strip()))


def heading_name(line: str) -> str | None:
    """The one file that a short heading names: `### Step 2: the server (server.js)`."""
    if not is_heading(line) or len(line.split()) > _HEADING_WORDS or _PART_WORDS.search(line):
        return None
    found = set(mentioned(line))
    return found.pop() if len(found) == 1 else None


def mentioned(line: str) -> list[str]:
    """All words of a line of prose that look like files; those set as code, where there are any."""
    if len(line) > 10 * _LONGEST:
        return []
    quoted = _paths(_QUOTED.findall(line))
    return quoted or _paths(_WORD.findall(line))


def _paths(words: list[str]) -> list[str]:
    paths = (as_path(word.strip("().[]")) for word in words)
    return [path for path in paths if path and ("." in path or "/" in path or path.endswith("file"))]


def comment_name(line: str) -> tuple[str, bool] | None:
    """The path that a comment at the top of a block names, and whether the comment says nothing else."""
    if len(line) > _LONGEST:
        return None
    match = _COMMENT.fullmatch(" ".join(line.split()))
    path = as_path(match["word"].strip("`*\"'").rstrip(":")) if match else None
    return (path, match["note"] is None) if match and path else None


def series_name(line: str) -> tuple[str, str] | None:
    """The path in a line that is there for the name alone, at the start of each of many files, and what such lines have
    in common."""
    if line[:1].isspace():
        return None
    if (label := labelled_name(line)) is not None:
        return label, ":"
    comment = comment_name(line)
    return (comment[0], line[:2].strip()) if comment is not None and comment[1] else None


def attribute_name(line: str) -> str | None:
    """`{path="x.py"}` as the first line of a block."""
    match = _ATTRIBUTE.fullmatch(" ".join(line.split())) if len(line) <= _LONGEST else None
    return as_path(match[1]) if match else None


def labelled_name(line: str) -> str | None:
    """`filename: x.py` as the first line of a block; in data it would be an entry."""
    match = _LABELLED.fullmatch(" ".join(line.split())) if len(line) <= _LONGEST else None
    return as_path(match[1]) if match else None


def bare_name(line: str) -> str | None:
    """A line that is a path with an ending and nothing else, not even decoration."""
    path = as_path(line.strip()) if len(line) <= _LONGEST else None
    return path if path and not path.startswith(".") and "." in path else None


def info_name(info: str) -> str | None:
    """The path in an info string: `python:src/x.py`, `js title="x.js"`, `src/x.py`, `{.python path=x.py}`."""
    if attribute := _INFO_ATTRIBUTE.search(info):
        return as_path(attribute[1])
    words = (as_path(word.strip("(){}`\"',")) for word in re.split(r"[\s:]+", info))
    found = {path for path in words if path and "." in path[1:]}
    return found.pop() if len(found) == 1 else None


def listed_path(line: str) -> str | None:
    """The path of one line of a plan: `- src/x.py: what it does`."""
    word = _first_word(" ".join(line[: 2 * _LONGEST].split()))
    if word is None:
        return None
    return as_path(word[0]) or (word[0] if "/" in word[0] and "//" not in word[0] else None)


def _first_word(text: str) -> re.Match[str] | None:
    """The first word behind headings, numbers, bullets, labels and quotes. Spaces in `text` are single."""
    at = 0
    while peel := _PEEL.match(text, at):
        at = peel.end()
    return _WORD.match(text, at)
