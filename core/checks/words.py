"""Lists of words, written as text: a name a line would hide what they are about."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())
