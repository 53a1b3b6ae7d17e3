"""What Discord does not draw is written so that it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markdown import outgoing, unbroken
from adapters.shared.mentions import INVISIBLE

TABLE = """Files:

| File | Lines |
|---|---:|
| `crawler/main.py` | 120 |
| `a.py` | 7 |

Done."""


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("# One\n## Two\n### Three", "# One\n## Two\n### Three"),
        ("#### Four **x** ##", "**Four x**"),
        ("~~~python\nx = 1\n~~~", "```python\nx = 1\n```"),
        ("````md\n```py\nx\n```\n````", f"```md\n``{INVISIBLE}`py\nx\n``{INVISIBLE}`\n```"),
        ("```python title=x\nx = 1\n```", "```python\nx = 1\n```"),
        ("```\ncut off", "```\ncut off\n```"),
        ("- a list\n  ```sh\n  ls\n  ```", "- a list\n  ```sh\n  ls\n  ```"),
        ("say ```ls``` now", "say `ls` now"),
        ("write ``` to begin", f"write ``{INVISIBLE}` to begin"),
        ("at <!time:1767323045>", "at <t:1767323045:f>"),
        ("```\n<!time:1767323045>\n```", "```\n<!time:1767323045>\n```"),
        ("a | b\nno table", "a | b\nno table"),
        ("plain *text* with `code`", "plain *text* with `code`"),
    ],
)
def test_marks(text: str, drawn: str) -> None:
    assert outgoing(text) == drawn


def test_a_table_is_aligned_in_a_code_block() -> None:
    drawn = """Files:

```
File             Lines
---------------  -----
crawler/main.py    120
a.py                 7
```

Done."""
    assert outgoing(TABLE) == drawn


def test_a_wide_table_is_a_list() -> None:
    text = f"| File | Change | Why |\n|---|---|---|\n| `a.py` | added +{'1' * 30} | {'because ' * 6}|\n| b.py | | |"
    assert outgoing(text).split("\n") == [
        f"- `a.py` · Change: added +{'1' * 30}, Why: {('because ' * 6).strip()}",
        "- b.py",
    ]


def test_wide_letters_take_two_columns() -> None:
    assert outgoing("|a|b|\n|-|-|\n|日本|x|\n|abcd|y|").split("\n")[3:5] == ["日本  x", "abcd  y"]


def test_cells_cannot_break_out_of_the_block() -> None:
    drawn = outgoing("| a | b |\n|---|---|\n| ``` | x \\| y |\n| only one |")
    assert drawn.count("```") == 2
    assert "x | y" in drawn


def test_a_table_in_a_code_block_is_code() -> None:
    text = "```\n| a | b |\n|---|---|\n```"
    assert outgoing(text) == text


@given(st.text(alphabet="`ab \n", max_size=60))
def test_backticks_never_end_the_block_around_them(code: str) -> None:
    assert "```" not in unbroken(code)
    assert unbroken(code).replace(INVISIBLE, "") == code


@given(st.text(alphabet="`~# |-ab\n", max_size=200))
def test_every_code_block_is_closed(text: str) -> None:
    fences = [line for line in outgoing(text).split("\n") if line.strip().startswith("```")]
    assert len(fences) % 2 == 0
