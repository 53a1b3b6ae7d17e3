"""`docs/failures.md` says what the code says, of every error there is, in sentences for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RequestRefused, SettingsError, ThreadwrightError
from tests.work.failure_table import Row, rows, table

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"
ELSEWHERE = {SettingsError, RequestRefused}
"""Told at the start of the program, and at a click."""


def test_the_page_is_made_of_the_code() -> None:
    assert PAGE.read_text() == table(), "python -m tests.work.failure_table > docs/failures.md"


def test_every_error_of_the_tree_is_told_of() -> None:
    assert {type(row.error) for row in rows()} == set(_leaves(ThreadwrightError)) - ELSEWHERE


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.when)
def test_a_sentence_for_people(row: Row) -> None:
    sentence = row.error.sentence
    assert re.fullmatch(r"[A-Z`(][^\n]+[.)]", sentence)
    assert not re.search(r"[.!?] (?!Press )[A-Z]", sentence), "one sentence, and perhaps what to press"
    assert not re.search(r"Provider|<html|error_type|HTTP|Traceback|None\b", sentence)


def _leaves(kind: type[ThreadwrightError]) -> Iterator[type[ThreadwrightError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from _leaves(each)
