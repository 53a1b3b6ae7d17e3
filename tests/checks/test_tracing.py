"""From requirements to files and tests: what counts as a mark, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.automations.evidence import TestRun
from core.automations.model import File
from core.checks.tracing import count_tests, is_test, trace
from core.sessions.model import Requirement

PASSED = TestRun(ran=True, sandbox="bubblewrap", passed=2)


def requirement(number: int, *, withdrawn: bool = False) -> Requirement:
    return Requirement(number, f"wish {number}", "Ana", datetime(2026, 1, 1, tzinfo=UTC), withdrawn)


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("tests/test_a.py", "# R1\ndef test_it():\n    pass\n", "tests/test_a.py: test_it"),
        ("tests/test_a.py", 'def test_it():\n    """R1: holds."""\n', "tests/test_a.py: test_it"),
        ("tests/test_a.py", "def test_r1_holds():\n    pass\n", "tests/test_a.py: test_r1_holds"),
        ("tests/test_a.py", "class TestIt:  # R1\n    pass\n", "tests/test_a.py: TestIt"),
        ("a_test.py", "x = 1  # R1, R2\n", "a_test.py"),
        ("src/a.test.js", "test('R1: works', () => {\n});\n", "src/a.test.js: R1: works"),
        ("src/a.test.ts", "// R1\nit('works', async () => {\n});\n", "src/a.test.ts: works"),
        ("tests/a_test.ts", 'Deno.test("R1 works", () => {});\n', "tests/a_test.ts: R1 works"),
        ("tests/test_a.sh", "# R1\ntest_copies() {\n  :\n}\n", "tests/test_a.sh: test_copies"),
        ("test/a.spec.mjs", "/* R1 */ describe('all', () => {});\n", "test/a.spec.mjs"),
    ],
)
def test_a_test_says_what_it_is_about(path: str, text: str, told: str) -> None:
    (row,) = trace([requirement(1)], [File("a.py", "# R1\n"), File(path, text)], PASSED)
    assert (row.files, row.tests, row.verdict) == (("a.py",), (told,), "passed")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "load()  # R1\n"),
        ("a.ts", "load(); // R1: as wished\n"),
        ("schema.sql", "-- R1\ncreate table a (b int);\n"),
        ("index.html", "<!-- R1 -->\n"),
        ("docs/use.md", "# Use\n\n<!-- R1 -->\n"),
        ("run.sh", "sync  # R1\n"),
        ("style.css", "/* R1 */\n"),
    ],
)
def test_a_file_says_what_it_meets(path: str, text: str) -> None:
    (row,) = trace([requirement(1)], [File(path, text)], None)
    assert (row.files, row.verdict) == ((path,), "no test")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "bucket = 'R1'\n"),
        ("a.py", "R1 = 470  # ohm\n"),
        ("a.py", "# R12 and PR1 and R1x\n"),
        ("README.md", "- R1: crawl politely\n"),
        ("tests/test_a.py", "# R1\n"),
        ("a.py", ""),
    ],
)
def test_what_is_no_mark(path: str, text: str) -> None:
    (row,) = trace([requirement(1)], [File(path, text)], None)
    assert (row.files, row.verdict) == ((), "no file")


def test_withdrawn_ones_are_left_out_and_the_rest_is_in_order() -> None:
    rows = trace([requirement(3), requirement(1), requirement(2, withdrawn=True)], [], None)
    assert [row.number for row in rows] == [1, 3]


def test_how_the_tests_ended_is_how_the_requirement_ended() -> None:
    files = [
        File("a.py", "# R1 R2\n"),
        File("tests/test_a.py", "# R1\ndef test_x(): ...\n# R2\ndef test_y(): ...\n"),
    ]
    failed = TestRun(
        ran=True, sandbox="bubblewrap", passed=1, failed=1, output="FAILED tests/test_a.py::test_x"
    )
    not_run = TestRun(ran=False, sandbox="none", reason="no sandbox")
    wishes = [requirement(1), requirement(2)]
    assert [row.verdict for row in trace(wishes, files, failed)] == ["failed", "unproved"]
    assert [row.verdict for row in trace(wishes, files, not_run)] == ["not run", "not run"]
    assert [row.verdict for row in trace(wishes, files, PASSED)] == ["passed", "passed"]


@pytest.mark.parametrize("path", ["tests/README.md", "tests/conftest.py", "web/a.test.js"])
def test_a_file_whose_tests_were_not_run_tests_nothing(path: str) -> None:
    mark = {"md": "<!-- R1 -->\n", "py": "# R1\n", "js": "// R1\n"}[path.rpartition(".")[2]]
    files = [File("a.py", "# R1\n"), File("tests/test_a.py", "def test_x(): ...\n"), File(path, mark)]
    run = replace(PASSED, files=("tests/test_a.py",))
    assert [row.verdict for row in trace([requirement(1)], files, run)] == ["no test"]


@pytest.mark.parametrize(
    "said", ["SKIPPED tests/test_a.py::test_x - not yet", "ok 1 - test_x # SKIP", "  ○ test_x (2 ms)"]
)
def test_a_requirement_whose_tests_were_all_skipped_is_not_proved(said: str) -> None:
    files = [
        File("a.py", "# R1 R2\n"),
        File("tests/test_a.py", "# R1\ndef test_x(): ...\n# R1 R2\ndef test_xy(): ...\n"),
    ]
    rows = trace([requirement(1), requirement(2)], files, replace(PASSED, output=said))
    assert [row.verdict for row in rows] == ["passed", "passed"]
    files[1] = File("tests/test_a.py", "# R1\ndef test_x(): ...\n# R2\ndef test_xy(): ...\n")
    rows = trace([requirement(1), requirement(2)], files, replace(PASSED, output=said))
    assert [row.verdict for row in rows] == ["not run", "passed"]


def test_tests_are_counted_for_those_who_wait() -> None:
    files = [
        File("tests/test_a.py", "class TestA:\n    def test_x(self): ...\n    async def test_y(self): ...\n"),
        File("tests/test_b.sh", "set -e\n"),
        File("a.py", "def test_x(): ...\n"),
    ]
    assert count_tests(files) == 3


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tests/test_a.py", True),
        ("tests/__init__.py", False),
        ("test.sh", True),
        ("src/contest.py", False),
        ("latest.py", False),
        ("a.spec.ts", True),
        ("pkg/a_test.go", True),
    ],
)
def test_which_files_are_tests(path: str, told: bool) -> None:
    assert is_test(path) is told
