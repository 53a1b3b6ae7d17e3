"""The verdict of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chaos.comparing import Finding, Kind
from bot.chaos.outcome import Outcome
from bot.chaos.paying import Repaid
from bot.chaos.plan import Dice

GOOD = Outcome(kills=1, turns=2, findings=(), repaid=Repaid(in_flight=["answer q0x0x0"]))


def test_only_what_was_in_flight_may_be_more_than_nothing() -> None:
    assert GOOD.good
    assert "| repaid in flight    |     1 |" in GOOD.text()
    assert "MISSED" not in GOOD.text()


@pytest.mark.parametrize("kind", ["lost", "duplicated", "out of order", "stuck", "undelivered"])
def test_anything_else_fails_the_run(kind: Kind) -> None:
    bad = replace(GOOD, findings=[Finding(kind, "t0x0", "something")])
    assert not bad.good
    assert "MISSED" in bad.text()
    assert f"{kind}: t0x0: something" in bad.told()


def test_what_a_platform_gave_up_is_excused_as_often_as_it_says_so() -> None:
    given_up = [Finding("undelivered", "t0x0", "q0x0x0")]
    assert replace(GOOD, findings=given_up, excused=1).good
    assert not replace(GOOD, findings=given_up * 2, excused=1).good


def test_repaid_after_commit_and_other_defects_fail_the_run() -> None:
    assert not replace(GOOD, repaid=Repaid(after_commit=["answer q0x0x0"])).good
    assert not replace(GOOD, broken=["all ended by itself with exit code 1"]).good


def test_a_seed_makes_the_same_decisions_again() -> None:
    one, same, other = Dice(7), Dice(7), Dice(8)
    for number in range(20):
        assert one.kill(number) == same.kill(number)
        assert one.mischief(number) == same.mischief(number)
        assert one.session(1, number) == same.session(1, number)
    assert [one.kill(n) for n in range(20)] != [other.kill(n) for n in range(20)]
