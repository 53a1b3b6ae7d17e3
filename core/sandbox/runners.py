"""How the tests of a project are run, by language: which files they are, and which command runs them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.automations.model import File
from core.sandbox.model import NOTHING
from core.vocabulary import Language

_PYTHON_TEST = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_SCRIPT_TEST = re.compile(
    r"(?:^|/)(?:test[-_.][^/]*|[^/]*[-_.](?:test|spec)|test)\.[cm]?[jt]sx?$"
    r"|(?:^|/)(?:tests?|__tests__)/[^/]*\.[cm]?[jt]sx?$"
)
_SHELL_TEST = re.compile(
    r"(?:^|/)(?:test[-_][^/]*|[^/]*[-_]test|test)\.(?:sh|bash)$|(?:^|/)tests?/[^/]*\.(?:sh|bash)$"
)

_OTHER_RUNNERS = frozenset({"jest", "vitest", "mocha", "ava", "tap", "tape", "jasmine", "uvu"})
_RUNNER_ARGUMENTS = {"vitest": ("run",)}

_PYTEST_OR_UNITTEST = """
import importlib.util, os, sys
if importlib.util.find_spec("pytest"):
    # A plugin says at each start that it would like to be configured.
    command = ["-W", "ignore:The configuration option", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", "--tb=short", "-rs", "--no-fold-skipped"]
else:
    command = ["-m", "unittest", "-v"]
os.execv(sys.executable, [sys.executable, *command, *sys.argv[1:]])
"""
_BY_ITS_RUNNER = """
if [ ! -e "node_modules/.bin/$0" ]; then echo "Cannot find package '$0'" >&2; exit 1; fi
exec "node_modules/.bin/$0" "$@"
"""
NO_TYPESCRIPT = "neither deno nor a Node.js that reads TypeScript"
_DENO_OR_NODE = f"""
if command -v deno > /dev/null; then
  exec deno test --no-check --allow-all --no-lock --no-prompt --cached-only --node-modules-dir=manual \\
    --unstable-sloppy-imports --unstable-bare-node-builtins --reporter=tap "$@"
fi
for way in --experimental-transform-types --experimental-strip-types; do
  if node "$way" --eval 0 2> /dev/null; then exec node "$way" --test --test-reporter=tap "$@"; fi
done
echo "{NO_TYPESCRIPT}" >&2
exit 1
"""
"""deno first: it also finds modules that are named without their ending, as most TypeScript does."""
_CHECKS_OF_SHELL = r"""
number=0
for check; do
  number=$((number + 1))
  kind=${check%%:*}
  file=${check#*:}
  case $kind in
    syntax) command=(bash -n "$file") ;;
    test) command=(bash "$file") ;;
    *) command=(bash "$file" "--$kind") ;;
  esac
  "${command[@]}" < /dev/null > "$TMPDIR/said" 2>&1
  code=$?
  case $kind in
    syntax | test | help) ((code == 0)) ;;
    *) ((code < 126)) && ! grep -Eq 'unbound variable|syntax error|command not found' "$TMPDIR/said" ;;
  esac && verdict=ok || verdict="not ok"
  echo "$verdict $number - ${command[*]} (exit code $code)"
  [ "$verdict" = ok ] || sed 's/^/  /' "$TMPDIR/said"
  [ "$verdict" = ok ] || failed=1
done
exit ${failed:-0}
"""
"""A script may refuse to go on when asked for a dry run, but not fall over."""


_MARK = re.compile(r"\bR\d{1,4}\b")


@dataclass(frozen=True, slots=True)
class Plan:
    """``command``: runs in the project's folder. ``tests``: paths of the files whose tests it runs."""

    command: tuple[str, ...]
    tests: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)


def plans(files: Sequence[File], language: Language) -> tuple[Plan, ...]:
    """How the tests in `language` are run, and after them those that the project has in other languages: what was not
    run proves nothing. Empty where there are none in `language`."""
    found = [first] if (first := _PLANS[language](files)) else []
    for how in (_python, _javascript, _typescript, _marked_bash) if found else ():
        run = {path for one in found for path in one.tests}
        if (more := how(files)) and not run.issuperset(more.tests):
            found.append(more)
    return tuple(found)


def _any(files: Sequence[File]) -> Plan | None:
    """The first language that has tests."""
    return next((found for how in (_python, _javascript, _typescript, _bash) if (found := how(files))), None)


def _python(files: Sequence[File]) -> Plan | None:
    tests = _matching(files, _PYTHON_TEST)
    if not tests:
        return None
    command = ("python3", "-c", _PYTEST_OR_UNITTEST, *_safely(tests))
    return Plan(command, tests, {"PYTHONPATH": ".:src"})


def _javascript(files: Sequence[File]) -> Plan | None:
    tests = tuple(path for path in _matching(files, _SCRIPT_TEST) if re.search(r"\.[cm]?jsx?$", path))
    if not tests:
        return None
    return _by_its_runner(files) or Plan(("node", "--test", "--test-reporter=tap", *_safely(tests)), tests)


def _typescript(files: Sequence[File]) -> Plan | None:
    tests = tuple(path for path in _matching(files, _SCRIPT_TEST) if re.search(r"(?<!\.d)\.[cm]?tsx?$", path))
    if not tests:
        return _javascript(files)
    return _by_its_runner(files) or Plan(("bash", "-c", _DENO_OR_NODE, "bash", *_safely(tests)), tests)


def _by_its_runner(files: Sequence[File]) -> Plan | None:
    """For a project that says in package.json that its tests are another program's."""
    manifest = next((file.content for file in files if file.path == "package.json"), "{}")
    try:
        script = json.loads(manifest)["scripts"]["test"].split()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    runner = next((word for word in script if word in _OTHER_RUNNERS), None)
    if runner is None:
        return None
    command = ("bash", "-c", _BY_ITS_RUNNER, runner, *_RUNNER_ARGUMENTS.get(runner, ()))
    return Plan(command, _matching(files, _SCRIPT_TEST))


def _bash(files: Sequence[File]) -> Plan | None:
    scripts = [file for file in files if PurePosixPath(file.path).suffix in (".sh", ".bash")]
    checks = [check for file in scripts for check in _checks_of(file)]
    tests = _matching(files, _SHELL_TEST)
    return Plan(("bash", "-c", _CHECKS_OF_SHELL, "bash", *checks), tests) if checks else None


def _marked_bash(files: Sequence[File]) -> Plan | None:
    """Beside other languages scripts that are named like tests mostly start those of the others; but not those that say
    which requirement they are about."""
    tests = [file for file in files if _SHELL_TEST.search(file.path) and _MARK.search(file.content)]
    return _bash(tests)


def _checks_of(file: File) -> Iterable[str]:
    yield f"syntax:{file.path}"
    if _SHELL_TEST.search(file.path):
        yield f"test:{file.path}"
        return
    for option in ("help", "dry-run"):
        if f"--{option}" in file.content:
            yield f"{option}:{file.path}"


def _matching(files: Sequence[File], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(sorted(file.path for file in files if pattern.search(file.path)))


def _safely(paths: Sequence[str]) -> list[str]:
    """With a `./` in front, so that no path is taken for an option."""
    return [f"./{path}" for path in paths]


_PLANS: Mapping[Language, Callable[[Sequence[File]], Plan | None]] = {
    Language.AUTO: _any,
    Language.PYTHON: _python,
    Language.JAVASCRIPT: _javascript,
    Language.TYPESCRIPT: _typescript,
    Language.BASH: _bash,
}
