"""Numbered lines of a ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.shared.ledger import ledger_line, read_ledger
from core.sessions.model import Requirement


def test_a_line_with_its_number() -> None:
    one = Requirement(3, "by\n mail", "Ana", datetime(2026, 1, 2, tzinfo=UTC))
    assert ledger_line(one) == "R3. by mail"


def test_known_numbers_are_kept_and_everything_else_is_new() -> None:
    text = "R1. every day\nr2)\n\n  R3 in euro\nR9. unknown\nplain\nR1. again"
    assert read_ledger(text, {1, 2, 3}) == (
        {1: "every day", 2: "", 3: "in euro"},
        ["unknown", "plain", "again"],
    )
