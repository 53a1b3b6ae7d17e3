"""Nobody is called by what a model writes, and half a mention is not shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.shared.mentions import INVISIBLE, finished, in_prose, quiet

_TOKEN = re.compile(r"<(?=@[A-Z0-9])")


@pytest.mark.parametrize("word", ["@everyone", "@here", "@channel", "@Here", "hi @all!"])
def test_words_that_call_everybody_are_broken(word: str) -> None:
    assert quiet(word, _TOKEN) == word.replace("@", f"@{INVISIBLE}")


@pytest.mark.parametrize("word", ["a@heretic.example", "@hereafter", "@channels", "mail@channel9"])
def test_other_words_are_left_alone(word: str) -> None:
    assert quiet(word, _TOKEN) == word


def test_code_stays_code() -> None:
    text = "```py\n@here\ndef f(): ...\n```\n@here"
    assert quiet(text, _TOKEN) == f"```py\n@here\ndef f(): ...\n```\n@{INVISIBLE}here"


def test_a_platform_s_own_mention_is_broken_in_code_too() -> None:
    assert quiet("```\n<@U1>\n```", _TOKEN) == f"```\n<{INVISIBLE}@U1>\n```"


def test_prose_is_changed_line_by_line() -> None:
    assert in_prose("a\n~~~\na\n~~~\na\n", lambda line: line.replace("a", "b")) == "b\n~~~\na\n~~~\nb\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hello <@U12", "hello "),
        ("hello <!time:17", "hello "),
        ("hello @her", "hello "),
        ("hello <", "hello "),
        ("a < b and c", "a < b and c"),
        ("hello <@U12> you", "hello <@U12> you"),
        ("<" + "x" * 200, "<" + "x" * 200),
    ],
)
def test_half_a_mention_waits(text: str, shown: str) -> None:
    assert finished(text) == shown


@given(st.text(alphabet="<@!>U1here \n`", max_size=60), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_a_growing_text_never_shows_a_mention(text: str, cut: int) -> None:
    """What is shown of the beginning, with the rest of the whole behind it, calls nobody either."""
    whole, begun = quiet(text, _TOKEN), quiet(finished(text[:cut]), _TOKEN)
    grown = begun + whole[len(begun) :] if whole.startswith(begun) else whole
    assert not re.search(r"<@U1", grown)
