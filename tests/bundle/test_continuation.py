"""After a cut: what is asked for, and one text out of two."""

from __future__ import annotations

import pytest

from core.bundle.continuation import TAIL, Again, GoOn, ask_on, join, progressed
from core.bundle.parser import parse

LINES = [f"row_{number} = {number}\n" for number in range(400)]
PLAN = "<plan>\na.py\nb.py\nc.py\n</plan>\n"
DONE = '<file path="a.py">\nA\n</file>\n'


def cut_at(lines: int, torn: str = "row_") -> str:
    return f'{PLAN}{DONE}<file path="b.py">\n{"".join(LINES[:lines])}{torn}'


def asked(text: str, known: dict[str, int] | None = None) -> Again | GoOn | None:
    return ask_on(parse(text), text, known)


def test_a_short_file_is_asked_for_again_whole_with_the_rest() -> None:
    assert asked(cut_at(149)) == Again(("b.py", "c.py"), finished=("a.py",))


def test_a_long_file_is_gone_on_with() -> None:
    ask = asked(cut_at(200))
    assert isinstance(ask, GoOn)
    assert (ask.path, ask.rest, ask.finished) == ("b.py", ("c.py",), ("a.py",))
    assert ask.tail == "".join(LINES[200 - TAIL : 200])
    assert ask.kept == cut_at(200, torn="")


def test_little_of_a_file_that_is_known_to_be_long_is_asked_for_again() -> None:
    assert isinstance(asked(cut_at(200), {"b.py": 501}), Again)
    assert isinstance(asked(cut_at(200), {"b.py": 500}), GoOn)


def test_a_cut_between_files_asks_for_the_rest() -> None:
    text = f"{PLAN}{DONE}And now"
    assert ask_on(parse(text, cut=True), text) == Again(("b.py", "c.py"), finished=("a.py",))
    assert ask_on(parse(DONE, cut=True), DONE) is None
    assert ask_on(parse(text), text) is None


REST = "".join(LINES[200:])


@pytest.mark.parametrize(
    "more",
    [
        f"{REST}</file>\n",
        f"Here is the rest of the file:\n\n{REST}</file>\n",
        f"<think>\nWhere was I?\n</think>\n{REST}</file>\n",
        f"```python\n{REST}```\n</file>\n",
        f"```python\n{REST}</file>\n```\n",
        f"Continuing:\n\n```\n{REST}```\n</file>",
        f'<file path="b.py">\n{REST}</file>\n',
        f'```xml\n<file path="b.py">\n{REST}</file>\n```\n',
        "".join(line.rstrip("\n") + "  \n" for line in LINES[140:200]) + f"{REST}</file>\n",
        f"{''.join(LINES[199:200])}{REST}</file>\n",
        f'<file path="b.py">\n{"".join(LINES)}</file>\n',
        f"{''.join(LINES)}</file>\n",
    ],
    ids=[
        "plain",
        "said",
        "thought",
        "fenced",
        "fence around",
        "said and fenced",
        "opened",
        "all",
        "60 lines",
        "a line",
        "anew",
        "anew bare",
    ],
)
def test_every_way_to_go_on_gives_the_file_once(more: str) -> None:
    joined = join(cut_at(200), more + '<file path="c.py">\nC\n</file>\n')
    bundle = parse(joined)
    assert {file.path: file.content for file in bundle.files} == {
        "a.py": "A\n",
        "b.py": "".join(LINES),
        "c.py": "C\n",
    }
    assert not bundle.truncated
    assert progressed(cut_at(200), joined)


def test_a_torn_line_is_written_again_and_never_joined() -> None:
    assert (
        join('<file path="a.py">\nx = 1\ny = ', "y = 2\n</file>\n")
        == '<file path="a.py">\nx = 1\ny = 2\n</file>\n'
    )


def test_brackets_and_blank_lines_are_no_repetition() -> None:
    kept = '<file path="a.js">\nif (x) {\n  if (y) {\n    z()\n  }\n'
    assert join(kept, "  }\n}\n</file>\n") == kept + "  }\n}\n</file>\n"
    assert join(kept, "\nmore()\n</file>\n") == kept + "\nmore()\n</file>\n"


def test_a_fence_in_a_readme_is_content() -> None:
    kept = '<file path="README.md">\n# T\n\n```bash\nmake\n'
    assert join(kept, "```\n\nEnd.\n</file>\n") == kept + "```\n\nEnd.\n</file>\n"


def test_a_code_block_goes_on_as_one() -> None:
    kept = "**a.py**\n```python\nx = 1\ny = 2\nz ="
    for more in ("z = 3\n```\n", "```python\nz = 3\n```\n", "y = 2\nz = 3\n```\n"):
        assert parse(join(kept, more)).files[0].content == "x = 1\ny = 2\nz = 3\n"


def test_no_progress() -> None:
    kept = cut_at(200)
    for more in ("", "row_200 = 200\n", "I am done.\n", "".join(LINES[140:200])):
        assert not progressed(kept, join(kept, more))
    assert progressed(kept, join(kept, "row_200 = 200\n</file>\n"))
