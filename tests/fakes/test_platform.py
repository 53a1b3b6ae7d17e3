"""The fake keeps the contract of every chat platform, so what is tested over it is true of the real ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from core.intents import Attachment, Person, Place
from core.ports import ThreadRef
from tests.contracts import chat_platform as contract
from tests.fakes.platform import FakePlatform, Seen


class FakeStage:
    def __init__(self) -> None:
        self.platform = FakePlatform()
        self.platform.names = {"UANA": "Ana"}
        self.place = Place("slack", "T1", "C1")
        self.person, self.other = Person("T1", "UANA"), Person("T1", "UBEN")
        self.admin = Person("T1", "UMAX")
        self.platform.standings = {"UANA": "member", "UBEN": "member", "UMAX": "admin"}
        self.platform.channels = {"C1": ("general", None)}

    def add_channel(self, channel: str, name: str, *, private: bool = False, bot_in: bool = True) -> str:
        if bot_in or not private:
            self.platform.channels[f"C{channel}"] = (name, {"UANA"} if private else None)
        return f"C{channel}"

    def card(self, thread: ThreadRef) -> contract.Seen:
        return _seen(self.platform.thread(thread.thread)[0])

    def replies(self, thread: ThreadRef) -> Sequence[contract.Seen]:
        return [_seen(one) for one in self.platform.thread(thread.thread)[1:]]

    def cards(self) -> int:
        return len(self.platform.threads)

    def private(self, person: Person) -> Sequence[contract.Seen]:
        whispers = [_seen(Seen("w", "w", reply)) for to, reply in self.platform.whispers if to == person]
        handed = [
            contract.Seen("h", text, files=((file.name, file.data),))
            for to, file, text in self.platform.handed
            if to == person
        ]
        return [*whispers, *handed]

    def lose_answer(self, operation: contract.Operation, *, after: int = 0) -> None:
        if operation != "begin":  # it begins in memory; there is no answer to lose
            self.platform.fail(operation, lost=True, after=after)

    async def until(self, condition: Callable[[], bool]) -> None:
        assert condition()  # nothing takes time here

    async def drop_file(self, thread: ThreadRef, name: str, data: bytes) -> Attachment:
        self.platform.attachments[name] = data
        return Attachment(name, len(data), "text/plain", name)


def _seen(one: Seen) -> contract.Seen:
    return contract.Seen(
        one.id,
        one.text,
        tuple(button.label for button in one.reply.buttons),
        tuple((file.name, file.data) for file in one.files),
        one.pings,
    )


class TestFake(contract.ChatPlatformContract):
    @pytest.fixture
    def stage(self) -> contract.Stage:
        return FakeStage()
