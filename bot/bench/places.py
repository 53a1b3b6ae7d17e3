"""A simulated platform as the bench needs it: where people act and look, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

FORM = {"title": "Watch prices", "agent_type": "web_crawler", "requirements": "every hour"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A person and the channel in which they have a thread. One each: platforms limit what is posted to a channel."""

    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message in a thread. ``native``: shown as one that is being written, where the platform has such a thing."""

    id: str
    text: str
    by_bot: bool
    native: bool
    files: int


class Place(Protocol):
    """``name``: as people call it. ``starts``: so many native streams a minute are to be had, ``None`` where there is
    no such limit. ``threads``: in how many the turns of one round take place. ``pause``: seconds between two turns, so
    that the platform's other limits do not come into it."""

    @property
    def name(self) -> str: ...
    @property
    def starts(self) -> int | None: ...
    @property
    def threads(self) -> int: ...
    @property
    def pause(self) -> float: ...
    @property
    def settings(self) -> Mapping[str, str]:
        """What leads the program there."""
        ...

    @property
    def bare(self) -> Sequence[str]:
        """The module of the bare client, and its arguments before those about the model."""
        ...

    def spot(self, number: int) -> Spot:
        """A new person in a new channel."""
        ...

    async def connected(self, timeout: float) -> None: ...

    async def parted(self) -> None:
        """Returns when nobody is connected any more."""
        ...

    async def open(self, spot: Spot) -> str:
        """Somebody opens a session; its thread, as the other methods take it."""
        ...

    async def begin(self, spot: Spot) -> str:
        """A thread of people's own, for the bare client."""
        ...

    async def say(self, spot: Spot, root: str, text: str) -> None: ...

    async def generate(self, spot: Spot, root: str) -> None: ...

    async def event(self, spot: Spot, root: str, number: int) -> None:
        """Somebody does something that is acked; returns at the ack."""
        ...

    def thread(self, spot: Spot, root: str) -> Sequence[Said]:
        """Oldest first."""
        ...

    def advance(self, seconds: float) -> None: ...

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T: ...
