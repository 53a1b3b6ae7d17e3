"""A stored intent comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.intents import (
    Attachment,
    ChangeRequirements,
    Dashboard,
    Generate,
    Intent,
    ListTokens,
    MakeToken,
    OpenSession,
    Origin,
    Person,
    Place,
    RevokeToken,
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
        Say(FROM, "web:1", "hi", via="web", name="Ana"),
        Dashboard(FROM),
        MakeToken(FROM, "laptop", read_only=True),
        RevokeToken(FROM, "T1"),
        ListTokens(FROM),
        ChangeRequirements(FROM, add=("x",), edit=((1, "y"),), withdraw=(2,)),
    ],
)
def test_round_trip(intent: Intent) -> None:
    assert from_json(to_json(intent)) == intent
