"""Reviews as models write them, in the format and beside it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.automations.model import File
from core.generation.reviews import SUGGESTIONS, TEXT_LIMIT, Advice, Review, suggestions

FILES = (
    File("src/a.py", "one\ntwo\nthree\n"),
    File("src/__init__.py", ""),
    File("README.md", "# A\n"),
    File("my notes.txt", "x\n"),
)
SLOW = "The loop reads the file again for each row. Read it once before."


def one(text: str) -> Advice:
    """The only suggestion of an answer that says nothing else."""
    found = suggestions(text, FILES)
    assert (found.said, found.left_out, len(found.suggestions)) == ("", 0, 1)
    return found.suggestions[0]


def test_suggestions_come_in_their_order_with_path_and_line() -> None:
    found = suggestions(
        f'<suggestion path="src/a.py" line="2">{SLOW}</suggestion>\n'
        '<suggestion path="README.md" line="1">The setup\nis missing.</suggestion>\n',
        FILES,
    )
    assert found == Review("", (Advice("src/a.py", 2, SLOW), Advice("README.md", 1, "The setup is missing.")))


@pytest.mark.parametrize(
    "tag",
    [
        '<suggestion line="2" path="src/a.py">',
        "<suggestion path='src/a.py' line='2'>",
        "<suggestion path=src/a.py line=2>",
        "<suggestion path=“src/a.py” line=“2”>",
        '<Suggestion Path = "src/a.py" Line = "L2-3" severity="high">',
        '<suggestion\n  file="src/a.py"\n  lines="2-3"\n>',
        '<suggestion path="./src/a.py" line="2">',
        '<suggestion path="/src/a.py" line="2">',
        '<suggestion path="src\\a.py" line="2">',
        '<suggestion path="`src/a.py`" line="2">',
        '<suggestion path="SRC/A.py" line="2">',
        '<suggestion path="src/a.py:2">',
        '1. <suggestion path="src/a.py" line="2">',
        '<suggestions>\n- <suggestion path="src/a.py" line="2">',
    ],
)
def test_tags_may_be_written_in_many_ways(tag: str) -> None:
    assert one(f"{tag}{SLOW}</suggestion>") == Advice("src/a.py", 2, SLOW)


@pytest.mark.parametrize(
    "line", ["", 'line=""', 'line="?"', 'line="4"', 'line="-0"', 'line="99999999999999999999"']
)
def test_a_line_that_the_file_does_not_have_is_none(line: str) -> None:
    assert one(f'<suggestion path="src/a.py" {line}>{SLOW}</suggestion>').line == 0


def test_an_empty_file_and_a_name_with_spaces_are_files_too() -> None:
    assert one('<suggestion path="src/__init__.py" line="1">Export it.</suggestion>').line == 0
    assert one('<suggestion path="my notes.txt" line="1">Drop it.</suggestion>').path == "my notes.txt"


@pytest.mark.parametrize("path", ["b.py", "", "../src/a.py", "src/", "a.py", "C:\\src\\a.py"])
def test_what_is_said_of_no_file_of_the_version_is_left_out_and_counted(path: str) -> None:
    found = suggestions(
        f'<suggestion path="{path}" line="1">{SLOW}</suggestion><suggestion path="README.md">Short.</suggestion>',
        FILES,
    )
    assert found == Review("", (Advice("README.md", 0, "Short."),), left_out=1)


def test_no_more_than_seven_and_each_once() -> None:
    many = "".join(
        f'<suggestion path="src/a.py" line="1">Fault {number // 2}.</suggestion>' for number in range(40)
    )
    found = suggestions(many, FILES).suggestions
    assert [advice.text for advice in found] == [f"Fault {number}." for number in range(SUGGESTIONS)]


def test_an_open_tag_ends_with_the_next_or_with_the_answer() -> None:
    found = suggestions(
        '<suggestion path="src/a.py" line="1">First.\n'
        '<suggestion path="src/a.py" line="2">Second.</suggestion>\n'
        '<suggestion path="src/a.py" line="3">The third is c',
        FILES,
    )
    assert [(advice.line, advice.text) for advice in found.suggestions] == [
        (1, "First."),
        (2, "Second."),
        (3, "The third is c"),
    ]


@pytest.mark.parametrize("end", ["", "</suggestion>", '<suggestion path="src/a.py" li'])
def test_a_tag_without_words_says_nothing(end: str) -> None:
    found = suggestions(f'<suggestion path="src/a.py" line="1"> \n{end}', FILES)
    assert all("li" in advice.text for advice in found.suggestions)
    assert found.left_out == 0


def test_tags_in_code_are_no_suggestions_and_code_is_not_repeated() -> None:
    found = suggestions(
        "The format is:\n```xml\n"
        '<suggestion path="src/a.py" line="1">An example.</suggestion>\n```\n'
        '<suggestion path="src/a.py" line="2">Use a set:\n~~~python\nseen = set()\n~~~\n</suggestion>\n',
        FILES,
    )
    assert found == Review("The format is:", (Advice("src/a.py", 2, "Use a set:"),))


def test_a_fence_around_the_whole_answer_is_taken_off() -> None:
    assert one(f'```xml\n<suggestion path="src/a.py" line="2">{SLOW}</suggestion>\n```\n').line == 2


def test_a_fence_mark_among_the_words_begins_no_code() -> None:
    assert one('<suggestion path="src/a.py" line="2">Close ```` it.</suggestion>').text == "Close ` it."


def test_long_words_are_cut_and_control_characters_go() -> None:
    advice = one(f'<suggestion path="src/a.py">\0{"long " * 1_000}</suggestion>')
    assert len(advice.text) <= TEXT_LIMIT
    assert advice.text.endswith("…")
    assert "\0" not in advice.text


@pytest.mark.parametrize(
    "item",
    [
        f"1. `src/a.py:2` {SLOW}",
        f"1. src/a.py:2: {SLOW}",
        f"2) **src/a.py:2** — {SLOW}",
        f"- `src/a.py`:2 - {SLOW}",
        f"* [src/a.py:2-3] {SLOW}",
        f"1. `src/a.py` (line 2): {SLOW}",
        f"1. src/a.py, line 2 \u2013 {SLOW}",
        f"1. `src/a.py#L2`: {SLOW}",
        f"1. `src/a.py:2`\n   {SLOW}",
    ],
)
def test_a_numbered_list_will_do(item: str) -> None:
    assert one(item) == Advice("src/a.py", 2, SLOW)


def test_a_list_with_titles_keeps_its_words() -> None:
    found = suggestions(
        "I read it all.\n\n"
        "1. **Slow loop** (`src/a.py:3`): it reads\n   the file for each row.\n"
        "2. README.md needs 3 steps of setup.\n"
        "3. The host `localhost:8080` is fixed.\n\n"
        "That is all.",
        FILES,
    )
    assert found.suggestions == (
        Advice("src/a.py", 3, "**Slow loop** (`src/a.py:3`): it reads the file for each row."),
        Advice("README.md", 0, "needs 3 steps of setup."),
    )
    assert found.said == "I read it all.\n\n3. The host `localhost:8080` is fixed.\n\nThat is all."


def test_a_list_beside_tags_is_only_said() -> None:
    found = suggestions(f'1. src/a.py:1 is fine.\n<suggestion path="src/a.py">{SLOW}</suggestion>', FILES)
    assert [advice.text for advice in found.suggestions] == [SLOW]
    assert found.said == "1. src/a.py:1 is fine."


@pytest.mark.parametrize(
    "text",
    ["I found nothing that is worth a change.", "Ничего существенного.", "<b>Fine</b>, <fine> & dandy"],
)
def test_nothing_found_is_a_sentence(text: str) -> None:
    assert suggestions(text, FILES) == Review(text, ())


@pytest.mark.parametrize(
    "text", ["", " \n\n", "```py\nprint(1)\n```", "1.\n2.\n-", "<suggestions></suggestions>"]
)
def test_an_answer_of_nothing_is_nothing(text: str) -> None:
    assert suggestions(text, FILES) == Review("", ())


TAGS = ('<suggestion path="src/a.py" line="', "2", '">', "</suggestion>", "<suggestion", "<", ">", '"', "'")
MARKS = ("```", "~~~", "\n", " ", "1. src/a.py:2 ", "- ", "words", "\0", "\u2028", "é", "`", ":", "nobody.py")
PIECES = st.sampled_from((*TAGS, *MARKS))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_whatever_comes_what_is_taken_is_sound(pieces: list[str]) -> None:
    found = suggestions("".join(pieces), FILES)
    paths = {file.path: file.lines for file in FILES}
    assert len(found.suggestions) <= SUGGESTIONS
    for advice in found.suggestions:
        assert 0 <= advice.line <= paths[advice.path]
        assert 0 < len(advice.text) <= TEXT_LIMIT
        assert "\n" not in advice.text
        assert "```" not in advice.text


ENDLESS = (
    "<suggestion ",
    "<suggestion path=a ",
    "a",
    "a=",
    "`",
    "1. ",
    "```\n",
    "<",
    " ",
    "\n",
    "[a:",
    "1. a`(line ",
)
REPEATED = ('<suggestion path="src/a.py" line="1">', "1. src/a.py:1 words\n", "1. src/a.py:")


@pytest.mark.parametrize("piece", [*ENDLESS, *REPEATED])
def test_the_time_is_linear(piece: str) -> None:
    begun = time.process_time()
    suggestions(piece * (200_000 // len(piece)), FILES)
    assert time.process_time() - begun < 1
