"""Paths that came another way than through an answer."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.checks.safety import path_safety


@pytest.mark.parametrize(
    "path", ["../a.py", "/etc/passwd", "C:/a.py", "a/./b.py", "a\\b.py", ".git/config", "nul.txt", ""]
)
def test_is_refused(path: str) -> None:
    assert [each.code for each in path_safety([File(path, "")])] == ["unsafe-path"]


@pytest.mark.parametrize(
    "path", ["a.py", "src/[id].tsx", ".github/workflows/ci.yml", "docs/käse.md", ".env.example"]
)
def test_is_taken(path: str) -> None:
    assert path_safety([File(path, "")]) == ()


def test_one_place_holds_one_file() -> None:
    found = path_safety([File("A.py", ""), File("a.py", ""), File("b", ""), File("b/c.py", "")])
    assert [(each.path, each.code) for each in found] == [
        ("a.py", "same-place"),
        ("b/c.py", "file-is-folder"),
    ]
