"""Named code fences: what models fall back to."""

from __future__ import annotations

import pytest

from core.bundle.parser import parse
from tests.bundle.answers import contents


@pytest.mark.parametrize(
    "text",
    [
        "{path}\n```python\nx=1\n```\n",
        "**{path}**\n\n```python\nx=1\n```\n",
        "### `{path}`\n```\nx=1\n```\n",
        "## 2. `{path}` - the start\n```python\nx=1\n```\n",
        "3. {path} (entry point)\n```python\nx=1\n```\n",
        "- **`{path}`**:\n```python\nx=1\n```\n",
        "File: {path}\n```python\nx=1\n```\n",
        "**Filename:** `{path}`\n```python\nx=1\n```\n",
        "**{path} file:**\n```python\nx=1\n```\n",
        "#### For `{path}`:\n```python\nx=1\n```\n",
        "`{path}`：\n```python\nx=1\n```\n",  # noqa: RUF001 - full-width on purpose
        "Updated {path}\n```python\nx=1\n```\n",
        "```python:{path}\nx=1\n```\n",
        '```python title="{path}"\nx=1\n```\n',
        "```python {{path={path}}}\nx=1\n```\n",
        "```{path}\nx=1\n```\n",
        '```python\n{{path="{path}"}}\nx=1\n```\n',
        "```python\n# {path}\nx=1\n```\n",
        "```python\n# File: {path}\nx=1\n```\n",
        "```python\n# filename: {path}\nx=1\n```\n",
        "```python\nfilename: {path}\nx=1\n```\n",
        "```python\n{path}\nx=1\n```\n",
        "```\n{path}\n```\n```python\nx=1\n```\n",
        "```\n{path}\n```python\nx=1\n```\n",
        "```python\n{path}\n```\nx=1\n```\n",
        "```python\n{path}\n```\nx=1\n\nThat is the whole program.\n",
        "FILENAME\n```python\n{path}\n```\nLANGUAGE\n```python\nx=1\n```\n",
        "{path}```python\nx=1\n```\n",
        "**1. {path}**\n\nThis one starts it all.\n\n```python\nx=1\n```\n",
        "### Step 1: the program ({path})\n\nIt says hello.\n\n```python\nx=1\n```\n",
        "{path}\n~~~python\nx=1\n~~~\n",
        "{path}\n````python\nx=1\n````\n",
        "1. {path}\n\n   ```python\n   x=1\n   ```\n",
        "{path}\r\n```python\r\nx=1\r\n```\r\n",
        "```markdown\n# All\n\n**{path}**\n```python\nx=1\n```\n\nDone.\n```\n",
    ],
)
def test_names_in_on_and_above_the_fence(text: str) -> None:
    for path in ("main.py", "src/app/main.py"):
        assert contents(text.format(path=path)) == {path: "x=1\n"}, text


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx=1\n```\n",
        "Here is the code:\n```python\nx=1\n```\n",
        "Next, change `App.js` like this\n```js\nx\n```\n",
        "To run it:\n```bash\npython main.py\n```\n",
        "### Running main.py\n```bash\npython main.py\n```\n",
        "### `main.py`\n\nStart it:\n\n```bash\npython main.py\n```\n",
        "### `main.py`\n\nIt prints:\n\n```json\n{}\n```\n",
        "**main.py**\n```bash\npython main.py\n```\n",
        "In `main.py`:\n```python\nx=1\n```\n",
        "### Node.js\n```js\nx\n```\n",
        "**and/or**\n```js\nx\n```\n",
        "Files:\n- main.py\n- utils.py\n\n```python\nx=1\n```\n",
        "```\nmain.py\nutils.py\n```\n",
        "```\nproj/\n  main.py\n```\n",
        '```python\npath = "data.csv"\nx=1\n```\n',
        "```yaml\npath: data.csv\n```\n",
        "FILENAME\n```python\nx=1\n```\n",
        ".py\n```python\nx=1\n```\n",
        "https://example.invalid/main.py\n```python\nx=1\n```\n",
        "main.py\n```diff\n-x\n+y\n```\n",
        "main.py\n```python\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n",
    ],
)
def test_what_names_no_file_makes_no_file(text: str) -> None:
    assert contents(text) == {}, text


def test_markdown_with_fences_inside() -> None:
    for readme in (
        "# T\n\n```bash\nx\n```\n\nEnd.\n",
        "# T\n1. Install\n   ```\n   x\n   ```\n2. Run\n",
        "# T\nRun:\n```\nx\n```\nDone.\n",
        "# T\n```bash\nx\n```\n```js\ny\n```\n",
    ):
        text = f"**README.md**\n```markdown\n{readme}```\n\n**a.py**\n```python\nA=1\n```\n\nRun:\n```bash\nls\n```\n"
        assert contents(text) == {"README.md": readme, "a.py": "A=1\n"}, readme


