"""Patches: new files become files, changes become changes."""

from __future__ import annotations

import pytest

from core.bundle.model import Bundle, Change
from core.bundle.parser import parse
from tests.bundle.answers import contents


def changes(bundle: Bundle) -> dict[str, list[tuple[str, str]]]:
    return {edit.path: [(one.search, one.replace) for one in edit.changes] for edit in bundle.edits}


def contents_of(bundle: Bundle) -> dict[str, str]:
    return {file.path: file.content for file in bundle.files}


def test_every_command_of_a_patch() -> None:
    bundle = parse(
        "*** Begin Patch\n*** Add File: a.py\n+A\n+\n+B\n*** Update File: b.py\n@@ def f():\n x\n-y\n+z\n@@\n-last\n"
        "*** Move to: c.py\n*** Delete File: d.py\n*** End Patch\nThat is all.\n"
    )
    assert contents_of(bundle) == {"a.py": "A\n\nB\n"}
    assert changes(bundle) == {"b.py": [("x\ny\n", "x\nz\n"), ("last\n", "")]}
    assert (bundle.deleted, bundle.renamed) == (("d.py",), (("b.py", "c.py"),))
    assert (bundle.said, bundle.warnings, bundle.truncated) == ("That is all.", (), False)


@pytest.mark.parametrize(
    "text",
    [
        "```diff\n*** Begin Patch\n*** Add File: a.py\n+A\n+\n+B\n*** End Patch\n```\n",
        "*** Add File: a.py\n+A\n+\n+B\n\nThat is all.\n",
        "*** Add File: a.py\nA\n\nB\n*** End Patch\n",
        "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,3 @@\n+A\n+\n+B\n",
        "```diff\ndiff --git a/a.py b/a.py\nnew file mode 100644\n--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,3 @@\n+A\n+\n+B\n```\n",
        "**a.py**\n```diff\n--- /dev/null\n+++ a.py\t2024-01-01\n@@ -0,0 +1,3 @@\n+A\n+\n+B\n\\ No newline at end of file\n```\n",
    ],
)
def test_a_new_file(text: str) -> None:
    assert contents(text) == {"a.py": "A\n\nB\n"}


@pytest.mark.parametrize(
    "text",
    [
        "```diff\n--- a/b.py\n+++ b/b.py\n@@ -1,2 +1,2 @@\n x\n-y\n+z\n```\n",
        "--- b.py\n+++ b.py\n@@ ... @@\n x\n-y\n+z\n\nThat is all.\n",
        "**b.py**\n```diff\n x\n-y\n+z\n```\n",
    ],
)
def test_a_change(text: str) -> None:
    bundle = parse(text)
    assert bundle.files == ()
    assert [(edit.path, edit.changes) for edit in bundle.edits] == [("b.py", (Change("x\ny\n", "x\nz\n"),))]


def test_several_files_in_one_diff() -> None:
    bundle = parse(
        "```diff\n--- a/a.py\n+++ b/a.py\n@@\n-1\n+2\n@@\n-3\n+4\n--- /dev/null\n+++ b/b.py\n@@\n+B\n--- a/c.py\n+++ /dev/null\n@@\n"
        "-C\n```\n"
    )
    assert contents_of(bundle) == {"b.py": "B\n"}
    assert changes(bundle) == {"a.py": [("1\n", "2\n"), ("3\n", "4\n")]}
    assert bundle.deleted == ()
    assert bundle.warnings == ("`c.py` was not deleted: only `<delete path=…>` does that.",)


def test_a_diff_that_is_a_file_itself() -> None:
    diff = "--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-y\n+z\n"
    bundle = parse(f"**fix.patch**\n```diff\n{diff}```\n")
    assert (contents_of(bundle), bundle.edits) == ({"fix.patch": diff}, ())


def test_a_cut_patch_is_cut() -> None:
    bundle = parse("*** Begin Patch\n*** Add File: a.py\n+A\n*** Add File: b.py\n+B")
    assert (contents_of(bundle), bundle.open_path, bundle.truncated) == ({"a.py": "A\n"}, "b.py", True)
    assert parse("--- /dev/null\n+++ b/a.py\n@@\n+A\n", cut=True).open_path == "a.py"


def test_rules_and_lists_are_no_patches() -> None:
    text = "--- \n*** \n--- see a.py\n+++ and b.py\n*** Note: x\n- a.py\n+ b.py\n"
    bundle = parse(text)
    assert (bundle.files, bundle.edits, bundle.said) == ((), (), text.strip())
