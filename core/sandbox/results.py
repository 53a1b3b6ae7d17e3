"""Reads what test programs print: how many tests passed and failed, and which packages were not there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.automations.model import File
from core.checks.python.distributions import package_for

_PYTEST = re.compile(r"^=* ?((?:\d+ [a-z]+(?: [a-z]+)?(?:, )?)+) in [\d.]+s.*$", re.MULTILINE)
_UNITTEST = re.compile(r"^Ran (\d+) tests? in .*$", re.MULTILINE)
_UNITTEST_BAD = re.compile(r"\b(failures|errors|unexpected successes|skipped)=(\d+)")
_NODE = re.compile(r"^# (pass|fail|cancelled) (\d+)$", re.MULTILINE)
_TAP = re.compile(r"^( *)(?:(not )?ok \d+\b(.* # SKIP)?|1\.\.\d+)", re.MULTILINE)
_OTHERS = re.compile(r"^\s*Tests:?\s+(.*)$|^\s*(\d+) (passing|failing)", re.MULTILINE)
_COUNTED = re.compile(r"(\d+) ([a-z]+)")
_BAD = ("failed", "error", "errors", "failing")

_PYTHON_MODULE = re.compile(r"^(?:E +)?ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
_SCRIPT_PACKAGE = re.compile(
    r"Cannot find (?:package|module) '([^']+)'"
    r"|Import \"([^\"]+)\" not a dependency"
    r"|Could not resolve \"([^\"]+)\", but found it in a package\.json"
    r"|matching package for 'npm:([^']+)'"
)
_FAR = re.compile(r"JSR package manifest for '([^']+)'|not found in cache: \"(https?://[^\"]+)\"")
_PACKAGE = re.compile(r"(?!node:|file:|\.|/)((?:@[\w.-]+/)?[\w.-]+)")
_PROGRAM = re.compile(r"line \d+: ([\w.+-]+): command not found")


@dataclass(frozen=True, slots=True)
class Count:
    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Lack:
    """``name``: as people know it. ``extra``: what `make sandbox-env EXTRA=…` takes; ``None`` where that cannot help."""

    name: str
    extra: str | None


def count(said: str) -> Count:
    """How many tests passed and failed, by the last summary that is found, whichever program has written it."""
    for read in (_by_pytest, _by_unittest, _by_node, _by_tap, _by_others):
        if (found := read(said)) is not None:
            return found
    return Count(0, 0)


def lacks(said: str, files: Sequence[File]) -> tuple[Lack, ...]:
    """The packages and programs that were looked for in vain, each once; never a module of the project itself."""
    own = {part.removesuffix(".py") for file in files for part in PurePosixPath(file.path).parts}
    found = [*_modules(said, own), *_packages(said), *_programs(said)]
    return tuple(dict.fromkeys(found))


def _modules(said: str, own: set[str]) -> Iterator[Lack]:
    for module in _PYTHON_MODULE.findall(said):
        top = module.partition(".")[0]
        if top not in own and top not in sys.stdlib_module_names:
            package = package_for(module)
            yield Lack(package, package)


def _packages(said: str) -> Iterator[Lack]:
    for names in _SCRIPT_PACKAGE.findall(said):
        if package := _PACKAGE.match("".join(names)):
            yield Lack(package[1], f"npm:{package[1]}")
    for names in _FAR.findall(said):
        yield Lack("".join(names), None)


def _programs(said: str) -> Iterator[Lack]:
    for name in _PROGRAM.findall(said):
        yield Lack(name, None)


def _by_pytest(said: str) -> Count | None:
    summaries = _PYTEST.findall(said)
    return _tallied(_COUNTED.findall(summaries[-1])) if summaries else None


def _by_unittest(said: str) -> Count | None:
    ran = list(_UNITTEST.finditer(said))
    if not ran:
        return None
    rest = dict(_UNITTEST_BAD.findall(said[ran[-1].end() :]))
    failed = sum(int(rest.get(name, 0)) for name in ("failures", "errors", "unexpected successes"))
    return Count(max(int(ran[-1][1]) - failed - int(rest.get("skipped", 0)), 0), failed)


def _by_node(said: str) -> Count | None:
    numbers = {name: int(number) for name, number in _NODE.findall(said)}
    return Count(numbers["pass"], numbers["fail"] + numbers.get("cancelled", 0)) if len(numbers) > 1 else None


def _by_tap(said: str) -> Count | None:
    """A line that follows deeper ones is only the sum of them."""
    passed = failed = 0
    deep, found = 0, False
    for line in _TAP.finditer(said):
        indent, is_plan = len(line[1]), line[0].lstrip().startswith("1..")
        found = found or not is_plan
        if not is_plan and not line[3] and indent >= deep:
            passed, failed = passed + (not line[2]), failed + bool(line[2])
        deep = indent
    return Count(passed, failed) if found else None


def _by_others(said: str) -> Count | None:
    """jest, vitest and mocha."""
    lines = _OTHERS.findall(said)
    if not lines:
        return None
    pairs = [pair for line, number, word in lines for pair in (_COUNTED.findall(line) or [(number, word)])]
    return _tallied([(number, word) for number, word in pairs if number])


def _tallied(pairs: Sequence[tuple[str, str]]) -> Count:
    passed = sum(int(number) for number, word in pairs if word in ("passed", "passing", "xpassed"))
    return Count(passed, sum(int(number) for number, word in pairs if word in _BAD))
