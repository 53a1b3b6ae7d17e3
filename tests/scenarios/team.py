"""A team on some platform, the model, and the real program between them: what people do and what they wait to see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from bot.simulators.openrouter import OpenRouterSimulator
from tests.scenarios.program import WAIT, Program

FORM = {
    "title": "Watch prices",
    "agent_type": "web_crawler",
    "requirements": "Crawl politely\nStore prices in SQLite",
    "tech_stack": "Python",
    "constraints": "no cloud",
}
_BESIDE_WORDS = ("View code", "Cancel", "Regenerate")
"""Buttons of deliveries and progress messages."""


class Button(Protocol):
    @property
    def label(self) -> str: ...


class File(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class Message(Protocol):
    """As people see it, on either platform."""

    @property
    def user(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def buttons(self) -> Sequence[Button]: ...
    @property
    def files(self) -> Sequence[File]: ...
    @property
    def pings(self) -> Sequence[str]: ...


class Team(ABC):
    """Ana and Ben, with one channel and the session that was opened last."""

    platform: ClassVar[str]
    longest: ClassVar[int]
    """Characters that a person can say at once."""

    def __init__(
        self, model: OpenRouterSimulator, program: Program, people: Mapping[str, str], channel: str
    ) -> None:
        """``people``: ids by name."""
        self.model, self.program = model, program
        self.people, self.channel = people, channel
        self.root = ""

    @abstractmethod
    def elsewhere(self, number: int) -> Team:
        """Another Ana, in a channel of her own."""

    # -- what people do

    async def open(self, **changes: str) -> None:
        """Ana fills in the form; the card is there and the agent has spoken."""
        await self.command("new")
        await self.see(self.form_is_open)
        before = len(self.cards)
        await self.fill({**FORM, **changes})
        await self.see(lambda: len(self.cards) > before)
        self.root = self.thread_from(self.cards[-1])
        await self.see(lambda: len(self.said()) == 1)

    @abstractmethod
    async def command(self, text: str) -> None:
        """Ana types `/automation text` in the channel."""

    @abstractmethod
    def form_is_open(self) -> bool:
        """Before Ana."""

    @abstractmethod
    async def fill(self, values: dict[str, str]) -> None:
        """Ana sends the form, and it is accepted."""

    @abstractmethod
    async def say(self, text: str, *, who: str = "Ana", mention: bool = False, copies: int = 1) -> None:
        """In the thread."""

    async def press(self, label: str, *, who: str = "Ana") -> None:
        """The newest button of that name in the thread."""
        await self.click(next(one for one in reversed(self.thread) if _has(one, label)), label, who)

    @abstractmethod
    async def click(self, message: Any, label: str, who: str) -> None: ...

    @abstractmethod
    async def look(self, path: str) -> str:
        """Ana presses *View code* and chooses a file; what she reads then."""

    # -- what people see

    @property
    @abstractmethod
    def bot(self) -> str:
        """The id of its user."""

    @property
    @abstractmethod
    def cards(self) -> Sequence[Message]:
        """What stands in the channel itself."""

    @abstractmethod
    def thread_from(self, card: Any) -> str:
        """The thread of a card; what `messages` takes."""

    @abstractmethod
    def messages(self, root: str) -> Sequence[Message]:
        """A thread, the card first."""

    @abstractmethod
    def handed(self, who: str) -> Sequence[Message]:
        """What was given to one person alone and has files."""

    @abstractmethod
    def whispers(self, who: str) -> Sequence[Message]:
        """What only this person sees, besides direct messages."""

    @abstractmethod
    def alone(self, who: str) -> Sequence[Message]:
        """All that only this person sees."""

    @abstractmethod
    def spoil(self, operation: str, code: str | int, *, times: int = 1, after: int = 0) -> None:
        """The platform refuses the next calls of `operation` with its `code`."""

    @abstractmethod
    def recover(self) -> None:
        """The platform refuses nothing any more."""

    def growing(self, message: Any) -> bool:
        """Whether one can see that a message is still being written."""
        return False

    @abstractmethod
    async def until(self, condition: Callable[[], Any], timeout: float) -> Any:
        """The condition's first true value. Raises TimeoutError."""

    @property
    def thread(self) -> Sequence[Message]:
        return self.messages(self.root)

    @property
    def attached(self) -> list[Message]:
        return [one for one in self.thread if one.files and one.user == self.bot]

    def offers(self, label: str) -> bool:
        """Whether there is such a button in the thread."""
        return any(_has(one, label) for one in self.thread)

    def said(self) -> list[str]:
        """What the agent has said so far, without the card, the deliveries and the progress."""
        words = (one for one in self.thread[1:] if one.user == self.bot and not one.files)
        return [one.text for one in words if not self.growing(one) and not _beside_words(one)]

    async def see(self, condition: Callable[[], Any]) -> Any:
        try:
            return await self.until(condition, WAIT)
        except TimeoutError as late:
            raise AssertionError(f"{late}\n--- the program's log ---\n{self.program.log[-6000:]}") from None

    async def delivered(self, count: int = 1) -> Message:
        """The message with the files of the newest version, once the progress message has ended, too."""
        await self.see(lambda: len(self.attached) == count)
        ends = (" files in ", " file in ")  # of the progress message, with a tick or with warnings
        await self.see(lambda: sum(any(end in one.text for end in ends) for one in self.thread) == count)
        return self.attached[-1]


def _has(message: Message, label: str) -> bool:
    return any(button.label == label for button in message.buttons)


def _beside_words(message: Message) -> bool:
    return message.text.startswith(("⏳", "✅", "📝", "🛑", "⚠️ v", "⚠️ **v")) or any(
        _has(message, label) for label in _BESIDE_WORDS
    )
