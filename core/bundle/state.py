"""The parser is a state machine on whole lines; these are the shapes of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class State(Protocol):
    """Takes one line after the other and names the state that takes the next one."""

    def take(self, line: str) -> Step:
        """`line` ends with its line feed, except for the last one of a stream that was cut inside of a line."""
        ...

    def end(self) -> Step | None:
        """The stream has ended. A step when there is more to take."""
        ...


Step = tuple[State, Sequence[str]]
"""The next state, and lines that it has to take before the stream goes on: the rest of this one, or held back ones."""


class Dialect(Protocol):
    """One way in which models mark files. It sees every line outside of files."""

    def open(self, line: str, home: State) -> Step | None:
        """The step into a file that begins with this line; its state goes back to `home`. ``None``: no file here."""
        ...

    def passed(self, line: str) -> None:
        """The line was prose."""
        ...


def first_step(dialects: Sequence[Dialect], line: str, home: State) -> Step | None:
    """The step of the first dialect whose file begins with this line."""
    steps = (dialect.open(line, home) for dialect in dialects)
    return next((step for step in steps if step is not None), None)
