"""Takes the suggestions out of a model's review of a version, whatever shape it gave them. Pure, and linear in the
length of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.automations.model import File
from core.bundle.dialects.fences import closes, fence_at
from core.bundle.paths import UnsafePath, safe_path, same_place

SUGGESTIONS = 7
"""Of one review; nobody reads more."""
TEXT_LIMIT = 600
"""Characters of one suggestion."""

_NO_CODE = ("", "xml", "html", "markdown", "md", "text", "plaintext")
"""What stands behind a fence around a whole answer."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_TAG = re.compile(r"<suggestion(?=[\s/>])([^<>]*)>|</suggestion\s*>", re.IGNORECASE)
_WRAPPER = re.compile(r"</?(?:suggestions|review)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
_ATTRIBUTES_LIMIT = 500
_QUOTES = str.maketrans("“”„", '"""')
_PATH_NAMES = ("path", "file", "filename")
_LINE_NAMES = ("line", "lines")
_LINE_OF_PATH = re.compile(r":L?([0-9]{1,9})(?:[-:][0-9]{1,9})?$")
_NUMBER = re.compile(r"[0-9]{1,9}")

_ITEM = re.compile(r"\s{0,8}(?:[0-9]{1,2}[.)]|[-*+•])\s+(?=\S)")
_PATH = r"(?P<path>[^\s`*:()\[\],#]+)"
_RANGE = r"(?:\s?[-\u2013]\s?L?[0-9]{1,9})?"
_LEADING = re.compile(
    rf"[`*\[(]*{_PATH}[`*]*"
    rf"(?:(?:[:#]L?|\s?[,(]?\s?(?:lines?|L)\s?)(?P<line>[0-9]{{1,9}}){_RANGE})?"
    r"(?![\w/])[`*\])]*\s*[-\u2013\u2014:]*\s*"
)
_MENTIONED = re.compile(rf"{_PATH}[`*]*(?::L?|\s?[,(]?\s?lines?\s)(?P<line>[0-9]{{1,9}})")
_HEAD = 300
"""Characters of an item in which its place is looked for."""
_EMPTY = re.compile(r"\s*(?:[0-9]{1,2}[.)]|[-*+•#]{1,6})?\s*")


@dataclass(frozen=True, slots=True)
class Advice:
    """One suggestion. ``path``: of a file of the version. ``line``: in it, from 1; 0 where none or a wrong one was
    named. ``text``: one line, at most `TEXT_LIMIT` characters."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """``said``: what the answer holds beside the suggestions, without code. ``left_out``: how many suggestions named
    no file of the version."""

    said: str
    suggestions: tuple[Advice, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Raw:
    """A suggestion as the model wrote it."""

    path: str
    line: str
    text: str


def suggestions(text: str, files: Sequence[File]) -> Review:
    """What the answer `text` suggests for a version of `files`: in its own order, each once, at most `SUGGESTIONS`.
    Numbered lists count only where there are no tags; what stands in code fences never counts."""
    prose = _without_code(_unwrapped(_CONTROL.sub("", text)))
    known = {same_place(file.path): file for file in files}
    raw, rest = _tagged(prose)
    if not raw:
        raw, rest = _listed(prose, known)
    kept, left_out = _kept(raw, known)
    return Review(_said(rest), kept, left_out)


def _unwrapped(text: str) -> str:
    """Some models put their whole answer into one code fence."""
    lines = text.strip().splitlines(keepends=True)
    opener = fence_at(lines[0]) if lines else None
    if opener is None or opener.info.lower() not in _NO_CODE:
        return text
    end = next((number for number, line in enumerate(lines[1:], 1) if closes(opener, line)), 0)
    return "".join(lines[1:-1]) if end == len(lines) - 1 else text


def _without_code(text: str) -> str:
    kept, opener = [], None
    for line in text.splitlines(keepends=True):
        if opener is not None:
            opener = None if closes(opener, line) else opener
        elif (opener := fence_at(line)) is None:
            kept.append(line)
    return "".join(kept)


def _tagged(prose: str) -> tuple[list[_Raw], list[str]]:
    """The suggestions in tags, and the text around them. A tag that is not closed ends with the next one, or with the
    answer."""
    found: list[_Raw] = []
    rest: list[str] = []
    attributes: str | None = None
    start = 0
    for tag in _TAG.finditer(prose):
        _put(prose[start : tag.start()], attributes, found, rest)
        attributes, start = tag[1], tag.end()
    _put(prose[start:], attributes, found, rest)
    return found, rest


def _put(text: str, attributes: str | None, found: list[_Raw], rest: list[str]) -> None:
    """`attributes`: of the tag that `text` stands in, ``None`` outside of any."""
    if attributes is None:
        rest.append(text)
        return
    pairs = _ATTRIBUTE.findall(attributes[:_ATTRIBUTES_LIMIT].translate(_QUOTES))
    values = {name.lower(): one or two or bare for name, one, two, bare in pairs}
    path = next((values[name] for name in _PATH_NAMES if name in values), "")
    line = next((values[name] for name in _LINE_NAMES if name in values), "")
    found.append(_Raw(path, line, text))


def _listed(prose: str, known: Mapping[str, File]) -> tuple[list[_Raw], list[str]]:
    """The items of lists that name a file of the version, and all other lines."""
    found: list[_Raw] = []
    rest: list[str] = []
    inside = False
    for line in prose.splitlines(keepends=True):
        item = _ITEM.match(line)
        raw = _item(line[item.end() :], known) if item else None
        if raw is not None:
            found.append(raw)
        elif inside and not item and line.strip():
            found[-1] = _Raw(found[-1].path, found[-1].line, found[-1].text + line)
        else:
            rest.append(line)
        inside = raw is not None or (inside and not item and bool(line.strip()))
    return found, rest


def _item(text: str, known: Mapping[str, File]) -> _Raw | None:
    """`src/a.py:12` stands at the beginning, or somewhere near it; then the words are kept as they are."""
    leading = _LEADING.match(text[:_HEAD])
    if leading and _file(leading["path"], known):
        return _Raw(leading["path"], leading["line"] or "", text[leading.end() :])
    for place in _MENTIONED.finditer(text[:_HEAD]):
        if _file(place["path"], known):
            return _Raw(place["path"], place["line"], text)
    return None


def _kept(raw: Iterable[_Raw], known: Mapping[str, File]) -> tuple[tuple[Advice, ...], int]:
    kept: dict[tuple[str, str], Advice] = {}
    left_out = 0
    for one in raw:
        words = _words(one.text)
        file = _file(_LINE_OF_PATH.sub("", one.path.strip()), known)
        if words and file is None:
            left_out += 1
        elif words and file is not None:
            advice = Advice(file.path, _line(one, file), words)
            kept.setdefault((file.path, words.casefold()), advice)
    return tuple(kept.values())[:SUGGESTIONS], left_out


def _file(path: str, known: Mapping[str, File]) -> File | None:
    try:
        return known.get(same_place(safe_path(path.strip(" \t`\"'").lstrip("/"))))
    except UnsafePath:
        return None


def _line(raw: _Raw, file: File) -> int:
    """The first number of `12`, `L12` or `12-15`, or the one behind the path, if the file has such a line."""
    behind = _LINE_OF_PATH.search(raw.path.strip())
    number = _NUMBER.search(raw.line)
    line = int(number[0]) if number else int(behind[1]) if behind else 0
    return line if line <= file.lines else 0


def _words(text: str) -> str:
    """One line; no run of backticks that could begin a fence."""
    words = re.sub("`{3,}", "`", " ".join(text.split()))
    return words if len(words) <= TEXT_LIMIT else words[: TEXT_LIMIT - 1].rstrip() + "…"


def _said(parts: Iterable[str]) -> str:
    """Without what only framed the suggestions: numbers, bullets, tags around all of them."""
    lines = _WRAPPER.sub("", "".join(parts)).splitlines()
    told = ("" if _EMPTY.fullmatch(line) else line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(told)).strip()
