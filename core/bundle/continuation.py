"""After a cut: what to ask the model again, and how its second text is joined to the first. Pure; nothing is asked
here, and the assistant's turn is never prefilled: several models refuse that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.bundle.dialects.fences import Fence, closes, fence_at
from core.bundle.dialects.openers import opener_at
from core.bundle.model import Bundle
from core.bundle.parser import parse

WHOLE_BELOW = 150
"""Lines of a cut file: fewer of them are cheaper to write again than to continue."""
WHOLE_SHARE = 0.4
"""Of a file whose length is known: with less of it there it is written again."""
TAIL = 15
"""Lines of the cut file that are shown to the model."""
OVERLAP = 60
"""Lines at the end of the first text that the second may repeat."""
PROGRESS = 5
"""New lines; a continuation with fewer gets nowhere."""

_PREAMBLE = re.compile(
    r"(?:sure|certainly|of course|okay|ok|here(?:'s|\u2019s| is| are)|continuing|continued|let me|the (?:rest|remaining)|"
    r"i(?:'ll|\u2019ll| will) continue|picking up|resuming)\b[^\n{};=]{0,200}[.:!\u2026]?\s*",
    re.IGNORECASE,
)
_THINK = re.compile(r"\s*<\s*(think|thinking|reasoning)\s*>.*?<\s*/\s*\1\s*>\s*", re.IGNORECASE | re.DOTALL)
_TELLING = 4
"""Characters; a shorter line, like a bracket, is no sign of a repetition."""
_RESTART = 3
"""Equal first lines that tell a file which begins again."""


@dataclass(frozen=True, slots=True)
class Again:
    """Ask for these files whole, in this order: the cut one first. ``finished``: not to be sent again."""

    paths: tuple[str, ...]
    finished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoOn:
    """Ask for the very next line. ``kept``: the model's turn, up to its last whole line. ``path``: the file that is
    open. ``tail``: its last lines. ``rest``: files that follow it. ``finished``: not to be sent again."""

    kept: str
    path: str
    tail: str
    rest: tuple[str, ...]
    finished: tuple[str, ...]


def ask_on(bundle: Bundle, text: str, known: Mapping[str, int] | None = None) -> Again | GoOn | None:
    """What to ask after `text`, which `bundle` was taken from; ``None``: it was not cut, or nothing tells what is
    missing. ``known``: lines of files as they were in an earlier version, which tells how much of one has arrived."""
    if not bundle.truncated:
        return None
    finished = tuple(file.path for file in bundle.files)
    rest = tuple(path for path in bundle.plan if path not in finished and path != bundle.open_path)
    if bundle.open_path is None:
        return Again(rest, finished) if rest else None
    finished = tuple(path for path in finished if path != bundle.open_path)
    arrived = _whole_lines(bundle.partial).count("\n")
    if arrived < WHOLE_BELOW or arrived < WHOLE_SHARE * (known or {}).get(bundle.open_path, 0):
        return Again((bundle.open_path, *rest), finished)
    tail = _whole_lines(bundle.partial).splitlines(keepends=True)[-TAIL:]
    return GoOn(_whole_lines(text), bundle.open_path, "".join(tail), rest, finished)


def join(kept: str, more: str) -> str:
    """One answer out of `kept`, whose torn last line is dropped, and the model's continuation: without what the model
    said or repeated before it went on. A continuation that begins the open file again takes the place of its text."""
    kept = _whole_lines(kept)
    first = kept.splitlines(keepends=True)
    path = parse(kept).open_path
    start, fenced = _opened(first, path)
    before = first[start:]
    second = _begun(more, path)
    overlap = _overlap(before, second)
    if not overlap and second and (opener := fence_at(second[0])) is not None and not _is_inside(before):
        inner = second[1:] if fenced else _fenced(second, opener)
        second = _after_tag(inner, path)
        overlap = _overlap(before, second)
    if not overlap and path is not None and _restarts(before, second):
        return "".join(first[:start] + second)
    return kept + "".join(second[overlap:])


def without_open_file(text: str) -> str:
    """The answer up to where the file begins that is open at its end; all of its whole lines when none is."""
    kept = _whole_lines(text)
    lines = kept.splitlines(keepends=True)
    start, _ = _opened(lines, parse(kept).open_path)
    return "".join(lines[: start - 1]) if start else kept


def progressed(kept: str, joined: str) -> bool:
    """Whether a continuation was worth it: new lines, and not the same ones again."""
    before, after = _whole_lines(kept), joined[len(_whole_lines(kept)) :]
    new = [line for line in after.splitlines() if line.strip()]
    if len(new) < PROGRESS and "</" not in after:
        return False
    tail = [line for line in before.splitlines() if line.strip()][-len(new) :]
    return tail != new


def _whole_lines(text: str) -> str:
    return text[: text.rfind("\n") + 1]


def _opened(lines: Sequence[str], path: str | None) -> tuple[int, bool]:
    """The number of lines up to where the open file begins, 0 when there is none, and whether that is a code fence."""
    if path is None:
        return 0, False
    for at in range(len(lines), 0, -1):
        if _path(lines[at - 1]) == path:
            return at, False
    return next((at for at in range(len(lines), 0, -1) if fence_at(lines[at - 1])), 0), True


def _path(line: str) -> str | None:
    opener = opener_at(line)
    return opener.path if opener is not None and opener.known else None


def _begun(more: str, path: str | None) -> list[str]:
    """The lines of the continuation without reasoning, preamble, and the opening tag of the same file."""
    thought = _THINK.match(more)
    lines = (more[thought.end() :] if thought else more).splitlines(keepends=True)
    at = _blank(lines, 0)
    if at < len(lines) and _PREAMBLE.fullmatch(lines[at]):
        lines = lines[_blank(lines, at + 1) :]
    return _after_tag(lines, path)


def _after_tag(lines: list[str], path: str | None) -> list[str]:
    """What follows the opening tag of the file, where that comes first."""
    at = _blank(lines, 0)
    again = path is not None and at < len(lines) and _path(lines[at]) == path
    return lines[at + 1 :] if again else lines


def _blank(lines: Sequence[str], at: int) -> int:
    """The number of the first line from `at` that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _fenced(lines: list[str], opener: Fence) -> list[str]:
    """Without the fence that is the first line, and the one that closes it: the last one inside of the open file."""
    inside = next((at for at in range(1, len(lines)) if lines[at].startswith("</")), len(lines))
    ends = [at for at in range(1, len(lines)) if closes(opener, lines[at])]
    close = next((at for at in reversed(ends) if at < inside), ends[0] if ends else None)
    return lines[1:] if close is None else [*lines[1:close], *lines[close + 1 :]]


def _is_inside(lines: Sequence[str]) -> bool:
    """Whether a code block is open, as in a README: then a fence is content."""
    block: Fence | None = None
    for line in lines:
        if block is None:
            block = fence_at(line)
        elif closes(block, line):
            block = None
    return block is not None


def _overlap(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines at the beginning of `second` repeat the end of `first`, spaces at their ends aside. A repeated
    blank line or closing bracket alone is no repetition."""
    ended = [line.rstrip() for line in first[-OVERLAP:]]
    begun = [line.rstrip() for line in second[:OVERLAP]]
    for size in range(min(len(ended), len(begun)), 0, -1):
        if ended[-size:] == begun[:size] and any(len(line.strip()) >= _TELLING for line in begun[:size]):
            return size
    return 0


def _restarts(first: Sequence[str], second: Sequence[str]) -> bool:
    begun = [line.rstrip() for line in first if line.strip()][:_RESTART]
    again = [line.rstrip() for line in second if line.strip()][:_RESTART]
    return len(begun) == _RESTART and begun == again
