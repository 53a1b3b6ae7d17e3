"""Changes applied to a file: in order, in one place each, all or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bundle.edits import Applied, EditFailed, apply
from core.bundle.model import Change

FILE = "def f():\n    a = 1\n    b = 2  \n\n\ndef g():\n    a = 1\n    return “x”\n"


def applied(search: str, replace: str, content: str | None = FILE) -> str:
    outcome = apply(content, [Change(search, replace)])
    assert isinstance(outcome, Applied), outcome
    return outcome.content


def failed(*changes: tuple[str, str], content: str | None = FILE) -> EditFailed:
    outcome = apply(content, [Change(*change) for change in changes])
    assert isinstance(outcome, EditFailed), outcome
    return outcome


@pytest.mark.parametrize(
    ("search", "replace", "old", "new"),
    [
        ("    b = 2  \n", "    b = 3\n", "    b = 2  \n", "    b = 3\n"),
        ("    b = 2\n", "    b = 3\n", "    b = 2  \n", "    b = 3\n"),
        ("b = 2\n", "b = 3\nif b:\n    c = 4\n", "    b = 2  \n", "    b = 3\n    if b:\n        c = 4\n"),
        ("        b = 2\n", "        b = 3\n\n        c\n", "    b = 2  \n", "    b = 3\n\n    c\n"),
        ('    return "x"\n', "    return 1\n", "    return “x”\n", "    return 1\n"),
        ("\n    b = 2\n\n\n\n\n", "\n    b = 3\n", "    b = 2  \n", "    b = 3\n"),
        (
            "def f():\n...\n    b = 2\n",
            "def h():\n...\n    b = 3\n",
            "def f():\n    a = 1\n    b = 2  \n",
            "def h():\n    a = 1\n    b = 3\n",
        ),
        ("    b = 2  \n", "", "    b = 2  \n", ""),
        ("def g():\n    a = 1\n", "def g():\n    a = 2\n", "def g():\n    a = 1\n", "def g():\n    a = 2\n"),
    ],
    ids=[
        "exact",
        "spaces at the end",
        "deeper",
        "less deep",
        "quotes",
        "blank edges",
        "dots",
        "deleted",
        "two lines",
    ],
)
def test_what_models_do_not_mean_makes_no_difference(search: str, replace: str, old: str, new: str) -> None:
    assert FILE.count(old) == 1
    assert applied(search, replace) == FILE.replace(old, new)


def test_tabs_and_spaces_are_not_mixed_up() -> None:
    assert applied("if x:\n    y\n", "if x:\n    z\n", "\tif x:\n\t    y\n") == "\tif x:\n\t    z\n"
    assert isinstance(apply("\tif x:\n\t\ty\n", [Change("  if x:\n    y\n", "q\n")]), EditFailed)


def test_more_than_one_place_is_never_the_first_one() -> None:
    outcome = failed(("    a = 1\n", "    a = 9\n"))
    assert outcome.failures[0].reason == "fits in more than one place: add lines around it"
    failed(("a = 1\n", "a = 9\n"))
    failed(("...\n    a = 1\n", "...\n    a = 9\n"))


def test_changes_come_in_any_order_and_see_each_other() -> None:
    outcome = apply("1\n2\n3\n", [Change("3\n", "4\n"), Change("1\n", "0\n"), Change("2\n4\n", "5\n")])
    assert outcome == Applied("0\n5\n")


def test_all_or_none_with_what_fits_and_what_is_near() -> None:
    outcome = failed(
        ("    b = 2\n", "    b = 3\n"),
        ("def g(self):\n    a = 1\n    return 0\n", "x\n"),
        ("    return “x”\n", "y\n"),
    )
    assert (outcome.passed, [failure.number for failure in outcome.failures]) == ((1, 3), [2])
    near = outcome.failures[0].near
    assert near is not None
    assert "def g():\n    a = 1\n    return “x”" in near.text
    told = outcome.explained("f.py")
    assert "Change 2: it was not found in the file." in told
    assert f"from line {near.line}" in told
    assert "need no correction: 1, 3." in told


def test_the_nearest_lines_of_a_line_that_is_misspelt() -> None:
    near = failed(("    retrun “x”\n", "y\n")).failures[0].near
    assert near is not None
    assert "return “x”" in near.text


def test_what_is_there_already_counts_as_done() -> None:
    assert apply(FILE, [Change("    old = 0\n", "    b = 2\n")]) == Applied(FILE, already=(1,))
    failed(("    old = 0\n", ""))


def test_nothing_to_search_for_makes_a_new_file_only() -> None:
    for content in (None, "", "\n\n"):
        assert apply(content, [Change("", "x = 1\n")]) == Applied("x = 1\n")
    assert apply(None, [Change("", "x = 1\n"), Change("x = 1\n", "x = 2\n")]) == Applied("x = 2\n")
    assert (
        failed(("", "x = 1\n")).failures[0].reason
        == "has no old lines, which only a new or empty file allows"
    )
    assert "does not exist" in failed(("x\n", "y\n"), content=None).failures[0].reason


def test_line_ends_of_windows_scripts_stay() -> None:
    assert (
        applied("echo 1\n", "echo 2\necho 3\n", "@echo off\r\necho 1\r\n")
        == "@echo off\r\necho 2\r\necho 3\r\n"
    )
    assert applied("a\r\nb\r\n", "c\r\n", "a\nb\n") == "c\n"


lines = st.lists(st.sampled_from(["a", "b", "  a", "", "c  ", "..."]), min_size=1, max_size=8)


@given(lines, lines, lines)
def test_whatever_comes_it_is_applied_or_explained(
    content: list[str], search: list[str], replace: list[str]
) -> None:
    texts = ["\n".join(part) + "\n" for part in (content, search, replace)]
    outcome = apply(texts[0], [Change(texts[1], texts[2])])
    if isinstance(outcome, Applied):
        assert outcome.content == "" or outcome.content.endswith("\n")
    else:
        assert outcome.explained("x").startswith("x was left as it is")


@given(st.lists(st.integers(0, 999), min_size=1, max_size=40, unique=True), st.data())
def test_a_unique_block_is_replaced_and_nothing_else(numbers: list[int], data: st.DataObject) -> None:
    rows = [f"{'    ' * (number % 3)}row {number}\n" for number in numbers]
    start = data.draw(st.integers(0, len(rows) - 1))
    end = data.draw(st.integers(start + 1, len(rows)))
    outcome = apply("".join(rows), [Change("".join(rows[start:end]), "new\n")])
    assert outcome == Applied("".join([*rows[:start], "new\n", *rows[end:]]))


def test_large_files_of_equal_lines_take_no_time() -> None:
    content = "x = 1\n" * 50_000
    assert isinstance(apply(content, [Change("y\n" + "x = 1\n" * 20_000, "z\n")] * 3), EditFailed)
    assert isinstance(apply(content, [Change("  x = 1\n" * 20_000 + "y\n", "z\n")] * 3), EditFailed)
