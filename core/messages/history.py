"""What of a conversation fits a prompt: the newest in full, the oldest given up first, nothing lost without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.messages.model import Message, Speaker, TextFile
from core.messages.neutral import file_name, label, pasted, said

Measure = Callable[[str], int]
"""Tokens of a text (`core.generation.tokens.estimate`; handed in, because generation knows messages, not the reverse)."""

_FRAME = 20
"""Tokens around a message: its role, the data section, the joints. Rounded up."""
_EARLIEST = 2
_SCRAP = 60
"""Tokens of an attachment, or characters of a message, below which a piece says nothing."""
_CODE_LINES = 12
_PATHS = 20
_SNAP = 200
"""Characters by which a cut may move to fall between words."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said before the other spoke again. A person's messages each begin with `[Name]: `."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """``earliest`` and ``recent`` in order, with ``left_out`` messages missing between them (or before ``recent``)."""

    earliest: tuple[Turn, ...]
    left_out: int
    recent: tuple[Turn, ...]


def fit(messages: Sequence[Message], room: int, measure: Measure) -> Fitted:
    """What of `messages` (in order) fits `room` tokens.

    Asides and erased messages are never in it. While everything fits, everything is whole; otherwise a message with
    its attachments may take a third of the room, four fifths go to the newest, and the rest to what people said
    first. Cuts are said in words. What the agent delivered, and longer code it showed, is a sentence.
    """
    candidates = [one for one in messages if not one.aside and (one.text.strip() or one.files)]
    whole = _newest(candidates, room, None, measure)
    if len(whole) == len(candidates):
        return Fitted((), 0, _turns(whole))
    recent = _newest(candidates, room * 4 // 5, room // 3, measure)
    older = candidates[: len(candidates) - len(recent)]
    spare = room - sum(entry.cost for entry in recent)
    earliest = _first_of_people(older, spare, room // 10, measure)
    return Fitted(_turns(earliest), len(older) - len(earliest), _turns(recent))


@dataclass(frozen=True, slots=True)
class _Entry:
    speaker: Speaker
    text: str
    cost: int


def _newest(messages: Sequence[Message], room: int, cap: int | None, measure: Measure) -> list[_Entry]:
    """The longest tail of `messages` that fits."""
    tail: list[_Entry] = []
    for message in reversed(messages):
        entry = _entry(message, cap, measure)
        room -= entry.cost
        if room < 0:
            break
        tail.append(entry)
    return tail[::-1]


def _first_of_people(messages: Sequence[Message], room: int, cap: int, measure: Measure) -> list[_Entry]:
    people = [message for message in messages if message.speaker is Speaker.PERSON]
    first: list[_Entry] = []
    for message in people[:_EARLIEST]:
        entry = _entry(message, cap, measure)
        room -= entry.cost
        if room < 0:
            break
        first.append(entry)
    return first


def _turns(entries: Iterable[_Entry]) -> tuple[Turn, ...]:
    sides = groupby(entries, key=lambda entry: entry.speaker)
    return tuple(Turn(speaker, "\n\n".join(entry.text for entry in group)) for speaker, group in sides)


def _entry(message: Message, cap: int | None, measure: Measure) -> _Entry:
    spoken = message.speaker is Speaker.PERSON
    name = f"[{label(message.author or message.person.id)}]: " if spoken else ""
    words = said(message.text.strip() if spoken else _agents(message.text)) or "(sent without a word)"
    if cap is not None:
        cap -= _FRAME + measure(name)
        words = said(_cut(words, cap // 2 if message.files else cap, measure, ending=1 / 3))
    files = _files(message.files, None if cap is None else cap - measure(words), measure)
    whole = "\n".join((name + words, *files))
    return _Entry(message.speaker, whole, measure(whole) + _FRAME)


def _files(files: Sequence[TextFile], room: int | None, measure: Measure) -> list[str]:
    """The attachments, each given an equal share of what the ones before it have left."""
    shown: list[str] = []
    for index, file in enumerate(files):
        text = _file(file, None if room is None else room // (len(files) - index), measure)
        if room is not None:
            room = max(0, room - measure(text))
        shown.append(text)
    return shown


def _file(file: TextFile, share: int | None, measure: Measure) -> str:
    name, text = file_name(file.name), pasted(file.text).strip("\n")
    if share is not None and share < _SCRAP:
        return f"(The file {name} was sent too; it is left out for want of room.)"
    if share is not None:
        text = _cut(text, share - _SCRAP // 2, measure, ending=0)
    notice = "\n(Only the beginning of this file was read.)" if file.cut else ""
    return f'<data:attachment name="{name}">\n{text}{notice}\n</data:attachment>'


def _cut(text: str, limit: int, measure: Measure, *, ending: float) -> str:
    """`text` within `limit` tokens: its beginning, and the fraction `ending` of what is kept from its end."""
    size = measure(text)
    if size <= limit:
        return text
    keep = len(text) * max(0, limit) // size
    while keep > _SCRAP:
        shown = _around(text, keep, ending)
        if measure(shown) <= limit:
            return shown
        keep = keep * 9 // 10
    return f"({len(text):,} characters are left out here for want of room.)"


def _around(text: str, keep: int, ending: float) -> str:
    last = int(keep * ending)
    first = keep - last
    near = max(0, first - _SNAP)
    space = max(text.rfind(" ", near, first), text.rfind("\n", near, first))
    head = text[: space if space > 0 else first]
    tail = text[len(text) - last :] if last else ""
    left = len(text) - len(head) - len(tail)
    return f"{head}\n(Here {left:,} characters are left out for want of room.)\n{tail}".rstrip("\n")


_DELIVERY = re.compile(r"[\W_]*(?:version\s+|v)(\d+)\b", re.IGNORECASE)
_PATH = re.compile(r"^\s*\|\s*`?([\w.@()\[\]+/-]*[\w)\]])`?\s*\|", re.MULTILINE)
"""The first cell of a row of a table."""
_BARE = {"Dockerfile", "Makefile", "Procfile", "LICENSE"}
_CODE = re.compile(
    r"^(?P<fence>`{3,}+|~{3,}+)[^\n]*\n(?P<code>.*?)(?:^(?P=fence)[ \t]*$|\Z)"
    r"|^<file path=[^\n]*\n(?P<file>.*?)(?:^</file>[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)


def _agents(text: str) -> str:
    """What the agent said, without what the model would copy: a delivery (a first line that names the version, then
    its files in a table) and long code become a sentence."""
    version = _DELIVERY.match(text)
    paths = [path for path in _PATH.findall(text) if "." in path or "/" in path or path in _BARE]
    if version and paths:
        more = f" and {len(paths) - _PATHS} more" if len(paths) > _PATHS else ""
        named = ", ".join(paths[:_PATHS])
        return f"(Here the program delivered version {version[1]} with these files: {named}{more}.)"
    return _CODE.sub(_without_code, text).strip()


def _without_code(block: re.Match[str]) -> str:
    lines = len((block["code"] or block["file"] or "").splitlines())
    if block["code"] is not None and lines <= _CODE_LINES:
        return block[0]
    return f"(A block of {lines} lines of code was shown here; it is left out.)"
