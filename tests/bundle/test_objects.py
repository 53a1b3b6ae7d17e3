"""Files inside of JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.bundle.parser import parse
from tests.bundle.answers import contents

FILES = {"a.py": 'A = "1"\n\tB\\n\u2028\n', "src/ü.md": "# 😀\n"}
LISTED = [{"path": path, "content": content} for path, content in FILES.items()]


@pytest.mark.parametrize(
    "data",
    [
        FILES,
        LISTED,
        {"files": FILES},
        {"files": LISTED},
        {"plan": "x", "files": LISTED, "done": True},
        {"files": {path: {"content": content} for path, content in FILES.items()}},
        [{"file_path": path, "language": "x", "code": content} for path, content in FILES.items()],
        [{"name": path, "contents": content} for path, content in FILES.items()],
        [{"name": "write_file", "arguments": entry} for entry in LISTED],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_objects_and_lists(data: Any, indent: int | None) -> None:
    for text in (json.dumps(data, indent=indent), json.dumps(data, indent=indent, ensure_ascii=False)):
        for answer in (text, f"Here:\n{text}\nDone.\n", f"```json\n{text}\n```\n", f"```\n{text}\n```\n"):
            bundle = parse(answer)
            assert {file.path: file.content for file in bundle.files} == FILES
            assert (bundle.truncated, bundle.warnings, bundle.unnamed) == (False, (), 0)


def test_a_cut_costs_the_open_file_alone() -> None:
    text = json.dumps({"files": [*LISTED, {"path": "c.py", "content": 'C = "1"\nD'}]})
    bundle = parse(text[:-5])
    assert {file.path: file.content for file in bundle.files} == FILES
    assert (bundle.open_path, bundle.partial, bundle.truncated) == ("c.py", 'C = "1"\n', True)


def test_raw_line_ends_in_strings_and_commas_too_many() -> None:
    assert contents('{"files": [{"path": "a.py", "content": "A\nB\n",},]}') == {"a.py": "A\nB\n"}


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x", "main": "index.js", "scripts": {"build.js": "node"}}\n',
        '{"index.html": "3f2a", "main.js": "91bc"}\n',
        '{"a.py": 1, "b.py": [2]}\n',
        '{"path": "a.py", "size": 3}\n',
        "{\n  x = 1;\n}\n",
        "[1] A note\n[\n{\n",
        '{"open: quote\n',
    ],
)
def test_other_json_is_prose(text: str) -> None:
    assert contents(text) == {}
    assert parse(text).said == text.strip()
    assert contents(text + "**b.py**\n```python\nB\n```\n") == {"b.py": "B\n"}


def test_a_json_file_with_a_name_stays_a_file() -> None:
    text = json.dumps({"files": LISTED})
    assert contents(f"**data.json**\n```json\n{text}\n```\n") == {"data.json": text + "\n"}
