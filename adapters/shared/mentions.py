"""Keeps what a model or a person wrote from notifying anybody, while it stays readable and code stays code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from adapters.shared.fences import after

INVISIBLE = "\u200b"
"""A zero-width space: breaks what a platform would take for a mention, and nobody sees it."""

_CALLS_EVERYBODY = re.compile(r"@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:<[^<>\s`]{0,120}|@\w{0,10})\Z")


def quiet(text: str, mention: re.Pattern[str]) -> str:
    """`text` in which nothing that `mention` matches is a mention any more, not even in code, since platforms differ
    in what they look for there; the words that call everybody are broken outside code fences only.

    ``mention``: the platform's exact shapes; an invisible character goes in after the first one of each match."""
    broken = mention.sub(lambda match: match[0][0] + INVISIBLE + match[0][1:], text)
    return in_prose(broken, lambda prose: _CALLS_EVERYBODY.sub(f"@{INVISIBLE}", prose))


def in_prose(text: str, change: Callable[[str], str]) -> str:
    """Applies `change` to every line that is not in a code fence."""
    return "\n".join(line if code else change(line) for line, code in _lines(text))


def finished(text: str) -> str:
    """The beginning of a growing text that later text cannot turn into something else: without a mention or a
    time that is only half there."""
    match = _UNFINISHED.search(text)
    return text[: match.start()] if match else text


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    fence = None
    for line in text.split("\n"):
        before, fence = fence, after(fence, line)
        yield line, before is not None or fence is not None
