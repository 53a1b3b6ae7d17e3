"""A button says in its id and value what it asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.shared.actions import action_of, pressed
from core.intents import (
    AnswerNow,
    Apply,
    Cancel,
    ChangeRequirements,
    Close,
    Delete,
    Diff,
    Download,
    Generate,
    Intent,
    Origin,
    Person,
    Place,
    Reopen,
    Retry,
    RunTests,
)
from core.replies import Action
from core.vocabulary import Language

FROM = Origin(Place("slack", "T1", "C1", "1.1"), Person("T1", "U1"), "k", datetime(2026, 1, 1, tzinfo=UTC))
BY_ADAPTER = {Action.REQUIREMENTS, Action.VIEW}


@pytest.mark.parametrize(
    ("action", "value", "intent"),
    [
        (Action.GENERATE, "S1", Generate(FROM, session="S1")),
        (Action.GENERATE, "S1:python", Generate(FROM, Language.PYTHON, "S1")),
        (Action.GENERATE, "S1:cobol", Generate(FROM, session="S1")),
        (Action.GENERATE, "", Generate(FROM)),
        (Action.REGENERATE, "S1", Generate(FROM, session="S1")),
        (Action.CLOSE, "S1", Close(FROM, "S1")),
        (Action.REOPEN, "S1", Reopen(FROM, "S1")),
        (Action.CANCEL, "J1", Cancel(FROM, job="J1")),
        (Action.DOWNLOAD, "A1", Download(FROM, "A1")),
        (Action.RETRY, "S1", Retry(FROM, "S1")),
        (Action.ANSWER_NOW, "S1", AnswerNow(FROM, "S1")),
        (Action.ADD_REQUIREMENT, "P1", ChangeRequirements(FROM, proposal="P1")),
        (Action.DIFF, "A1", Diff(FROM, "A1")),
        (Action.RUN_TESTS, "A1", RunTests(FROM, "A1")),
        (Action.APPLY, "G1", Apply(FROM, "G1")),
        (Action.DELETE, "S1", Delete(FROM, "S1", confirmed=True)),
    ],
)
def test_what_buttons_ask_for(action: Action, value: str, intent: Intent) -> None:
    assert pressed(action, value, FROM) == intent


def test_every_action_leads_somewhere() -> None:
    assert {action for action in Action if pressed(action, "x", FROM) is None} == BY_ADAPTER


@pytest.mark.parametrize(
    ("custom_id", "action"),
    [("generate", Action.GENERATE), ("generate#3", Action.GENERATE), ("", None), ("nonsense", None)],
)
def test_ids(custom_id: str, action: Action | None) -> None:
    assert action_of(custom_id) is action
