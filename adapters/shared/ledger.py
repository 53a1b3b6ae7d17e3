"""The ledger of requirements as lines that people edit in a form: `R3. by mail`. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Final

from core.sessions.model import Requirement

_NUMBERED: Final = re.compile(r"\s*[Rr](\d{1,9})(?:[.:)]\s*|\s+|\Z)(.*)", re.DOTALL)


def ledger_line(requirement: Requirement) -> str:
    """The requirement as one line with its number."""
    return f"R{requirement.number}. {one_line(requirement.text)}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def filled_lines(text: str) -> list[str]:
    """The lines of `text` that hold something, without the space around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number, words) of the lines that have a number."""
    for line in filled_lines(text):
        if match := _NUMBERED.match(line):
            yield int(match[1]), match[2].strip()


def read_ledger(text: str, known: Container[int]) -> tuple[dict[int, str], list[str]]:
    """The lines whose number is known, and those that are new; a number that comes twice is new the second time."""
    numbered: dict[int, str] = {}
    new = []
    for line in filled_lines(text):
        match = _NUMBERED.match(line)
        number, words = (int(match[1]), match[2].strip()) if match else (0, line)
        if number in known and number not in numbered:
            numbered[number] = words
        elif words:
            new.append(words)
    return numbered, new
