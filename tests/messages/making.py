"""Messages for tests, one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from core.intents import Person
from core.messages.model import Message, Speaker, TextFile

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Talk:
    """A conversation that numbers its messages itself, a minute apart."""

    def __init__(self) -> None:
        self._seq = count(1)

    def person(self, text: str, author: str = "Ana", *files: TextFile, aside: bool = False) -> Message:
        seq = next(self._seq)
        person = Person("T1", author)
        return Message(
            seq, "s", seq, Speaker.PERSON, author, text, minute(seq), aside=aside, files=files, person=person
        )

    def agent(self, text: str) -> Message:
        seq = next(self._seq)
        return Message(seq, "s", seq, Speaker.AGENT, "Threadwright", text, minute(seq))


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)
