"""What is told on the bus, in the pieces that a NOTIFY takes. They are numbered, so that who hears them knows what came
twice and that something is missing."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

SIZE: Final = 7_900
"""Bytes of text in a piece. PostgreSQL refuses 8,000; the head of a piece has less than 70."""
WAITING: Final = 8_000_000
"""Bytes that wait while they cannot be told; beyond it the oldest words are dropped."""
_AT_ONCE: Final = 250_000
"""Bytes after which no further word goes into the same statement."""
_SENDERS: Final = 1_000
"""Of which the last number is known. Every process is a new one each time it starts."""


class Leaving:
    """Words on their way out. ``me``: the name of this sender, without blanks."""

    def __init__(self, me: str, waiting: int = WAITING) -> None:
        self._me = me
        self._waiting = waiting
        self._words: deque[bytes] = deque()
        self._size = 0
        self._number = 0

    def __bool__(self) -> bool:
        return bool(self._words)

    def put(self, topic: str, word: bytes) -> int:
        """``word``: JSON. Returns how many words were dropped for it. For each a number is left out."""
        self._words.append(b"[%s,%s]" % (json.dumps(topic).encode(), word))
        self._size += len(self._words[-1])
        dropped = 0
        while self._size > self._waiting and len(self._words) > 1:
            self._size -= len(self._words.popleft())
            dropped += 1
        self._number += dropped
        return dropped

    def take(self) -> Sequence[str]:
        """The pieces of the words that wait for longest; to be told together, in this order, until it worked."""
        taken: list[bytes] = []
        size = 0
        while self._words and size < _AT_ONCE:
            taken.append(self._words.popleft())
            size += len(taken[-1])
        self._size -= size
        cuts = list(_cut(b"[" + b",".join(taken) + b"]"))
        first = self._number + 1
        self._number += len(cuts)
        return [
            f"{self._me} {number} {self._number - number} {text}" for number, text in enumerate(cuts, first)
        ]


def _cut(text: bytes) -> Iterator[str]:
    """No character is cut in two."""
    start = 0
    while start < len(text):
        end = min(start + SIZE, len(text))
        while end < len(text) and text[end] & 0xC0 == 0x80:  # noqa: PLR2004 - goes on with a character of UTF-8
            end -= 1
        yield text[start:end].decode()
        start = end


@dataclass(frozen=True, slots=True)
class Heard:
    """``words``: topics and what was told on them. ``missed``: something that came before them is not here."""

    words: Sequence[tuple[str, dict[str, Any]]] = ()
    missed: bool = False


@dataclass(slots=True)
class _Sender:
    last: int
    begun: list[str] = field(default_factory=list)
    sure: bool = True
    """Whether nothing can have been missed without a gap in the numbers."""


class Joining:
    """Pieces of others become words again. ``me``: whose pieces are passed over."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._senders: dict[str, _Sender] = {}

    def anew(self) -> None:
        """It is known that something may be missing."""
        for sender in self._senders.values():
            sender.sure = False

    def add(self, piece: str) -> Heard:
        """What is complete with this piece. What is no piece of ours is passed over."""
        name, number, left, text = (*piece.split(" ", 3), "", "", "")[:4]
        if name == self._me or not (number.isdecimal() and left.isdecimal()):
            return Heard()
        sender = self._sender(name, int(number))
        if int(number) <= sender.last:  # told again, because its sender could not know that it had arrived
            return Heard()
        gap = int(number) > sender.last + 1
        missed = gap and sender.sure
        if gap:
            sender.begun.clear()
        sender.last, sender.sure = int(number), True
        sender.begun.append(text)
        if int(left):
            return Heard(missed=missed)
        whole = "".join(sender.begun)
        sender.begun.clear()
        return Heard(_words(whole), missed)

    def _sender(self, name: str, number: int) -> _Sender:
        """One that is new may have told much before anybody was here to hear it."""
        if name not in self._senders:
            while len(self._senders) >= _SENDERS:
                del self._senders[next(iter(self._senders))]
            self._senders[name] = _Sender(number - 1)
        return self._senders[name]


def _words(text: str) -> Sequence[tuple[str, dict[str, Any]]]:
    try:
        return [(str(topic), dict(word)) for topic, word in json.loads(text)]
    except (ValueError, TypeError):  # the beginning was told before we were here, or it is not ours
        return ()
