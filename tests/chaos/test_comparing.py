"""A check that cannot fail is a defect: each thing that must not be is found, and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chaos import words
from bot.chaos.comparing import findings
from bot.chaos.seen import Case, Question, Seen, Stored, Times
from tests.chaos.cases import (
    ANSWER,
    ANSWER_TOO,
    CARD,
    DELIVERY,
    FAILED,
    FILES,
    FIRST,
    OPENING,
    PROGRESS,
    SECOND,
    THREAD,
    case,
    without,
)

AGAIN = "11"
DONE = Stored(1, (FIRST, SECOND), (1,), 1, ("done",))


def kinds(one: Case) -> set[str]:
    return {found.kind for found in findings(one)}


def test_a_session_that_ended_as_it_had_to_has_no_findings() -> None:
    assert findings(case()) == []


def test_two_questions_may_be_answered_together() -> None:
    both = replace(ANSWER_TOO, text=words.answer([FIRST, SECOND]))
    assert findings(case(*(both if each is ANSWER_TOO else each for each in without(ANSWER)))) == []


@pytest.mark.parametrize("missing", [OPENING, ANSWER, ANSWER_TOO, PROGRESS, DELIVERY, FILES])
def test_what_is_missing_in_the_thread_is_lost(missing: Seen) -> None:
    assert kinds(case(*without(missing))) == {"lost"}


@pytest.mark.parametrize("twice", [OPENING, ANSWER, ANSWER_TOO, PROGRESS, DELIVERY, FILES])
def test_what_stands_there_twice_is_duplicated(twice: Seen) -> None:
    assert kinds(case(*THREAD, replace(twice, id=AGAIN))) == {"duplicated"}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"cards": 0}, "lost"),
        ({"cards": 2}, "duplicated"),
        ({"handed": 0}, "lost"),
        ({"handed": 3}, "duplicated"),
        ({"generated": Times(2, 2)}, "lost"),
        ({"generated": Times(0, 0)}, "duplicated"),
        ({"restored": Times(1, 1)}, "lost"),
        ({"stored": replace(DONE, sessions=2)}, "duplicated"),
        ({"stored": replace(DONE, words=(FIRST,))}, "lost"),
        ({"stored": replace(DONE, words=(FIRST, FIRST, SECOND))}, "duplicated"),
        ({"stored": replace(DONE, versions=(1, 2), made=2)}, "lost"),
        ({"stored": replace(DONE, jobs=("running",))}, "stuck"),
    ],
)
def test_figures_that_are_not_as_they_had_to_be(changes: dict[str, object], kind: str) -> None:
    assert kind in kinds(case(**changes))


def test_an_answer_that_stops_in_the_middle_is_stuck() -> None:
    half = replace(ANSWER, text=ANSWER.text[:90])
    assert kinds(case(*(half if each is ANSWER else each for each in THREAD))) == {"lost", "stuck"}


def test_an_answer_without_its_end_beside_the_whole_one_is_duplicated_and_stuck() -> None:
    assert kinds(case(*THREAD, replace(ANSWER, id=AGAIN, text=ANSWER.text[:90]))) == {"duplicated", "stuck"}


@pytest.mark.parametrize(
    "stuck",
    [
        Seen(AGAIN, by_bot=True, text="⏳ v2 · Thinking … · 3 s", buttons=("Cancel",)),
        Seen(AGAIN, by_bot=True, text=""),
        Seen(AGAIN, by_bot=True, text="Something else", growing=True),
    ],
)
def test_what_still_looks_as_if_it_went_on_is_stuck(stuck: Seen) -> None:
    assert kinds(case(*THREAD, stuck)) == {"stuck"}


def test_words_that_came_twice_or_not_at_all() -> None:
    more = replace(ANSWER, text=ANSWER.text.replace("line by line", "line by line by line"))
    less = replace(ANSWER, text=ANSWER.text.replace("line by line, ", ""))
    assert kinds(case(*(more if each is ANSWER else each for each in THREAD))) == {"duplicated"}
    assert kinds(case(*(less if each is ANSWER else each for each in THREAD))) == {"lost"}


def test_answers_in_another_order_than_their_questions() -> None:
    turned = (CARD, OPENING, ANSWER_TOO, ANSWER, PROGRESS, DELIVERY, FILES)
    assert kinds(case(*turned)) == {"out of order"}
    within = replace(ANSWER, text=words.answer([SECOND, FIRST]))
    assert kinds(case(CARD, OPENING, within, PROGRESS, DELIVERY, FILES)) == {"out of order"}


def test_of_two_questions_on_their_way_at_once_either_may_come_first() -> None:
    turned = (CARD, OPENING, ANSWER_TOO, ANSWER, PROGRESS, DELIVERY, FILES)
    late = (Question(FIRST, 10.0, 12.5), Question(SECOND, 12.0, 13.0))
    assert findings(case(*turned, questions=late)) == []


def test_what_the_platform_gave_up_is_told_apart_from_what_was_lost() -> None:
    never = (Question(FIRST, 10.0, None), Question(SECOND, 12.0, 13.0))
    stored = replace(DONE, words=(SECOND,))
    assert kinds(case(*without(ANSWER), questions=never, stored=stored)) == {"undelivered"}


def test_a_failure_that_was_said_and_made_good_is_none() -> None:
    kept = replace(FAILED, text=f"{ANSWER.text[:90]}\n\n{FAILED.text}")
    assert findings(case(*THREAD, kept)) == []
    assert findings(case(*without(OPENING), FAILED)) == []
    assert kinds(case(*without(ANSWER), kept)) == {"lost"}
