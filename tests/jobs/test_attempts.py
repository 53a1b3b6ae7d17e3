"""How long work is tried, and what survives of a failure."""

from __future__ import annotations

import json

import pytest

from core.errors import (
    CreditGone,
    ModelRateLimited,
    ModelUnavailable,
    RequestRefused,
    SettingsError,
    ThreadwrightError,
)
from core.jobs.attempts import Patience, keep, revive


def test_nine_attempts_in_about_ten_minutes() -> None:
    waits = [Patience().after(ModelUnavailable("busy"), attempt) for attempt in range(9)]
    assert waits[-1] is None
    assert 500 < sum(wait or 0 for wait in waits) < 700


@pytest.mark.parametrize(("asked", "wait"), [(None, 0.5), (1, 1), (77, 77), (601, None)])
def test_a_service_may_ask_for_more_time_within_reason(asked: float | None, wait: float | None) -> None:
    assert Patience().after(ModelRateLimited("later", retry_after=asked), 0) == wait


def test_what_a_person_must_mend_is_not_tried_again() -> None:
    assert Patience().after(CreditGone("No credit."), 0) is None


@pytest.mark.parametrize(
    "error",
    [
        CreditGone("No credit.", affordable=1200, detail="402"),
        RequestRefused("Too long.", field="title"),
        ModelRateLimited("Later. 🚀", retry_after=3.5),
        SettingsError(("A: wrong", "B: missing")),
    ],
)
def test_an_error_comes_back_from_plain_data(error: ThreadwrightError) -> None:
    back = revive(json.loads(json.dumps(keep(error, None))))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert {**vars(error), "problems": None} == {**vars(back), "problems": None}


def test_an_error_of_a_later_program_still_has_its_sentence() -> None:
    failure = keep(CreditGone("No credit."), None)
    failure["kind"] = "NotInventedYet"
    assert revive(failure).sentence == "No credit."
