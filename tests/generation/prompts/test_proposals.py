"""Proposed requirements leave the visible text; everything else is shown, and at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.proposals import ProposalFilter


def run(*chunks: str) -> tuple[str, tuple[str, ...]]:
    reading = ProposalFilter()
    shown = "".join(reading.feed(chunk) for chunk in chunks)
    rest, found = reading.finish()
    return shown + rest, found


def test_a_line_is_taken_out_and_collected() -> None:
    text = "Understood.\n\n<requirement>Prices in euros.</requirement>\nAnything else?"
    assert run(text) == ("Understood.\n\nAnything else?", ("Prices in euros.",))


@pytest.mark.parametrize(
    "line",
    [
        "<requirement>A</requirement>",
        "  <Requirement> A </REQUIREMENT>  ",
        "- <requirement>A</requirement>\r",
        "2. <requirement>A</requirement>",
    ],
)
def test_the_ways_in_which_models_write_it(line: str) -> None:
    assert run(f"x\n{line}\ny") == ("x\ny", ("A",))
    assert run(f"x\n{line}") == ("x\n", ("A",))


def test_the_first_text_is_shown_at_once_and_only_a_possible_tag_waits() -> None:
    reading = ProposalFilter()
    assert reading.feed("I") == "I"
    assert reading.feed(" see <requi") == " see <requi"
    assert reading.feed("\n<requ") == "\n"
    assert reading.feed("est to the server>") == "<request to the server>"
    assert reading.feed("\n- ") == "\n"
    assert reading.feed("one") == "- one"
    assert reading.finish() == ("", ())


@pytest.mark.parametrize("fence", ["```", "~~~~", "```xml", "  ```"])
def test_code_is_shown_as_it_is(fence: str) -> None:
    closing = fence.strip().removesuffix("xml")
    text = f"{fence}\n<requirement>A</requirement>\n``\n{closing}\n<requirement>B</requirement>\n"
    assert run(text) == (f"{fence}\n<requirement>A</requirement>\n``\n{closing}\n", ("B",))


def test_a_fence_inside_a_longer_one_does_not_end_it() -> None:
    text = "````\n```\n<requirement>A</requirement>\n````\n"
    assert run(text) == (text, ())


def test_what_cannot_be_taken_is_shown_without_its_tags() -> None:
    lines = [f"<requirement>Rule {i}</requirement>\n" for i in range(7)]
    assert run(*lines) == ("Rule 5\nRule 6\n", tuple(f"Rule {i}" for i in range(5)))
    assert run(f"<requirement>{'x' * 501}</requirement>\n") == ("x" * 501 + "\n", ())
    assert run(f"<requirement>{'x' * 500}</requirement>\n") == ("", ("x" * 500,))
    assert run("<requirement>half a sent") == ("half a sent", ())
    assert run("<requirement>A</requirement> and more\n") == ("A and more\n", ())


def test_the_same_again_and_an_empty_one_vanish() -> None:
    text = "<requirement>As  CSV</requirement>\n<requirement>as csv</requirement>\n<requirement> </requirement>\n"
    assert run(text) == ("", ("As CSV",))


pieces = st.sampled_from(
    [
        "<requirement>",
        "</requirement>",
        "<",
        "req",
        "\n",
        "\r\n",
        "- ",
        "* ",
        "1",
        ". ",
        " ",
        "```",
        "~~~",
        "a",
        "Prices",
        "é",
    ]
)


@given(st.lists(pieces, max_size=40).map("".join), st.lists(st.integers(1, 9), max_size=200))
def test_any_cutting_gives_the_same(text: str, sizes: list[int]) -> None:
    chunks, place = [], 0
    for size in sizes:
        chunks.append(text[place : place + size])
        place += size
    chunks.append(text[place:])
    assert run(*chunks) == run(text)


@given(st.text(max_size=300))
def test_text_without_the_tag_is_untouched(text: str) -> None:
    assert run(*text) == (text, ())
