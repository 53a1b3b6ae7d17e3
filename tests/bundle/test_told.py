"""Names that only prose gives, and code without any name."""

from __future__ import annotations

import pytest

from core.bundle.model import Asked
from core.bundle.parser import parse
from tests.bundle.answers import contents

ONE = "Create a new file called `app.py` and add the following code:\n```python\nA\n```\n"
TWO = "2. Now create the stylesheet (`style.css`) for it:\n\n```css\nB\n```\n"


def test_files_that_sentences_create() -> None:
    bundle = parse(ONE + TWO)
    assert {file.path: file.content for file in bundle.files} == {"app.py": "A\n", "style.css": "B\n"}
    assert bundle.promoted == ("app.py", "style.css")
    assert (bundle.weak, bundle.warnings) == ((), ())


@pytest.mark.parametrize(
    "sentence",
    [
        "Create a file named `app.py`:",
        'First, make a Python script called "app.py" with this content:',
        "1. Create an empty file (app.py) in the `src` folder.",
        "Create a `User` model in a new file `app.py`.",
        "Add a new file in the root of the project called app.py:",
        "Write the main module, `app.py`, which imports the others:",
        "Save the following as `app.py`:",
        "Let's start with the `app.py` file:",
        "Create a Python script (e.g., `app.py`):",
        "Create the folder first and then create `app.py`. It needs no arguments.\n\nAdd this code to the file:",
    ],
)
def test_sentences_that_create_a_file(sentence: str) -> None:
    assert contents(f"{sentence}\n```python\nA\n```\n{TWO}") == {"app.py": "A\n", "style.css": "B\n"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Update the `app.py` file:",
        "Create a new route in the `app.py` file:",
        "Add the following import at the top of app.py:",
        "Create `app.py` and `views.py`:",
        "The function creates rows that `app.py` reads.",
        "Create a class. It goes into app.py:",
        "Here's an example of `app.py`:",
        "Create a file named `app.css`:",
    ],
)
def test_sentences_that_create_none(sentence: str) -> None:
    bundle = parse(f"{sentence}\n```python\nA\n```\n{TWO}")
    assert "app.py" not in {file.path for file in bundle.files}
    assert bundle.promoted == ()


def test_names_from_prose_stay_weak_beside_better_ones_and_alone() -> None:
    for other in ("**b.py**\n```python\nB\n```\n", '<file path="b.py">\nB\n</file>\n'):
        bundle = parse(ONE + TWO + other)
        assert [file.path for file in bundle.files] == ["b.py"]
        assert bundle.weak == ("app.py", "style.css")
    alone = parse(ONE)
    assert (alone.files, alone.weak) == ((), ("app.py",))


def test_a_name_from_prose_never_replaces_a_file() -> None:
    assert contents("**app.py**\n```python\nwhole\n```\n" + ONE) == {"app.py": "whole\n"}
    assert contents(ONE + "**app.py**\n```python\nwhole\n```\n") == {"app.py": "whole\n"}


def test_what_is_said_after_a_block_can_name_it() -> None:
    text = "```html\n<p>\n```\nSave this as `index.html`.\n\n```css\np {}\n```\nSave the code above in a file named style.css.\n"
    assert contents(text) == {"index.html": "<p>\n", "style.css": "p {}\n"}
    assert contents(text.replace("Save this as", "It reads")).keys() == set()


def test_the_only_block_is_the_only_file_that_was_planned_or_asked_for() -> None:
    block = "```python\nA\n```\n"
    assert contents(f"<plan>\nsrc/app.py\n</plan>\n{block}") == {"src/app.py": "A\n"}
    assert contents(f"<plan>\nsrc/app.py\nb.py\n</plan>\n{block}") == {}
    assert contents(f"<plan>\nsrc/app.py\n</plan>\n{block}{block}") == {}
    assert contents(f"<plan>\nindex.html\n</plan>\n{block}") == {}
    assert [file.path for file in parse(block, asked=Asked(paths=("a/b.py",))).files] == ["a/b.py"]
    assert parse(block, asked=Asked(paths=("../b.py",))).files == ()
    assert parse("```python\nA", asked=Asked(paths=("a/b.py",))).files == ()
    bundle = parse(f"<plan>\nsrc/app.py\n</plan>\n{block}")
    assert (bundle.unnamed, bundle.warnings) == (0, ())


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("```python\nA\n```\n", "main.py"),
        ("```html\nA\n```\n", "index.html"),
        ("```bash\nA\n```\n", "script.sh"),
        ("```python\nA\n```\nRun it:\n```bash\npython main.py\n```\n", "main.py"),
        (ONE, "app.py"),
        ("This is `tool.py`:\n```python\nA\n```\n", "tool.py"),
        ("```brainfuck\nA\n```\n", None),
        ("```python\nA\n```\n```python\nA\n```\n", None),
    ],
)
def test_one_file_of_any_name_was_asked_for(text: str, path: str | None) -> None:
    files = parse(text, asked=Asked(single=True)).files
    assert [(file.path, file.content) for file in files] == ([(path, "A\n")] if path else [])


def test_commands_are_no_files() -> None:
    bundle = parse("Run:\n```bash\n# first\n$ npm install\nnpm start\n```\n")
    assert (bundle.files, bundle.commands) == ((), ("npm install", "npm start"))
