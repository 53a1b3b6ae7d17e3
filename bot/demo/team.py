"""A team on some platform: what people do there and what they see, in words that no platform owns.

The script (`scene.py`) and the prompt (`trying.py`) know nothing else, so another platform is one more file beside
`slack.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")

Where = Literal["channel", "thread", "private", "direct"]
"""``channel``: at the top level. ``private``: words that only one person sees. ``direct``: the bot's direct message
with one person."""

BOT = "Threadwright"


class NotPossible(Exception):
    """A person could not do that. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class SeenButton:
    """``key``: unique within its message or form."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class SeenFile:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people read it. ``growing``: it is still being written. ``to``: the one who sees it, when it is
    private or direct. ``text``: without markup, but tables and code fences as they are."""

    id: str
    where: Where
    who: str
    text: str
    buttons: tuple[SeenButton, ...] = ()
    files: tuple[SeenFile, ...] = ()
    growing: bool = False
    to: str = ""

    @property
    def by_bot(self) -> bool:
        return self.who == BOT

    def button(self, label: str) -> SeenButton | None:
        """The first whose label begins so, whatever the capitals."""
        return next((each for each in self.buttons if each.label.lower().startswith(label.lower())), None)


@dataclass(frozen=True, slots=True)
class SeenField:
    """``value``: what stands in it. ``options``: label and value of each, where one is chosen. ``lines``: it takes
    several."""

    key: str
    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    lines: bool = False


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form, or something to look at: then it has no fields."""

    id: str
    title: str
    text: str
    fields: tuple[SeenField, ...] = ()
    buttons: tuple[SeenButton, ...] = field(default=())


class Team(Protocol):
    """Acts raise `NotPossible`. The thread is the newest one that the bot has opened."""

    @property
    def platform(self) -> str:
        """As people call it."""
        ...

    @property
    def channel(self) -> str: ...

    @property
    def people(self) -> Sequence[str]: ...

    async def command(self, who: str, text: str) -> None:
        """A slash command in the channel, with its slash."""
        ...

    async def fill(self, who: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """Sends the form that is open, fields not named as they stand. What is wrong at which field; empty when it
        was accepted."""
        ...

    async def dismiss(self, who: str) -> None:
        """Closes the form that is open, if there is one."""
        ...

    async def say(self, who: str, text: str) -> None:
        """In the thread; `@Threadwright` at the beginning is a mention."""
        ...

    async def revise(self, who: str, text: str) -> None:
        """Edits the newest message of that person in the thread."""
        ...

    async def press(self, who: str, on: Seen | SeenForm, button: SeenButton) -> None: ...

    def form(self, who: str) -> SeenForm | None:
        """The form that is open before this person."""
        ...

    def seen(self) -> tuple[Seen, ...]:
        """All that stands in the channel, its threads and the direct messages now, oldest first."""
        ...

    async def until(self, condition: Callable[[], T | bool | None], timeout: float) -> T:
        """The condition's first true value, tried at every change. Raises TimeoutError."""
        ...

    def complaints(self) -> Sequence[str]:
        """What the platform had to refuse so far, though nobody saw it."""
        ...


def thread_of(seen: Sequence[Seen]) -> list[Seen]:
    """The newest thread: its root, which stands in the channel, and the replies."""
    roots = [at for at, each in enumerate(seen) if each.where == "channel" and each.by_bot]
    if not roots:
        return []
    root = roots[-1]
    return [seen[root], *(each for each in seen[root + 1 :] if each.where == "thread")]
