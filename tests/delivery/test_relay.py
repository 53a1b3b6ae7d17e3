"""Who watches in one process sees what happens in another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.bus import LARGEST
from core.delivery.relay import BELIEVED
from core.delivery.watching import Happenings
from core.library import Happened
from core.system import SystemClock
from tests.delivery.test_watching import next_of, texts
from tests.fakes.bus import FakeTown

WINDOW = 0.01


@dataclass
class Hand(SystemClock):
    """A clock whose seconds pass when the test says so."""

    at: float = 1000.0

    def monotonic(self) -> float:
        return self.at


class Two:
    """Processes: answers are written in `there`, and people watch in `here`."""

    def __init__(self) -> None:
        self.town, self.clock = FakeTown(), Hand()
        self.here, self.there = self.more(), self.more()

    def more(self) -> Happenings:
        return Happenings(self.clock, self.town.bus(), window=WINDOW)

    def happened(self) -> list[dict[str, Any]]:
        return [dict(word) for topic, word in self.town.told if topic == "happened"]


@pytest.fixture
def two() -> Two:
    return Two()


def token(happenings: Happenings, text: str, **more: Any) -> None:
    happenings.publish("S1", "token", {"message": "turn:1", "text": text, **more})


async def settled(happenings: Happenings) -> None:
    """The words that were published before have been told."""
    async with happenings.subscribe("S1", None) as mine:
        happenings.publish("S1", "status", {"what": "card"})
        await next_of(mine, 1)


async def test_an_answer_is_seen_elsewhere_in_order(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine, two.there.subscribe("S1", None) as other:
        for text in ("Hello", " wide", " world"):
            token(two.there, text, **({"start": True} if text == "Hello" else {}))
        two.there.publish("S1", "message", {"message": "turn:1", "text": "Hello wide world"})
        for reader in (mine, other):
            got = await next_of(reader, 2)
            assert [one.kind for one in got] == ["token", "message"]
            assert (texts(got)[0], got[0].data["start"]) == ("Hello wide world", True)
            assert got[1].number == got[0].number + 1
    assert [word["kind"] for word in two.happened()] == ["token", "message"]  # once for all three words


async def test_words_go_over_after_a_moment_without_anything_else(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine:
        token(two.there, "Hello")
        assert texts(await next_of(mine, 1)) == ["Hello"]


async def test_what_happens_on_both_sides_is_seen_on_both(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine, two.there.subscribe("S1", None) as other:
        token(two.here, "not shown yet")
        two.there.publish("S1", "message", {"text": "from there"})
        two.here.publish("S1", "message", {"text": "from here"})
        assert sorted(texts(await next_of(mine, 3))) == ["from here", "from there", "not shown yet"]
        assert sorted(texts(await next_of(other, 3))) == ["from here", "from there", "not shown yet"]
    assert len(two.happened()) == 3  # nothing is told again by who heard it


async def test_words_that_nobody_watches_are_not_told(two: Two) -> None:
    token(two.there, "Hello")
    await settled(two.there)
    async with two.here.subscribe("S1", None):
        pass
    assert "token" not in {word["kind"] for word in two.happened()}
    two.clock.at += BELIEVED - 1
    token(two.there, "still told: a browser comes back within moments")
    await settled(two.there)
    assert [word["kind"] for word in two.happened()].count("token") == 1
    two.clock.at += 40
    token(two.there, "to nobody")
    await settled(two.there)
    assert [word["kind"] for word in two.happened()].count("token") == 1


async def test_a_process_that_comes_later_knows_at_once_who_watches(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine:
        late = two.more()
        for then in two.town.buses[-1].thens:
            then()  # only this one has joined
        token(late, "Hello")
        assert texts(await next_of(mine, 1)) == ["Hello"]


async def test_messages_progress_and_status_reach_who_has_read_before(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine:
        two.there.publish("S1", "message", {"text": "one"})
        [one] = await next_of(mine, 1)
    two.there.publish("S1", "status", {"what": "card"})
    async with two.here.subscribe("S1", one.number) as mine:
        assert [again.kind for again in await next_of(mine, 1)] == ["status"]


async def test_the_current_progress_is_known_everywhere(two: Two) -> None:
    two.there.publish("S1", "progress", {"job": "J1", "text": "a.py"})
    two.there.publish("S2", "status", {"what": "card"})
    assert two.here.current("S1") == {"job": "J1", "text": "a.py"}
    assert list(two.here._rings) == ["S1"]


async def first_of(happened: AsyncIterator[Happened]) -> Happened:
    return (await next_of(happened, 1))[0]


async def test_what_is_too_large_is_loaded_anew_elsewhere(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine, two.there.subscribe("S1", None) as other:
        two.there.publish("S1", "message", {"text": "one"})
        assert texts(await next_of(mine, 1)) == ["one"]
        two.there.publish("S1", "message", {"text": "x" * LARGEST})
        reset = await first_of(mine)
        two.there.publish("S1", "message", {"text": "two"})
        two_ = await first_of(mine)
        assert (reset.kind, two_.data["text"], two_.number) == ("reset", "two", reset.number + 1)
        assert [one.kind for one in await next_of(other, 3)] == ["message"] * 3


async def test_who_may_have_missed_something_loads_anew(two: Two) -> None:
    async with two.here.subscribe("S1", None) as mine:
        two.there.publish("S1", "message", {"text": "one"})
        assert texts(await next_of(mine, 1)) == ["one"]
        two.town.cut = True
        two.there.publish("S1", "message", {"text": "lost"})
        two.town.join()
        assert (await first_of(mine)).kind == "reset"
        two.there.publish("S1", "message", {"text": "two"})
        assert texts(await next_of(mine, 1)) == ["two"]


async def test_alone_nothing_is_told_and_nobody_is_remembered() -> None:
    alone = Happenings(SystemClock())
    async with alone.subscribe("S1", None) as mine:
        alone.publish("S1", "message", {"text": "one"})
        assert texts(await next_of(mine, 1)) == ["one"]
        assert not alone._relay._here
