"""Which of the written answers comes, and that they are what they pretend to be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo.faults import looks_like_a_key, mended, spoiled
from bot.demo.replay import anything, planned, scripted, written
from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.parser import parse
from core.checks.gates import check
from core.checks.tracing import trace
from core.generation.prompts.library import load_prompts
from core.generation.repairs import repair
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox
from core.sandbox.testing import run_tests
from core.sessions.model import Requirement
from core.vocabulary import Language

PROMPTS = load_prompts()
START = datetime(2026, 1, 1, tzinfo=UTC)


def _body(system: str, *talk: str) -> dict[str, Any]:
    """Rules, ledger, then the team and the agent in turn."""
    roles = ("user", "user", "assistant") * len(talk)
    said = [
        {"role": role, "content": text} for role, text in zip(roles, ("ledger: cents", *talk), strict=False)
    ]
    return {"messages": [{"role": "system", "content": system}, *said]}


def _repair(order: str) -> dict[str, object]:
    """The request after an order whose files had faults, as the program writes it."""
    faults = [Finding("a.py", 1, "syntax", "error", "it does not parse")]
    messages, _ = repair(PROMPTS.repair, 1, 2, [File("a.py", "(\n")], faults, None, 1000)
    before = [{"role": "system", "content": PROMPTS.format}, {"role": "user", "content": order}]
    return {"messages": [*before, *({"role": each.role, "content": each.content} for each in messages)]}


def test_code_is_for_those_who_ask_for_code() -> None:
    replay = scripted(fast=True)
    first, second = PROMPTS.generate, f"files\n\n{PROMPTS.change}"
    assert replay(_body(PROMPTS.format, first)).text == spoiled(written("generate-1"))
    assert replay(_body(PROMPTS.format, second)).text == written("generate-2")
    for _ in range(2):  # the request decides, not how often it came
        assert replay(_repair(first)).text == mended(written("generate-1"))
    assert replay(_repair(second)).text == written("replay-repair")


def test_talk_answers_what_has_no_answer_yet() -> None:
    replay, order = scripted(fast=True), PROMPTS.answer
    first, second = written("chat-cents"), written("chat-percent")
    assert replay(_body(PROMPTS.rules, PROMPTS.opening)).text == written("opening")
    assert replay(_body(PROMPTS.rules, f"whole cents\n{order}")).text == first
    both = _body(PROMPTS.rules, "whole cents, and five percent", first, order)
    assert replay(both).text == second
    assert replay(_body(PROMPTS.rules, f"nothing in particular\n{order}")).text == written("replay-chat")


def test_at_the_prompt_the_session_of_the_scene_has_its_script() -> None:
    replay = anything(fast=True, scene="Watch prices")
    asked = _body(PROMPTS.rules, PROMPTS.opening)
    assert replay(asked).text == written("replay-opening")
    asked["messages"][1]["content"] = "<data:session>\nTitle: Watch prices\nTech stack: (open)"
    assert replay(asked).text == written("opening")


def test_at_the_prompt_it_says_that_it_is_a_replay() -> None:
    replay = anything(fast=True)
    for request in (PROMPTS.opening, f"whole cents\n{PROMPTS.answer}"):
        assert "replay" in replay(_body(PROMPTS.rules, request)).text


@pytest.mark.parametrize("version", [1, 2])
def test_the_code_is_whole(version: int) -> None:
    bundle = parse(written(f"generate-{version}"))
    assert [file.path for file in bundle.files] == planned(version)
    assert (bundle.warnings, bundle.truncated) == ((), False)


async def test_the_first_answer_has_faults_and_the_repair_mends_them() -> None:
    bad, repaired = parse(spoiled(written("generate-1"))), parse(mended(written("generate-1")))
    report = await check(bad.files)
    assert {found.code for found in report.findings} == {"unknown-name", "undeclared-import", "secret"}
    assert (repaired.warnings, repaired.truncated, repaired.done) == ((), False, True)
    now = {file.path: file for file in (*bad.files, *repaired.files)}
    assert tuple(now.values()) == parse(written("generate-1")).files


async def test_both_versions_are_proved_without_anything_installed() -> None:
    sandbox = await open_sandbox(None)
    files: dict[str, File] = {}
    for version, requirements in ((1, 5), (2, 6)):
        files |= {file.path: file for file in parse(written(f"generate-{version}")).files}
        report = await check(tuple(files.values()))
        assert (report.ready, report.findings) == (True, ())
        if isinstance(sandbox, NoSandbox):
            continue
        run = await run_tests(sandbox, tuple(files.values()), Language.PYTHON)
        assert run.proved, run
        ledger = [Requirement(number, "…", "ana", START) for number in range(1, requirements + 1)]
        verdicts = {row.number: row.verdict for row in trace(ledger, tuple(files.values()), run)}
        assert verdicts == dict.fromkeys(range(1, requirements + 1), "passed")


def test_no_answer_holds_what_looks_like_a_key() -> None:
    assert looks_like_a_key() in spoiled(written("generate-1"))
    assert looks_like_a_key() not in written("generate-1") + mended(written("generate-1"))
