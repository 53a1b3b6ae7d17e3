"""Where in a project a fault can be put."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from bot.bench.gating.text_faults import swapped
from core.automations.model import File
from core.bundle.kinds import ending

Fault = Callable[[Sequence[File], Random], list[File] | None]
"""The project with one fault in it; None when it has no place for it."""
TextFault = Callable[[str, str, Random], str | None]
"""Path, content, chance -> the content with one fault in it; None when it has no place for it."""
MARKS = {"py": "#", "sh": "#", "js": "//", "ts": "//", "go": "//"}
"""What begins a comment, by the ending."""


def in_code(files: Sequence[File], random: Random, fault: TextFault) -> list[File] | None:
    names = [
        file.path.rpartition("/")[2]
        for file in files
        if ending(file.path) in MARKS and len(file.content) > 100 and "test" not in file.path
    ]
    return in_some(files, random, fault, names)


def in_some(
    files: Sequence[File],
    random: Random,
    fault: TextFault,
    names: Iterable[str],
) -> list[File] | None:
    """The fault in one of the files with these names that have a place for it."""
    wanted = set(names)
    open_ = [file for file in files if file.path.rpartition("/")[2] in wanted]
    random.shuffle(open_)
    for file in open_:
        changed = fault(file.path, file.content, random)
        if changed is not None and changed != file.content:
            return [File(file.path, changed) if each is file else each for each in files]
    return None


def swap_at(content: str, spots: Sequence[tuple[int, int]], random: Random) -> str | None:
    if not spots:
        return None
    start, end = random.choice(spots)
    wrong = swapped(content[start:end], random)
    return content[:start] + wrong + content[end:]
