"""What people type to the bot is understood as a verb only when the whole of it is one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.shared.verbs import outside, spoken
from core.intents import (
    AnswerNow,
    Ask,
    Cancel,
    Close,
    Dashboard,
    Delete,
    Diff,
    Download,
    ForgetMe,
    Generate,
    Intent,
    ListTokens,
    MakeToken,
    Origin,
    Person,
    Place,
    Rename,
    Reopen,
    Restore,
    Retry,
    Review,
    RevokeToken,
    RunTests,
)
from core.vocabulary import Language

FROM = Origin(Place("slack", "T1", "C1", "1.1"), Person("T1", "U1"), "k", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("generate", Generate(FROM)),
        ("Generate!", Generate(FROM)),
        ("generate python", Generate(FROM, Language.PYTHON)),
        ("generate in TypeScript.", Generate(FROM, Language.TYPESCRIPT)),
        ("generate js", Generate(FROM, Language.JAVASCRIPT)),
        ("generate auto", Generate(FROM, Language.AUTO)),
        ("cancel", Cancel(FROM)),
        ("stop", Cancel(FROM)),
        ("retry", Retry(FROM)),
        ("answer now", AnswerNow(FROM)),
        ("show", Ask(FROM, "show")),
        ("show v2", Ask(FROM, "show", 2)),
        ("Show 2!", Ask(FROM, "show", 2)),
        ("diff", Diff(FROM)),
        ("diff 2", Diff(FROM, newer=2)),
        ("diff 1 3", Diff(FROM, older=1, newer=3)),
        ("diff v1 and v3.", Diff(FROM, older=1, newer=3)),
        ("diff version 1 to version 3", Diff(FROM, older=1, newer=3)),
        ("diff v1..v3", Diff(FROM, older=1, newer=3)),
        ("diff 1 → 3", Diff(FROM, older=1, newer=3)),
        ("restore 1", Restore(FROM, 1)),
        ("restore v12", Restore(FROM, 12)),
        ("restore", Ask(FROM, "versions")),
        ("review", Review(FROM)),
        ("run tests", RunTests(FROM)),
        ("run the tests.", RunTests(FROM)),
        ("run-tests", RunTests(FROM)),
        ("test", RunTests(FROM)),
        ("tests", RunTests(FROM)),
        ("versions", Ask(FROM, "versions")),
        ("requirements", Ask(FROM, "requirements")),
        ("status", Ask(FROM, "status")),
        ("list", Ask(FROM, "list")),
        ("help", Ask(FROM, "help")),
        ("", Ask(FROM, "help")),
        ("rename to “Price  watch”", Rename(FROM, "Price watch")),
        ("rename Price watch", Rename(FROM, "Price watch")),
        ("rename", Ask(FROM, "help")),
        ("close", Close(FROM)),
        ("reopen", Reopen(FROM)),
        ("delete", Delete(FROM)),
        ("download", Download(FROM)),
        ("download 2", Download(FROM, number=2)),
        ("download v12", Download(FROM, number=12)),
        ("forget me", ForgetMe(FROM)),
        ("forget-me", ForgetMe(FROM)),
    ],
)
def test_verbs(text: str, intent: Intent) -> None:
    assert spoken(text, FROM) == intent


@pytest.mark.parametrize(
    "text",
    [
        "generate a report every Monday",
        "generate rust",
        "close the file when you are done",
        "delete rows older than a week",
        "download the CSV first",
        "forget it",
        "show me the schema",
        "what is the status?",
        "answer in French",
        "diff the two CSV files",
        "diff 1 2 3",
        "restore the old behaviour",
        "review the README first",
        "run it every night",
        "run",
        "test it with an empty list",
        "show 2 of them",
    ],
)
def test_conversation_is_no_verb(text: str) -> None:
    assert spoken(text, FROM) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("list", Ask(FROM, "list")),
        ("status", Ask(FROM, "status")),
        ("generate bash", Generate(FROM, Language.BASH)),
        ("forget-me", ForgetMe(FROM)),
        ("delete", Ask(FROM, "help")),
        ("diff 1 2", Ask(FROM, "help")),
        ("nonsense", Ask(FROM, "help")),
        ("generate rust", Ask(FROM, "help")),
        ("", Ask(FROM, "help")),
    ],
)
def test_outside_of_a_session_only_some_make_sense(text: str, intent: Intent) -> None:
    assert outside(text, FROM) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("dashboard", Dashboard(FROM)),
        ("Dashboard!", Dashboard(FROM)),
        ("tokens", ListTokens(FROM)),
        ("token", ListTokens(FROM)),
        ("token revoke", ListTokens(FROM)),
        ("token laptop", MakeToken(FROM, "laptop")),
        ("token ci-2.build read", MakeToken(FROM, "ci-2.build", read_only=True)),
        ("token revoke 01K9ABC", RevokeToken(FROM, "01K9ABC")),
        ("token revoke `01K9ABC`", RevokeToken(FROM, "01K9ABC")),
    ],
)
def test_what_is_for_one_person_works_everywhere(text: str, intent: Intent) -> None:
    assert spoken(text, FROM) == intent
    assert outside(text, FROM) == intent


@pytest.mark.parametrize(
    "text",
    [
        "dashboard for the sales team",
        "token limits are too low",
        "token laptop write it",
        "tokens per minute?",
    ],
)
def test_talk_about_dashboards_and_tokens_is_conversation(text: str) -> None:
    assert spoken(text, FROM) is None
    assert outside(text, FROM) == Ask(FROM, "help")
