"""The tests of small projects in each language, run in the sandbox that the program would choose here."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.sandbox.model import Limits, NoSandbox, Sandbox
from core.sandbox.testing import run_tests
from core.vocabulary import Language

ADDER = File("src/adder.py", "def add(a, b):\n    return a + b\n")
GOOD = File(
    "tests/test_adder.py",
    "import unittest\nfrom adder import add\n\nclass AddTest(unittest.TestCase):\n"
    "    def test_small(self):\n        self.assertEqual(add(1, 2), 3)\n\n"
    "    def test_text(self):\n        self.assertEqual(add('a', 'b'), 'ab')\n",
)
BAD = File("tests/test_more.py", GOOD.content.replace("3)", "4)"))


async def has(sandbox: Sandbox, program: str) -> bool:
    return (await sandbox.run((), (program, "--version"))).code == 0


async def test_python(strongest: Sandbox) -> None:
    run = await run_tests(strongest, (ADDER, GOOD), Language.PYTHON)
    assert (run.ran, run.passed, run.failed, run.reason, run.missing) == (True, 2, 0, "", ()), run
    assert run.proved
    assert run.sandbox == strongest.name


async def test_python_that_fails(strongest: Sandbox) -> None:
    run = await run_tests(strongest, (ADDER, GOOD, BAD), Language.AUTO)
    assert (run.ran, run.passed, run.failed) == (True, 3, 1), run
    assert not run.proved
    assert "3 != 4" in run.output


async def test_python_that_falls_over(strongest: Sandbox) -> None:
    run = await run_tests(strongest, (File("test_y.py", "raise RuntimeError('no')"),), Language.PYTHON)
    assert (run.ran, run.passed, run.failed) == (True, 0, 1)
    assert "RuntimeError: no" in run.output


async def test_a_missing_package_is_named_with_the_command_that_adds_it(strongest: Sandbox) -> None:
    test = File("test_vision.py", "import unittest, cv2_not, sklearn_not\n")
    run = await run_tests(strongest, (test,), Language.PYTHON)
    assert (run.ran, run.proved, run.missing) == (False, False, ("cv2-not",))
    assert run.reason == (
        "needs `cv2-not`, which the environment does not have; `make sandbox-env EXTRA=cv2-not` adds it"
    )


async def test_a_missing_module_of_the_project_is_its_own_fault(strongest: Sandbox) -> None:
    test = File("tests/test_a.py", "from helpers.missing import x\n")
    run = await run_tests(strongest, (test, File("helpers/__init__.py", "")), Language.PYTHON)
    assert (run.ran, run.missing) == (True, ())
    assert run.failed == 1


async def test_no_tests_are_no_proof(strongest: Sandbox) -> None:
    run = await run_tests(strongest, (ADDER,), Language.PYTHON)
    assert (run.ran, run.reason, run.proved) == (False, "there are no tests", False)


async def test_tests_that_never_end(strongest: Sandbox) -> None:
    test = File("test_slow.py", "import time, unittest\nprint('waiting', flush=True)\ntime.sleep(600)\n")
    run = await run_tests(strongest, (test,), Language.PYTHON, Limits(wall_seconds=1))
    assert (run.ran, run.failed, run.proved) == (True, 1, False)
    assert run.reason == "stopped: it took more time than the 1 seconds allowed"


async def test_without_a_sandbox() -> None:
    run = await run_tests(NoSandbox("no kernel"), (ADDER, GOOD), Language.PYTHON)
    assert (run.ran, run.reason) == (False, "no safe sandbox on this host: no kernel")


NODE = File(
    "sum.test.js",
    "const test = require('node:test');\nconst assert = require('node:assert');\n"
    "test('adds', () => assert.equal(1 + 2, 3));\ntest('subtracts', () => assert.equal(3 - 2, 1));\n",
)


async def test_javascript(strongest: Sandbox) -> None:
    if not await has(strongest, "node"):
        pytest.skip("no Node.js inside")
    run = await run_tests(strongest, (NODE,), Language.JAVASCRIPT)
    assert (run.ran, run.passed, run.failed, run.proved) == (True, 2, 0, True), run
    wrong = File("wrong.test.js", NODE.content.replace("1 + 2", "1 + 1"))
    run = await run_tests(strongest, (NODE, wrong), Language.JAVASCRIPT)
    assert (run.ran, run.passed, run.failed) == (True, 3, 1), run


async def test_javascript_with_a_missing_package(strongest: Sandbox) -> None:
    if not await has(strongest, "node"):
        pytest.skip("no Node.js inside")
    test = File(
        "a.test.mjs", "import x from '@not/here';\nimport test from 'node:test';\ntest('x', () => x);\n"
    )
    run = await run_tests(strongest, (test,), Language.JAVASCRIPT)
    assert (run.ran, run.missing) == (False, ("@not/here",)), run
    assert "make sandbox-env EXTRA=npm:@not/here" in run.reason


async def test_another_test_runner_must_be_there(strongest: Sandbox) -> None:
    manifest = File("package.json", '{"scripts": {"test": "jest --coverage"}}')
    run = await run_tests(strongest, (NODE, manifest), Language.JAVASCRIPT)
    assert (run.ran, run.missing) == (False, ("jest",))


TYPES = (
    File(
        "src/sum.ts",
        "export enum Kind { Plain }\nexport const add = (a: number, b: number): number => a + b;\n",
    ),
    File(
        "tests/sum.test.ts",
        "import test from 'node:test';\nimport assert from 'node:assert/strict';\n"
        "import { add, Kind } from '../src/sum.ts';\n"
        "test('adds', () => { assert.equal(add(1, 2), 3); });\ntest('kind', () => { assert.equal(Kind.Plain, 0); });\n",
    ),
)


async def test_typescript(strongest: Sandbox) -> None:
    run = await run_tests(strongest, TYPES, Language.TYPESCRIPT)
    if not await has(strongest, "deno") and "neither deno nor" in run.reason:
        assert not run.ran
        pytest.skip("nothing inside reads TypeScript")
    assert (run.ran, run.passed, run.failed, run.proved) == (True, 2, 0, True), run


async def test_bash(strongest: Sandbox) -> None:
    files = (
        File(
            "greet.sh",
            '#!/usr/bin/env bash\nset -eu\n[ "${1-}" = --help ] && { echo usage; exit 0; }\necho hello\n',
        ),
        File("tests/test_greet.sh", '[ "$(bash greet.sh)" = hello ]\n'),
    )
    run = await run_tests(strongest, files, Language.BASH)
    assert (run.ran, run.passed, run.failed, run.proved) == (True, 4, 0, True), run


async def test_bash_that_is_wrong(strongest: Sandbox) -> None:
    files = (
        File("a.sh", "if true; then echo\n"),
        File("b.sh", "set -u\n# understands --dry-run\necho $undefined_name\n"),
    )
    run = await run_tests(strongest, files, Language.BASH)
    assert (run.ran, run.passed, run.failed) == (True, 1, 2), run
    assert "unbound variable" in run.output


async def test_bash_with_a_missing_program(strongest: Sandbox) -> None:
    run = await run_tests(strongest, (File("test_a.sh", "frobnicate-now --all\n"),), Language.BASH)
    assert (run.ran, run.missing) == (False, ("frobnicate-now",))
    assert "EXTRA" not in run.reason


SUM = File("web/sum.mjs", "export const sum = (a, b) => a + b;\n")
SUM_TEST = File(
    "web/sum.test.mjs",
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.mjs';\n"
    "test('sums', () => assert.equal(sum(1, 2), 3));\n",
)


@pytest.mark.parametrize("language", [Language.AUTO, Language.PYTHON])
async def test_what_is_written_in_a_second_language_is_run_too(
    strongest: Sandbox, language: Language
) -> None:
    if not await has(strongest, "node"):
        pytest.skip("no Node.js in the environment")
    files = (ADDER, GOOD, SUM, SUM_TEST)
    run = await run_tests(strongest, files, language)
    assert (run.ran, run.passed, run.failed) == (True, 3, 0), run
    assert run.files == (GOOD.path, SUM_TEST.path)
    wrong = File(SUM_TEST.path, SUM_TEST.content.replace("3)", "4)"))
    run = await run_tests(strongest, (*files[:-1], wrong), language)
    assert (run.ran, run.passed, run.failed) == (True, 2, 1), run
    assert "sums" in run.output


async def test_a_script_that_only_starts_the_tests_is_not_run_beside_them(strongest: Sandbox) -> None:
    starter = File("scripts/test.sh", "#!/bin/bash\nset -euo pipefail\npip install pytest\npytest\n")
    run = await run_tests(strongest, (ADDER, GOOD, starter), Language.AUTO)
    assert (run.ran, run.passed, run.failed, run.files) == (True, 2, 0, (GOOD.path,)), run


async def test_a_script_that_says_which_requirement_it_tests_is_run_beside_the_others(
    strongest: Sandbox,
) -> None:
    wrong = File("tests/test_backup.sh", "#!/bin/bash\n# R2\nexit 1\n")
    run = await run_tests(strongest, (ADDER, GOOD, wrong), Language.AUTO)
    assert run.ran
    assert not run.proved


async def test_the_names_of_skipped_tests_stand_in_the_output(strongest: Sandbox) -> None:
    skipping = File(
        GOOD.path, GOOD.content.replace("    def test_text", "    @unittest.skip('no')\n    def test_text")
    )
    run = await run_tests(strongest, (ADDER, skipping), Language.PYTHON)
    assert (run.passed, run.failed) == (1, 0)
    assert "SKIPPED tests/test_adder.py::AddTest::test_text" in run.output
