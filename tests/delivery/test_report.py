"""THREADWRIGHT.md: whatever was found out is in it, and nothing in it breaks the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.automations.evidence import (
    Evidence,
    Finding,
    GateResult,
    Round,
    TestRun,
    Traced,
    from_json,
    to_json,
)
from core.automations.model import Automation, AutomationStatus, File
from core.delivery.delivered import evidence_line
from core.delivery.report import outcome_text, report
from core.vocabulary import Language

EVIDENCE = Evidence(
    checked=True,
    notes=("1 of 3 tests failed", "R2 has no test"),
    prompt_tokens=1200,
    completion_tokens=300,
    cached_tokens=1000,
    cost=Decimal("0.0123"),
    model="maker/model",
    seconds=12.5,
    gates=(
        GateResult("shape", ran=True, passed=True, seconds=0.001),
        GateResult("syntax", ran=True, passed=False, seconds=0.02),
        GateResult("lints", ran=False, passed=False, seconds=0, note="missing on this machine: a | b"),
    ),
    findings=(Finding("a.py", 3, "unknown-name", "error", "there is no\n`x`"),),
    tests=TestRun(True, "bubblewrap", "", 2, 1, "FAILED ``` tests/test_a.py", (), 1.25),
    trace=(
        Traced(1, "crawl | politely", ("a.py",), ("tests/test_a.py: test_x",), "failed"),
        Traced(2, "keep it", ("a.py",), (), "no test"),
    ),
    rounds=(Round(1, 4, 1, kept=True), Round(2, 1, 1, kept=False)),
    prompt_hash="ab" * 32,
)
MADE = Automation(
    "A1", "S1", 2, AutomationStatus.DRAFT, Language.PYTHON, "", (), "", "", ("`b.py` was left out.",), EVIDENCE,
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), (File("a.py", "x = 1\n", origin="repaired"),),
)  # fmt: skip


def test_all_of_it_stands_in_the_report() -> None:
    text = report("Price\nwatcher", MADE)
    for line in (
        "# Price watcher, v2",
        "**draft: not proved**",
        "- 1 of 3 tests failed",
        "| shape | passed | 0.001 |",
        "| syntax | failed | 0.020 |",
        r"| lints | not run: missing on this machine: a \| b | 0.000 |",
        "2 passed, 1 failed in 1.2 s, confined by bubblewrap.",
        "````text\nFAILED ``` tests/test_a.py\n````",
        r"| R1 | crawl \| politely | `a.py` | `tests/test_a.py: test_x` | failed |",
        "| R2 | keep it | `a.py` | none | no test |",
        "- error `a.py:3` unknown-name: there is no `x`",
        "- round 1: 4 wrong before, 1 after",
        "- round 2: 1 wrong before, 1 after; its files were not used",
        "- `b.py` was left out.",
        "- at 2026-01-02 03:04:05 UTC, in 12.5 s",
        "- model: `maker/model`",
        "- tokens: 1,200 read (1,000 of them from a cache), 300 written",
        "- cost: $0.0123",
        f"- sha256 of the prompt: `{'ab' * 32}`",
    ):
        assert line in text, line
    assert "| `a.py` | 1 | repaired | " in text


def test_nothing_is_said_of_what_was_not_looked_at() -> None:
    text = report("Empty", replace(MADE, evidence=Evidence(), warnings=()))
    for title in ("Gates", "Tests", "Requirements", "Findings", "Repair", "Warnings"):
        assert f"## {title}" not in text


def test_the_evidence_line_says_what_passed_and_what_is_missing() -> None:
    line = evidence_line(MADE)
    assert line.startswith(
        "**Evidence:** draft: 1 of 3 gates passed; repaired in 1 round (3 findings); 1 of 3 tests failed"
    )
    assert "R2 has no test" in line
    assert line.endswith("maker/model · 1,500 tokens · $0.0123 · 12 s")


def test_what_run_tests_says() -> None:
    assert outcome_text(MADE).startswith(
        "**v2** is draft: 1 of 3 tests failed; R2 has no test\n\n2 passed, 1 failed"
    )
    not_run = replace(MADE, evidence=Evidence(notes=("tests not run: no sandbox",)))
    assert outcome_text(not_run) == "**v2** is draft: tests not run: no sandbox"


def test_evidence_is_stored_as_it_is() -> None:
    assert from_json(to_json(EVIDENCE)) == EVIDENCE
    assert from_json({"checked": False, "notes": ["not checked yet"], "cost": "0.5"}).cost == Decimal("0.5")
