"""A simulated platform as the people of a chaos run need it, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.chaos.seen import Seen

T = TypeVar("T")
FORM = {"agent_type": "web_crawler", "requirements": "every hour\nin one table", "tech_stack": "Python"}
PATIENCE = 3.0
"""Seconds after which a person looks whether what they did has come to anything."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel and the ids of its people."""

    channel: str
    people: tuple[str, ...]


class Place(Protocol):
    """Acts raise `NotAcked` when the person is told that the application did not respond, `ClientRefused` when there is
    nothing to act on."""

    @property
    def name(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, str]:
        """What leads the program there."""
        ...

    @property
    def acks(self) -> bool:
        """Whether the program acks messages; otherwise a message has arrived once it is said."""
        ...

    @property
    def given_up(self) -> int:
        """Events that the platform no longer tries to bring."""
        ...

    @property
    def complaints(self) -> Sequence[str]:
        """What the program did wrong there."""
        ...

    def spot(self, number: int) -> Spot:
        """New people in a new channel."""
        ...

    def connected(self) -> bool: ...

    def calls(self, what: str) -> int:
        """How often this was called."""
        ...

    async def ask_form(self, user: str, channel: str) -> None: ...

    def form(self, user: str) -> bool:
        """Whether one is open."""
        ...

    async def submit(self, user: str, values: Mapping[str, str]) -> None: ...

    async def say(
        self, user: str, spot: Spot, root: str, text: str, *, mention: bool = False, copies: int = 1
    ) -> None: ...

    async def click(self, user: str, spot: Spot, message: str, label: str) -> None: ...

    def cards(self, spot: Spot, title: str) -> Sequence[str]:
        """The threads of the cards with this title."""
        ...

    def thread(self, spot: Spot, root: str) -> tuple[Seen, ...]:
        """Oldest first, the card at the beginning."""
        ...

    def handed(self, spot: Spot) -> Sequence[str]:
        """The names of the files that were given to single persons of this channel."""
        ...

    def spoil(self, what: str, kind: str, times: int) -> None: ...

    async def shake(self, kind: str) -> None:
        """Something happens to the sockets: drop, ask, resumable, invalid."""
        ...

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T: ...

    def transcript(self) -> str: ...
