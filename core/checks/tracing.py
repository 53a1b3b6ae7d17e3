"""From the requirements of the ledger to the files that meet them and the tests that test them.

The code itself says so: a comment with `R3` where requirement 3 is met, and in the test of it, or in the test's name.
So the trace stays with files that later versions carry over, and nobody has to believe a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from core.automations.evidence import TestRun, Traced, Verdict
from core.automations.model import File
from core.bundle.kinds import is_markdown
from core.sessions.model import Requirement

_MARK = re.compile(r"(?<![A-Za-z0-9])[Rr](\d{1,4})(?![A-Za-z0-9])")
_COMMENT = re.compile(r"(?:^|\s|;)(?:#|//|/\*|\*|--|<!--|;|%|rem\b)|\"\"\"|'''|<!--", re.IGNORECASE)
_IN_MARKDOWN = re.compile(r"<!--")
_TEST_NAME = re.compile(
    r"""\s*(?:async\s+)?(?:def\s+(test\w*)|class\s+(Test\w*)|(?:function\s+)?(test_?\w*)\s*\(\)"""
    r"""|(?:test|it|describe|Deno\.test)(?:\.\w+)?\s*\(\s*["'`](.{1,200}?)["'`]\s*,)"""
)
_TEST_FILE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec)/|(?:^|/)(?:test[-_.][^/]*|[^/]*[-_.](?:test|spec|tests))\.\w+$|(?:^|/)test\.\w+$"
)
_BAD = re.compile(r"^\s*(?:not ok|FAILED|FAIL|ERROR)\b.*$|^\s*[✖✗×] .*$", re.MULTILINE)  # noqa: RUF001 -- the sign that test programs print
"""How test programs begin the line of a test that failed."""
_SKIPPED = re.compile(r"^SKIPPED .*$|^\s*ok \d+ .*# SKIP\b.*$|^\s*○ .*$", re.MULTILINE)
_ABOVE = 3
"""Lines between a mark and the head of the test that it is about."""


def trace(
    requirements: Sequence[Requirement], files: Sequence[File], tests: TestRun | None
) -> tuple[Traced, ...]:
    """One row per requirement that is not withdrawn, by number. `tests`: how the tests of these files ended; a test in a
    file that was not run is none."""
    run = tests.files if tests is not None and tests.ran else ()
    code: dict[int, list[str]] = {}
    tested: dict[int, list[str]] = {}
    for file in files:
        if run and is_test(file.path) and file.path not in run:
            continue
        into = tested if is_test(file.path) else code
        for number, where in _marks(file):
            places = into.setdefault(number, [])
            if where not in places:
                places.append(where)
    return tuple(
        _row(one, code.get(one.number, []), tested.get(one.number, []), tests)
        for one in sorted(requirements, key=lambda one: one.number)
        if not one.withdrawn
    )


def is_test(path: str) -> bool:
    """Whether a file of that name holds tests, in any of the languages."""
    return bool(_TEST_FILE.search(path)) and PurePosixPath(path).name != "__init__.py"


def count_tests(files: Sequence[File]) -> int:
    """How many tests the files seem to hold, for people who wait; a test script without named tests is one."""
    return sum(len(_tests(file)) or 1 for file in files if is_test(file.path))


def _tests(file: File) -> Sequence[str]:
    names = map(_name, file.content.splitlines())
    return [name for name in names if name and not name.startswith("Test")]


def _row(one: Requirement, files: Sequence[str], tests: Sequence[str], run: TestRun | None) -> Traced:
    return Traced(one.number, one.text, tuple(files), tuple(tests), _verdict(files, tests, run))


def _verdict(files: Sequence[str], tests: Sequence[str], run: TestRun | None) -> Verdict:
    if not files:
        return "no file"
    if not tests:
        return "no test"
    if run is None or not run.ran:
        return "not run"
    if run.proved:
        return "not run" if _all_skipped(tests, run) else "passed"
    bad = "\n".join(line[0] for line in _BAD.finditer(run.output))
    return "failed" if any(_is_named(test, bad) for test in tests) else "unproved"


def _all_skipped(tests: Sequence[str], run: TestRun) -> bool:
    """Of a file or a class as a whole nobody knows: some of it may have run."""
    skipped = "\n".join(line[0] for line in _SKIPPED.finditer(run.output))
    names = [test.partition(": ")[2] for test in tests]
    return all(name and not name.startswith("Test") and _is_named(name, skipped) for name in names)


def _is_named(test: str, lines: str) -> bool:
    path, _, name = test.partition(": ")
    return re.search(rf"(?<![\w.-]){re.escape(name or path)}(?![\w-])", lines) is not None


def _marks(file: File) -> Iterator[tuple[int, str]]:
    """(requirement, where): every mark in a comment, a docstring's first line or a test's name."""
    lines = file.content.splitlines()
    test, testing = "", is_test(file.path)
    opener = _IN_MARKDOWN if is_markdown(file.path) else _COMMENT
    for at, line in enumerate(lines):
        name = _name(line) if testing else ""
        test = name or test
        comment = opener.search(line)
        if not name and comment is None:
            continue
        for mark in _MARK.finditer(line, 0 if name else comment.start() if comment else 0):
            below = next((found for near in lines[at + 1 : at + 1 + _ABOVE] if (found := _name(near))), "")
            about = name or (below if testing and _is_bare(line) and below else test)
            yield int(mark[1]), f"{file.path}: {about}" if about else file.path


def _is_bare(line: str) -> bool:
    """A line that is nothing but a comment, which speaks of what follows."""
    return line.lstrip().startswith(("#", "//", "/*", "--"))


def _name(line: str) -> str:
    found = _TEST_NAME.match(line)
    return next((group for group in found.groups() if group), "") if found else ""
