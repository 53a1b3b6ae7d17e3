"""Long Markdown becomes messages that read like the whole: nothing lost, no code block broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.shared.fences import Fence, after
from adapters.shared.split import pieces, split

LIMIT = 400
_SHORT = st.one_of(
    st.sampled_from(["", "", "```", "```python", "````", "~~~", "  ```js", "- a list:", "    ```", "```a b"]),
    st.text(alphabet="ab `~#é🙂-", max_size=60),
)
_LINES = st.one_of(_SHORT, st.text(alphabet="ab c", min_size=300, max_size=1500))
_TEXTS = st.lists(_LINES, max_size=40).map("\n".join)


def _code_lines(text: str) -> list[bool]:
    """Whether each line is inside of a fence, or one of its ends."""
    marks: list[bool] = []
    fence: Fence | None = None
    for line in text.split("\n"):
        before, fence = fence, after(fence, line)
        marks.append(before is not None or fence is not None)
    return marks


@given(st.lists(_SHORT, max_size=60).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_code_stays_code_and_prose_stays_prose(text: str) -> None:
    marks: list[bool] = []
    for part in pieces(text, LIMIT):
        of_part = _code_lines(part.text)
        first, last = bool(part.before), 1 if part.after else 0
        marks += of_part[first : len(of_part) - last]
        if part.body.endswith("\n") and not part.after:
            marks.pop()  # the empty line behind the last line end belongs to the next part
    assert marks == _code_lines(text)[: len(marks)]
    assert len(_code_lines(text)) - len(marks) <= 1


@given(_TEXTS)
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_or_doubled_and_every_part_fits(text: str) -> None:
    parts = pieces(text, LIMIT)
    assert "".join(part.body for part in parts) == text
    assert all(len(part.text) <= LIMIT for part in parts)


@given(_TEXTS)
@settings(max_examples=150, deadline=None)
def test_no_part_but_the_last_leaves_a_fence_open(text: str) -> None:
    for part in pieces(text, LIMIT)[:-1]:
        fence = None
        for line in part.text.split("\n"):
            fence = after(fence, line)
        assert fence is None


@given(st.lists(st.text(alphabet="xyz ", max_size=200), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_code_stays_code_for_another_reader(lines: list[str]) -> None:
    """Read by an independent CommonMark parser, the parts hold the code of the whole, under the same language."""
    code = "\n".join(lines)
    parts = split(f"Before.\n\n```python\n{code}\n```\n\nAfter.", LIMIT)
    fences = [token for part in parts for token in MarkdownIt().parse(part) if token.type == "fence"]
    assert {fence.info for fence in fences} == {"python"}
    shown = "".join(fence.content for fence in fences)
    assert shown.replace("\n", "") == code.replace("\n", "")


def test_paragraphs_are_kept_together() -> None:
    paragraphs = [f"{letter * 150}." for letter in "abcdef"]
    parts = split("\n\n".join(paragraphs), LIMIT)
    assert [part.strip() for part in parts] == ["\n\n".join(paragraphs[at : at + 2]) for at in (0, 2, 4)]


def test_lines_are_kept_whole_where_they_fit() -> None:
    lines = [f"- point number {number}" for number in range(60)]
    parts = split("\n".join(lines), LIMIT)
    assert len(parts) > 1
    assert [line for part in parts for line in part.splitlines()] == lines


def test_a_block_that_fits_the_next_part_is_not_cut() -> None:
    parts = split("word " * 50 + "\n\n```py\n" + "x = 1\n" * 40 + "```\n", LIMIT)
    assert len(parts) == 2
    assert parts[1].startswith("```py\nx = 1\n")


def test_a_reopened_block_has_its_language_and_its_marker() -> None:
    parts = split("````markdown\n" + "```\nline\n```\n" * 60 + "````", LIMIT)
    assert len(parts) > 2
    assert all(part.startswith("````markdown\n") and part.rstrip().endswith("````") for part in parts)


def test_a_line_longer_than_a_message_is_cut_at_a_space() -> None:
    parts = split("word " * 300, LIMIT)
    assert all(part.endswith("word ") for part in parts)


def test_an_unbroken_line_is_cut_anywhere() -> None:
    parts = split("a" * 1000, LIMIT)
    assert [len(part) for part in parts] == [400, 400, 200]


def test_a_fence_that_the_author_left_open_stays_so() -> None:
    assert split("```py\nx = 1", LIMIT) == ["```py\nx = 1"]


def test_backticks_in_a_line_open_nothing() -> None:
    text = "Use ```x``` here.\n" * 50
    assert "".join(split(text, LIMIT)) == text


def test_nothing_is_one_empty_part() -> None:
    assert split("", LIMIT) == [""]


def test_a_limit_without_room_for_fences_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        split("text", 100)


def test_forty_thousand_characters() -> None:
    text = "\n".join(f"line {number} 🙂 שלום" for number in range(2500))
    parts = split(text, 10_000)
    assert "".join(parts) == text
    assert len(parts) <= 6
