"""A stored intent comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.intents import (
    Attachment,
    ChangeRequirements,
    Generate,
    Intent,
    OpenSession,
    Origin,
    Person,
    Place,
    Say,
    from_json,
    to_json,
)
from core.vocabulary import AgentType, Language

FROM = Origin(
    Place("slack", "T1", "C1", "1.2"), Person("T1", "U1"), "k", datetime(2026, 1, 2, tzinfo=UTC), "a"
)


@pytest.mark.parametrize(
    "intent",
    [
        OpenSession(FROM, "Title", AgentType.RESEARCH, "one\ntwo"),
        Say(FROM, "1.3", "hi \u202e", (Attachment("a.csv", 3, "text/csv", "F1"),)),
        Generate(FROM, Language.BASH),
        ChangeRequirements(FROM, add=("x",), edit=((1, "y"),), withdraw=(2,)),
    ],
)
def test_round_trip(intent: Intent) -> None:
    assert from_json(to_json(intent)) == intent
