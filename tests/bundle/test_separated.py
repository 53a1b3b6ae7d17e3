"""Files between separating lines, without fences."""

from __future__ import annotations

import pytest

from core.bundle.parser import parse
from tests.bundle.answers import contents

SEPARATORS = (
    "=== {} ===",
    "===== FILE: {} =====",
    "=== {}",
    "--- {} ---",
    "# File: {}",
    "// File: {}",
    "File: `{}`",
    "# ==== {} ====",
    "// ----- {} -----",
    "##### {} #####",
    "<!-- === {} === -->",
)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_files_between_separators(separator: str) -> None:
    files = {
        "src/app.py": "import os\n\n# a comment\nx = 1\n",
        "README.md": "# App\n\nIt is small.\n\n```bash\npython src/app.py\n```\n",
        "pkg/__init__.py": "",
        "b.py": "y = 2\n",
    }
    text = "Here are the files.\n\n" + "\n".join(
        f"{separator.format(path)}\n{content}" for path, content in files.items()
    )
    assert contents(text) == files
    assert contents(text + "\nRun it with the command above.\n") == files
    assert contents(f"```\n{text}```\n").keys() == files.keys()


def test_marks_at_both_ends() -> None:
    text = "--- START OF FILE a.py ---\nA\n--- END OF FILE a.py ---\n\n--- START OF FILE b.py ---\nB\n--- END OF FILE b.py ---\n"
    assert contents(text) == {"a.py": "A\n", "b.py": "B\n"}
    for end in ("=== END ===", "===== END OF FILE =====", "=== end", "--- EOF ---"):
        assert contents(f"=== a.py ===\nA\n{end}\nBye.\n") == {"a.py": "A\n"}
    readme = "# T\n\n### End users of this\n\n--- end of the story\n"
    assert contents(f"=== README.md ===\n{readme}=== a.py ===\nA\n") == {"README.md": readme, "a.py": "A\n"}


def test_captions_between_name_and_text_are_no_text() -> None:
    text = "FILENAME: a.py\nLANGUAGE: Python\nDOCSTRING:\n'''\nStarts it.\n'''\nCODE:\nA = 1\n"
    assert contents(text) == {"a.py": "'''\nStarts it.\n'''\nA = 1\n"}


def test_what_stands_below_a_label_is_not_always_its_file() -> None:
    for below in ("That is the start.", "**Next**", "1. Install it", "   x = 1"):
        assert contents(f"   ```\n   build.bat\n   ```\n{below}\n") == {}
    assert contents("```\nbuild.bat\n```\nThat is the start of it.\n") == {}


def test_a_separator_above_a_fence_is_its_name() -> None:
    text = "# File: a.py\n```python\nA\n```\n\n=== b.py ===\n\n```python\nB\n```\n\n## File: `c.py`\n\nIt starts everything.\n\n```python\nC\n```\n"
    assert contents(text) == {"a.py": "A\n", "b.py": "B\n", "c.py": "C\n"}


def test_separators_of_another_kind_are_content() -> None:
    text = "=== a.py ===\n# File: b.py\nA\n=== c.py ===\nC\n"
    assert contents(text) == {"a.py": "# File: b.py\nA\n", "c.py": "C\n"}


def test_a_cut_that_only_the_service_knows_of() -> None:
    text = "=== a.py ===\nA\n=== b.py ===\nB\n"
    assert contents(text) == {"a.py": "A\n", "b.py": "B\n"}
    bundle = parse(text, cut=True)
    assert ([file.path for file in bundle.files], bundle.open_path) == (["a.py"], "b.py")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n---\n",
        "=== Results ===\nall good\n",
        "File: a.py\n\nThis file starts the program.\n\nFile: b.py\n\nThis one stores the rows.\n",
        "### File: a.html\n\n#### Changes\n\n1. **Add a panel**:\n   - Above the list.\n",
        "path: data\n",
        "===================\n",
    ],
)
def test_what_separates_no_files(text: str) -> None:
    assert contents(text) == {}


def test_several_files_in_one_code_block() -> None:
    series = "```js\n// src/a.js\nA\n\n// src/b.js\nB\n\n// a remark\nB2\n```\n"
    assert contents(series) == {"src/a.js": "A\n", "src/b.js": "B\n\n// a remark\nB2\n"}
    assert contents("The start is `src/a.js`:\n" + series).keys() == {"src/a.js"}
    assert contents("```\nFile: a.py\nA\nFile: b.py\nB\n```\n") == {"a.py": "A\n", "b.py": "B\n"}
