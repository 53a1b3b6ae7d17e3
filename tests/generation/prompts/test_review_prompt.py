"""What the model gets for a review: numbered files, the usual order, never more than the room."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.automations.model import File
from core.errors import ContextTooLong
from core.generation.context import generation_prompt, review_prompt
from core.generation.reviews import suggestions
from core.vocabulary import AgentType, Language
from tests.generation.prompts.test_context import (
    CURRENT,
    EVIL,
    PROMPTS,
    ROOM,
    SESSION,
    in_order,
    size,
    text_of,
    well_formed,
)
from tests.messages.making import Talk

ORDER = "Review version 1 now: suggestions or one sentence, no files."


def test_a_review_goes_from_stable_to_changing() -> None:
    version = replace(
        CURRENT, files=(File("z.py", "z = 1\n\nprint(z)\n"), File("a.py", ""), File("b.py", "b"))
    )
    prompt = review_prompt(PROMPTS, SESSION, [Talk().person("Weekly", "Ben")], version, ROOM)
    assert well_formed(prompt)
    assert prompt[0].content == f"{PROMPTS.rules}\n\n{PROMPTS.review}"
    assert in_order(
        prompt[1].content,
        PROMPTS.agents[AgentType.WEB_CRAWLER],
        PROMPTS.languages[Language.PYTHON],
        '<data:file path="a.py">',
        '<data:file path="b.py">\n1\tb\n</data:file>',
        '<data:file path="z.py">\n1\tz = 1\n2\t\n3\tprint(z)\n</data:file>',
        "R1 (Ana)",
        "[Ben]: Weekly",
        ORDER,
    )
    assert prompt[1].content.endswith(ORDER)


def test_all_but_the_format_and_the_order_is_that_of_a_generation() -> None:
    """The role, the ledger and the messages, byte for byte."""
    messages = [Talk().person("Weekly")]
    review = review_prompt(PROMPTS, SESSION, messages, CURRENT, ROOM)[1].content
    build = generation_prompt(PROMPTS, SESSION, messages, CURRENT.language, CURRENT, ROOM)[1].content
    files = re.compile("<data:files>.*</data:files>", re.DOTALL)
    assert files.sub("", review).removesuffix(ORDER) in files.sub("", build)


def test_files_cannot_leave_their_section_and_what_does_not_fit_is_named() -> None:
    version = replace(CURRENT, files=(File("a.py", EVIL), File("big.txt", "words " * 40_000)))
    prompt = review_prompt(PROMPTS, SESSION, [], version, 20_000)
    assert well_formed(prompt)
    assert size(prompt) <= 20_000
    assert "(The file big.txt, 1 lines, is not shown" in prompt[1].content
    assert text_of(prompt).count("</data:session>") == 1


def test_without_any_room_it_is_refused_in_words() -> None:
    with pytest.raises(ContextTooLong):
        review_prompt(PROMPTS, SESSION, [], CURRENT, 500)


def test_the_example_of_the_format_is_itself_in_the_format() -> None:
    files = [File("greet.py", "x\n" * 20), File("README.md", "x\n" * 20)]
    found = suggestions(PROMPTS.review, files)
    assert [(one.path, one.line) for one in found.suggestions] == [("greet.py", 11), ("README.md", 5)]
    assert found.left_out == 0
