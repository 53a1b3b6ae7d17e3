"""Which of the written answers comes, and that they are what they pretend to be."""

from __future__ import annotations

import pytest

from bot.demo.replay import anything, planned, scripted, written
from core.bundle.parser import parse
from core.generation.prompts.library import load_prompts

PROMPTS = load_prompts()


def _body(system: str, *talk: str) -> dict[str, object]:
    """Rules, ledger, then the team and the agent in turn."""
    roles = ("user", "user", "assistant") * len(talk)
    said = [
        {"role": role, "content": text} for role, text in zip(roles, ("ledger: cents", *talk), strict=False)
    ]
    return {"messages": [{"role": "system", "content": system}, *said]}


def test_code_is_for_those_who_ask_for_code() -> None:
    replay = scripted(fast=True)
    assert replay(_body(PROMPTS.format, PROMPTS.generate)).text == written("generate-1")
    assert replay(_body(PROMPTS.format, f"files\n\n{PROMPTS.change}")).text == written("generate-2")


def test_talk_answers_what_has_no_answer_yet() -> None:
    replay, order = scripted(fast=True), PROMPTS.answer
    first, second = written("chat-cents"), written("chat-percent")
    assert replay(_body(PROMPTS.rules, PROMPTS.opening)).text == written("opening")
    assert replay(_body(PROMPTS.rules, f"whole cents\n{order}")).text == first
    both = _body(PROMPTS.rules, "whole cents, and five percent", first, order)
    assert replay(both).text == second
    assert replay(_body(PROMPTS.rules, f"nothing in particular\n{order}")).text == written("replay-chat")


def test_at_the_prompt_it_says_that_it_is_a_replay() -> None:
    replay = anything(fast=True)
    for request in (PROMPTS.opening, f"whole cents\n{PROMPTS.answer}"):
        assert "replay" in replay(_body(PROMPTS.rules, request)).text


@pytest.mark.parametrize("version", [1, 2])
def test_the_code_is_whole(version: int) -> None:
    bundle = parse(written(f"generate-{version}"))
    assert [file.path for file in bundle.files] == planned(version)
    assert (bundle.warnings, bundle.truncated) == ((), False)