def test_commands_after_a_readme_are_no_part_of_it() -> None:
    for after in ("\nTo run:\n```\nls\n```\n", "\n```bash\nls\n```\n", "Run:\n```bash\nls\n```\n"):
        assert contents(f"README.md\n```\n# T\nHello\n```\n{after}") == {"README.md": "# T\nHello\n"}


def test_a_readme_whose_last_fence_is_missing() -> None:
    readme = "# T\nA picture:\n```\n@startuml\n```\n"
    bundle = parse(f"README.md\n```\n{readme}This concludes the whole program.\n")
    assert [(file.path, file.content) for file in bundle.files] == [("README.md", readme)]
    assert (bundle.truncated, bundle.said) == (False, "README.md\nThis concludes the whole program.")


def test_names_that_begin_with_a_dot() -> None:
    for path in (".claspignore", ".eslintrc", ".env.local", "conf/.gcloudignore"):
        assert contents(f"**{path}**\n```\nx=1\n```\n") == {path: "x=1\n"}


def test_a_readme_that_is_cut_in_an_inner_block_is_cut() -> None:
    text = "README.md\n```\n# T\n```\ngit clone"
    assert parse(text, cut=True).open_path == "README.md"
    assert parse(text, cut=True).files == ()


def test_a_forgotten_closing_fence() -> None:
    bundle = parse("a.py\n```python\nA=1\n\n**b.py**\n```python\nB=1\n```\n")
    assert {file.path: file.content for file in bundle.files} == {"a.py": "A=1\n", "b.py": "B=1\n"}
    assert bundle.warnings == ("`a.py` had no closing fence: it ends where the next file begins.",)


def test_an_open_fence_at_the_end_is_a_cut() -> None:
    bundle = parse("a.py\n```python\nA=1\n```\nb.py\n```python\nB=1\nC")
    assert [file.path for file in bundle.files] == ["a.py"]
    assert (bundle.truncated, bundle.open_path, bundle.partial) == (True, "b.py", "B=1\nC")
    assert not parse("All done.\n```\n").truncated


def test_a_comment_with_the_longer_path_wins_and_stays() -> None:
    assert contents("app.ts:\n```ts\n// src/app.ts\nx\n```\n") == {"src/app.ts": "// src/app.ts\nx\n"}


def test_a_comment_that_only_names_the_file_goes_and_any_other_stays() -> None:
    assert contents("```py\n#!/usr/bin/env python3\n# a.py\nA=1\n```\n") == {
        "a.py": "#!/usr/bin/env python3\nA=1\n"
    }
    assert contents("```py\n# a.py - the start\nA=1\n```\n") == {"a.py": "# a.py - the start\nA=1\n"}
    assert contents("a.py\n```py\n# a.py\nA=1\n```\n") == {"a.py": "# a.py\nA=1\n"}


def test_code_without_a_name_is_reported() -> None:
    bundle = parse("```python\nx=1\n```\nChange `app.py`:\n\n```python\ny=1\n```\n```bash\nls\n```\n")
    assert (bundle.files, bundle.unnamed, bundle.weak) == ((), 1, ("app.py",))
    assert bundle.warnings == (
        "A code block that seems to belong to `app.py` was left out.",
        "A code block without a file name had to be left out.",
    )


def test_a_part_of_a_file_does_not_replace_the_file() -> None:
    whole = "".join(f"x{number} = {number}\n" for number in range(30))
    bundle = parse(f"a.py\n```python\n{whole}```\nThe start of it:\n\n**a.py**\n```python\nx0 = 0\n```\n")
    assert [file.content for file in bundle.files] == [whole]
    assert bundle.warnings == ("A shorter second text for `a.py` was left out: it shows a part of it.",)


def test_tags_have_the_better_claim_and_named_fences_beside_them_count() -> None:
    tagged = '<file path="a.py">\nA=1\n</file>\n'
    for text in (f"{tagged}**a.py**\n```python\nA=2\n```\n", f"**a.py**\n```python\nA=2\n```\n{tagged}"):
        assert contents(text) == {"a.py": "A=1\n"}
    assert contents(f"{tagged}**b.py**\n```python\nB=1\n```\n") == {"a.py": "A=1\n", "b.py": "B=1\n"}


def test_a_fence_around_tags_says_nothing() -> None:
    tagged = '<file path="a.py">\nA=1\n</file>\n'
    for text in (
        f"```xml\n{tagged}```\n",
        f"**a.py**\n```python\n{tagged}```\n",
        f"```\nHere:\n{tagged}```\n",
    ):
        assert contents(text) == {"a.py": "A=1\n"}, text
        assert not parse(text).truncated
