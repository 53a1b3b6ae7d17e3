"""What was paid for once and asked again is found, and whether that may be."""

from __future__ import annotations

import pytest

from bot.chaos.paying import Asked, Call, Repaid, repaid

FIRST = Asked("gen-1", b"{}", "answer", ("q0x0x0",), 10.0)
AGAIN = Asked("gen-2", b"{}", "answer", ("q0x0x0",), 20.0)
OTHER = Asked("gen-2", b"{ }", "answer", ("q0x0x0",), 20.0)


def judged(second: Asked, state: str | None, *kills: float, first: Asked = FIRST) -> Repaid:
    """``state``: of the first call, `None` when the account knows nothing of it."""
    calls = {"gen-1": Call("turn:1", state)} if state else {}
    return repaid([first, second], {**calls, "gen-2": Call("turn:1", "done")}, kills)


def count(found: Repaid) -> tuple[int, int]:
    return len(found.after_commit), len(found.in_flight)


def test_what_is_asked_once_is_not_repaid() -> None:
    assert count(repaid([FIRST], {"gen-1": Call("turn:1", "done")}, [])) == (0, 0)


def test_one_whose_end_was_committed_must_not_be_bought_again() -> None:
    assert count(judged(AGAIN, "done", 15.0)) == (1, 0)


@pytest.mark.parametrize("state", ["running", None])
def test_one_in_flight_may_be_asked_again_once_for_a_kill(state: str | None) -> None:
    assert count(judged(AGAIN, state, 15.0)) == (0, 1)
    assert count(judged(AGAIN, state, 5.0, 25.0)) == (1, 0)


def test_it_has_to_be_the_same_to_the_byte() -> None:
    assert count(judged(OTHER, "running", 15.0)) == (1, 0)


@pytest.mark.parametrize("state", ["cut", "failed"])
def test_what_ended_before_eyes_may_be_asked_for_anew(state: str) -> None:
    assert count(judged(AGAIN, state)) == (0, 0)
    assert count(judged(OTHER, state)) == (0, 0)


def test_an_answer_that_we_cut_is_no_fault_of_the_program() -> None:
    cut = Asked("gen-1", b"{}", "answer", ("q0x0x0",), 10.0, spoiled=True)
    assert count(judged(AGAIN, "running", first=cut)) == (0, 0)
