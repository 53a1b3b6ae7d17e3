"""What changed between two versions, in figures."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter

import pytest

from core.automations.comparing import FileChange, changed_lines, compare, git_diff
from core.automations.model import File

BODY = "".join(f"line {number}\n" for number in range(20))


def numbered(*lines: int) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_what_came_went_and_stayed() -> None:
    old = [File("a.py", "1\n2\n3\n"), File("gone.py", "x\ny\n"), File("same.py", "s\n")]
    new = [File("new.py", "n\n"), File("same.py", "s\n"), File("a.py", "1\n3\n4\n5\n")]
    assert compare(old, new) == (
        FileChange("added", "new.py", "", 1, 0),
        FileChange("unchanged", "same.py", "same.py"),
        FileChange("changed", "a.py", "a.py", 2, 1),
        FileChange("removed", "gone.py", "gone.py", 0, 2),
    )


@pytest.mark.parametrize(
    ("content", "after", "plus", "minus"),
    [
        (BODY, BODY, 0, 0),
        (BODY, BODY.replace("line 7", "line seven"), 1, 1),
        (BODY, BODY + "more\n", 1, 0),
        (BODY, BODY.rstrip("\n"), 1, 1),
    ],
)
def test_a_file_with_another_name_is_renamed_when_enough_of_it_is_left(
    content: str, after: str, plus: int, minus: int
) -> None:
    (change,) = compare([File("src/old.py", content)], [File("lib/new.py", after)])
    assert change == FileChange("renamed", "lib/new.py", "src/old.py", plus, minus)


def test_what_is_too_different_was_not_renamed() -> None:
    new = [File("b.py", "other\n" * 20)]
    assert [one.kind for one in compare([File("a.py", BODY)], new)] == ["added", "removed"]


def test_the_most_alike_find_each_other_whatever_their_order() -> None:
    near, far = BODY + "x\n", BODY.replace("line 1", "LINE 1")
    old, new = [File("a.py", BODY), File("b.py", far)], [File("c.py", near), File("d.py", far)]
    moved = {one.path: one.old_path for one in compare(old, new)}
    assert moved == {"c.py": "a.py", "d.py": "b.py"}
    assert {one.path: one.old_path for one in compare(old[::-1], new[::-1])} == moved


def test_empty_files_are_the_same_only_under_their_own_name() -> None:
    old = [File("a/__init__.py", ""), File("x.txt", "")]
    new = [File("b/__init__.py", ""), File("y.txt", "")]
    assert [(one.kind, one.path) for one in compare(old, new)] == [
        ("renamed", "b/__init__.py"),
        ("added", "y.txt"),
        ("removed", "x.txt"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "plus", "minus"),
    [
        (numbered(1, 2, 3), numbered(1, 2, 3, 4), 1, 0),
        (numbered(1, 1, 1, 2, 2), numbered(1, 1, 2, 2, 2), 1, 1),
        (numbered(*range(50)), numbered(*range(10), *range(11, 50)), 0, 1),
        ("a", "a\n", 1, 1),
        ("", "a\n", 1, 0),
        ("a\r\nb\n", "a\nb\n", 1, 1),
        ("a\u2028b\fc\n", "a\u2028b\fd\n", 1, 1),
    ],
)
def test_lines_are_counted_as_git_counts_them(old: str, new: str, plus: int, minus: int) -> None:
    (change,) = compare([File("a", old)], [File("a", new)])
    assert (change.plus, change.minus) == (plus, minus)


def test_the_same_versions_have_no_difference() -> None:
    assert git_diff([File("a", "x"), File("b", "")], [File("b", ""), File("a", "x")]) == ""


def test_a_change_is_shown_with_three_lines_around_it() -> None:
    assert "".join(changed_lines(numbered(*range(9)), numbered(*range(4), 99, *range(5, 9)))) == (
        "@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+99\n 5\n 6\n 7\n"
    )


SIZE = 288_000


def _lines(make: Callable[[random.Random], str]) -> Callable[[random.Random], str]:
    return lambda chance: "".join(f"{make(chance)}\n" for _ in range(SIZE // 8))


def _shuffled(chance: random.Random) -> str:
    lines = [f"{number:07}\n" for number in range(SIZE // 8)]
    chance.shuffle(lines)
    return "".join(lines)


@pytest.mark.parametrize(
    "make",
    [
        _shuffled,
        _lines(lambda chance: chance.choice("abc")),
        _lines(lambda chance: str(chance.randrange(500))),
        _lines(lambda chance: str(chance.randrange(100_000))),
        lambda chance: chance.choice("xy") * SIZE,
        lambda chance: "\n" * (SIZE - chance.randrange(9)),
    ],
    ids=["shuffled", "three-lines", "few-lines", "many-lines", "one-line", "blank"],
)
def test_huge_files_hold_nobody_up(make: Callable[[random.Random], str]) -> None:
    chance = random.Random(7)  # noqa: S311 - any texts
    old, new = [File("a", make(chance))], [File("a", make(chance))]
    started = perf_counter()
    compare(old, new)
    # 30 to 60 ms alone; many times that, since other tests run beside it and lines may be counted
    assert perf_counter() - started < 5


def test_a_whole_project_under_new_names_holds_nobody_up() -> None:
    chance = random.Random(7)  # noqa: S311 - any texts
    body = _lines(lambda chance: str(chance.randrange(50)))
    old, new = ([File(f"{name}{number}.py", body(chance)[:4000]) for number in range(200)] for name in "ab")
    started = perf_counter()
    compare(old, new)
    assert perf_counter() - started < 10
