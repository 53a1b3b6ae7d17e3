"""The gate before all parsers: what must not pass, and what must."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.shape import shape


def codes(content: str, path: str = "a.py") -> list[tuple[str, int]]:
    findings = shape([File(path, content)])
    assert all(finding.severity == "error" and finding.message for finding in findings)
    return [(finding.code, finding.line) for finding in findings]


@pytest.mark.parametrize(
    ("path", "content", "finding"),
    [
        ("a.py", "x = 1\n" * 70_000, ("file-too-large", 0)),
        ("a.py", "é = 1\n" * 60_000, ("file-too-large", 0)),
        ("a.py", "ok\nx = '\0'\n", ("nul", 2)),
        ("a.py", "ok\nx = '\ud800'\n", ("not-utf-8", 2)),
        ("a.py", "ok\n" + "x" * 20_001 + "\n", ("line-too-long", 2)),
        ("a.json", "ok\n" + "[" * 121, ("nested-too-deep", 2)),
        ("a.py", "(\n" * 121, ("nested-too-deep", 121)),
        ("a.sh", "$(" * 2000, ("nested-too-deep", 1)),
        ("a.py", "x = 1" + "+1" * 1001, ("chain-too-long", 1)),
        ("a.py", "x = (1" + "\n + 1" * 1001 + ")", ("chain-too-long", 1001)),
        ("a.js", "x = 1 +\n" + "1 +\n" * 1001 + "1", ("chain-too-long", 1000)),
        ("a.py", "x = " + "not " * 1001 + "y", ("chain-too-long", 1)),
        ("a.py", "x = " + "-" * 1001 + "y", ("chain-too-long", 1)),
        ("a.js", "x = " + "a ? b : " * 600 + "c", ("chain-too-long", 1)),
        ("a.js", "if (a) {}\n" + "else if (b) {}\n" * 301, ("too-many-branches", 0)),
        ("a.py", "if a: pass\n" + "elif b: pass\n" * 20_000, ("too-many-branches", 0)),
    ],
)
def test_what_ends_or_stalls_a_parser_is_stopped(path: str, content: str, finding: tuple[str, int]) -> None:
    assert codes(content, path) == [finding]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.py", ""),
        ("a.py", "x = 1\n" * 60_000),
        ("a.py", "(" * 120 + ")" * 120),
        ("a.py", "x = 1" + "+1" * 900 + "\n" + "y = 1" + "+1" * 900),
        ("a.py", "x = [\n" + "    -1,\n" * 5000 + "]\n"),
        ("a.py", "# " + "-" * 200 + "\n" * 1 + "# ====\n" * 2000),
        ("a.js", "/*\n" + " * words - and / more\n" * 200 + " */\n"),
        ("a.js", "// a - b - c - d / e\n" * 2000),
        ("a.tsx", "<div>\n" + '  <b className="x">y</b>\n' * 3000 + "</div>\n"),
        ("a.sh", "case $x in\n" + "a) echo;;\n" * 2000 + "esac\n"),
        ("a.yaml", "- a-b: c.d\n" * 5000),
        ("a.csv", "((((\n" * 2000),
        ("notes.md", ":-( - (\n" * 2000),
        ("a.py", '"""\n' + "+----+----+\n|  a | -b |\n" * 500 + '"""\n'),
    ],
)
def test_ordinary_text_passes(path: str, content: str) -> None:
    assert codes(content, path) == []


def test_limits_of_the_project() -> None:
    many = [File(f"f{number}.py", "x\n") for number in range(201)]
    assert shape(many[:200]) == ()
    assert shape(many) == (
        Finding("", 0, "too-many-files", "error", "201 files; at most 200 can be handled"),
    )
    large = [File(f"f{number}.py", "x = 1\n" * 60_000) for number in range(6)]
    assert [(finding.path, finding.code) for finding in shape(large)] == [("", "project-too-large")]


def test_all_findings_of_a_file_are_told_at_once() -> None:
    assert codes("\0" + "(" * 20_001) == [("nul", 1), ("line-too-long", 1), ("nested-too-deep", 1)]


def test_the_standard_library_passes() -> None:
    folder = Path(sys.modules["json"].__file__ or "").parents[1]
    sources = [path for path in sorted(folder.glob("*.py"))[:120] if path.stat().st_size < 400_000]
    stopped = [path.name for path in sources if codes(path.read_text("utf-8"), path.name)]
    assert len(sources) > 50
    assert stopped == []
