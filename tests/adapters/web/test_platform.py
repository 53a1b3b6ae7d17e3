"""The platform without a chat keeps what of the contract can be kept where nothing is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from adapters.web.platform import WebPlatform
from core.errors import PlatformRefused
from core.intents import Attachment, Person, Place
from core.replies import Reply
from tests.contracts.chat_platform import KeptAttempt, ReferencesContract, Where

ANA = Person("T1", "UANA")
PLACE = Place("web", "slack:T1", "T1:UANA")


async def named(person: Person) -> str:
    return "Ana" if person == ANA else ""


@dataclass
class WebStage:
    platform: WebPlatform = field(default_factory=lambda: WebPlatform(named))
    place: Place = PLACE
    person: Person = ANA


class TestWeb(ReferencesContract):
    @pytest.fixture
    def stage(self) -> Where:
        return WebStage()


async def test_a_thread_is_the_same_in_another_process() -> None:
    threads = [
        await WebPlatform(named).open_thread(PLACE, Reply("Card"), KeptAttempt("card:S1")) for _ in "12"
    ]
    assert threads[0] == threads[1]
    assert threads[0].thread.isalnum()
    assert len(threads[0].thread) == 32


async def test_it_knows_no_channels_and_gives_no_rights() -> None:
    platform = WebPlatform(named)
    assert await platform.channels_of("slack:T1", ANA) == ()
    assert await platform.standing("slack:T1", ANA) == "member"
    with pytest.raises(PlatformRefused):
        await platform.read_attachment("slack:T1", Attachment("a.txt", 1, "text/plain", "F1"), 10)
