"""Changes in an answer: whichever way they are marked, and whatever stands around them."""

from __future__ import annotations

import pytest

from core.bundle.events import EditSeen, FileOpened
from core.bundle.model import Bundle
from core.bundle.parser import BundleParser, parse
from core.bundle.report import as_json

SR = "<<<<<<< SEARCH\nA\n=======\nB\n>>>>>>> REPLACE\n"


def edits(bundle: Bundle) -> dict[str, list[tuple[str, str]]]:
    return {edit.path: [(one.search, one.replace) for one in edit.changes] for edit in bundle.edits}


@pytest.mark.parametrize(
    "text",
    [
        f'<edit path="a.py">\n{SR}</edit>\n',
        f'<edit path="a.py">\n```python\n{SR}```\n</edit>\n',
        f'<file path="a.py">\n{SR}</file>\n',
        f'<dyad-search-replace path="a.py">\n{SR}</dyad-search-replace>\n',
        f"<replace_in_file>\n<path>a.py</path>\n<diff>\n{SR}</diff>\n</replace_in_file>\n",
        "<replace_in_file>\n<path>a.py</path>\n<diff>\n------- SEARCH\nA\n=======\nB\n+++++++ REPLACE\n</diff>\n</replace_in_file>\n",
        "<apply_diff>\n<path>a.py</path>\n<diff>\n<<<<<<< SEARCH\n:start_line:7\n-------\nA\n=======\nB\n>>>>>>> REPLACE\n</diff>\n</apply_diff>\n",
        '<edit path="a.py">\n<search>\nA\n</search>\n<replace>\nB\n</replace>\n</edit>\n',
        '<edit path="a.py"><old_string>A</old_string><new_string>B</new_string></edit>\n',
        f"a.py\n```python\n{SR}```\n",
        f"```python\na.py\n{SR}```\n",
        f"```python\n# a.py\n{SR}```\n",
        f"```a.py\n{SR}```\n",
        f"a.py\n{SR}",
        f"**a.py**\n\n{SR}",
        f"a.py\n<source>python\n{SR}</source>\n",
        f"Change this line of `a.py`:\n```python\n{SR}```\n",
        "a.py\n```\n<<<<<<< SEARCH>\nA\n=======\nB\n>>>>>>> REPLACE\n```\n",
        "a.py\n```\n<<<<<<< ORIGINAL\nA\n=======\nB\n>>>>>>> UPDATED\n```\n",
        "a.py\n```\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> fix-a\n```\n",
        "a.py\n```\n<<<<< SEARCH\nA\n=====\nB\n>>>>> REPLACE\n```\n",
        "a.py\n```\n<<<<<<< SEARCH a.py\nA\n=======\nB\n>>>>>>>\n```\n",
        "a.py\r\n```\r\n<<<<<<< SEARCH\r\nA\r\n=======\r\nB\r\n>>>>>>> REPLACE\r\n```\r\n",
    ],
)
def test_each_way_to_mark_a_change(text: str) -> None:
    bundle = parse(text)
    assert edits(bundle) == {"a.py": [("A\n", "B\n")]}
    assert (bundle.files, bundle.warnings, bundle.truncated) == ((), (), False)
    assert [edit.problem for edit in bundle.edits] == [""]


def test_many_changes_of_many_files() -> None:
    bundle = parse(
        f'<edit path="a.py">\n{SR}\n{SR}</edit>\nb.py\n```\n{SR}```\nAnd once more:\n```\n{SR}```\n'
        f'```\nc.py\n{SR}\nd.py\n{SR}```\n<file path="e.py">\nE\n</file>\n'
    )
    pair = ("A\n", "B\n")
    assert edits(bundle) == {"a.py": [pair, pair], "b.py": [pair, pair], "c.py": [pair], "d.py": [pair]}
    assert [file.path for file in bundle.files] == ["e.py"]
    assert as_json(bundle)["edits"]["c.py"] == [["A\n", "B\n"]]


def test_fences_and_rules_inside_of_a_change_are_content() -> None:
    text = (
        "README.md\n```markdown\n<<<<<<< SEARCH\nTitle\n=====\n```bash\nx\n```\n=======\n```bash\ny\n```\n\\=======\n"
        ">>>>>>> REPLACE\n```\n\n**b.py**\n```python\nB\n```\n"
    )
    bundle = parse(text)
    assert edits(bundle) == {"README.md": [("Title\n=====\n```bash\nx\n```\n", "```bash\ny\n```\n=======\n")]}
    assert [file.path for file in bundle.files] == ["b.py"]


def test_a_change_without_its_last_line_ends_with_its_block() -> None:
    bundle = parse(f"a.py\n```\n<<<<<<< SEARCH\nA\n=======\nB\n```\n\nb.py\n```\n{SR}```\n")
    assert edits(bundle) == {"a.py": [("A\n", "B\n")], "b.py": [("A\n", "B\n")]}


def test_what_cannot_be_used_is_named_with_its_reason() -> None:
    bundle = parse(
        '<edit path="a.py">\n<<<<<<< SEARCH\nA\n>>>>>>> REPLACE\n</edit>\n<edit path="b.py">\njust text\n</edit>\n'
    )
    assert {edit.path: edit.problem for edit in bundle.edits} == {
        "a.py": "has a change without a dividing line",
        "b.py": "came without changes that can be told apart",
    }


def test_a_cut_takes_the_other_changes_of_its_file_with_it() -> None:
    bundle = parse(
        f'<edit path="b.py">\n{SR}</edit>\n<edit path="a.py">\n{SR}</edit>\n<edit path="a.py">\n<<<<<<< SEARCH\nC'
    )
    assert (bundle.open_path, bundle.truncated) == ("a.py", True)
    assert {edit.path: edit.problem for edit in bundle.edits} == {
        "a.py": "was cut off before its last change was complete",
        "b.py": "",
    }


def test_paths_of_changes_are_as_safe_as_those_of_files() -> None:
    bundle = parse(f'<edit path="../a.py">\n{SR}</edit>\n**../b.py**\n```\n{SR}```\n')
    assert bundle.edits == ()
    assert len(bundle.warnings) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{SR}```\n",
        SR,
        "1. The start of a block: <<<<<<< SEARCH\n2. Its end: >>>>>>> REPLACE\n",
        "a.py\n```python\nX = '''\n<<<<<<< SEARCH {path}\n'''\n```\n",
    ],
)
def test_what_is_no_change(text: str) -> None:
    assert parse(text).edits == ()


def test_events_tell_of_changes() -> None:
    parser = BundleParser()
    seen = parser.feed(f'<edit path="a.py">\n{SR}{SR}</edit>\n')
    assert seen[0] == FileOpened("a.py")
    assert seen[-1] == EditSeen("a.py", 2)
