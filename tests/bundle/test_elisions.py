"""Comments that stand for code that is not there; ordinary comments are none."""

from __future__ import annotations

import pytest

from core.bundle.elisions import elision
from core.bundle.parser import parse


@pytest.mark.parametrize(
    "comment",
    [
        "# ... rest of the code unchanged ...",
        "# ... rest of the file",
        "// ... existing code ...",
        "// rest of your code remains the same",
        "/* ... other styles ... */",
        "<!-- ... existing content ... -->",
        "{/* ... existing components ... */}",
        "# (the rest of the implementation remains unchanged)",
        "-- ... remaining functions here ...",
        "// … previous code …",
        "# The remaining methods are unchanged",
        "# code omitted for brevity",
        "  // [...] rest of the function",
        "# Rest of the class stays the same as before",
    ],
)
def test_comments_that_stand_for_code(comment: str) -> None:
    assert elision("a.js", f"x\n{comment}\n") == (2, elision("a.js", comment)[1])  # type: ignore[index] # found once more, so it is not None


@pytest.mark.parametrize(
    "line",
    [
        "# Process the rest of the rows",
        "# Existing code paths call this twice",
        "// The rest of the arguments are passed on",
        "# ...",
        "# Wait for the remaining tests to finish",
        'print("... rest of the code unchanged ...")',
        "# Keep the original file",
        "# previous content",
        "x = 1  # unchanged",
        "# the same code as before would be slower here, so it is cached",
    ],
)
def test_comments_that_say_something(line: str) -> None:
    assert elision("a.py", line + "\n") is None


def test_markdown_may_say_so_and_the_answer_warns_otherwise() -> None:
    text = '<file path="{}">\nx\n# ... rest of the code unchanged ...\n</file>\n'
    assert parse(text.format("a.md")).warnings == ()
    assert parse(text.format("a.py")).warnings == (
        "`a.py` seems to be abridged: line 2 says `... rest of the code unchanged ...`.",
    )
