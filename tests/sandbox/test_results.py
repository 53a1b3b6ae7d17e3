"""What test programs print, read: summaries as they were seen, and the names of what is missing."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.sandbox.results import Count, Lack, count, lacks

SUMMARIES = {
    "pytest": ("..F\n= FAILURES =\nE assert 1\n1 failed, 2 passed, 1 skipped in 0.12s\n", Count(2, 1)),
    "pytest with bars": ("===== 3 passed, 1 warning in 1.50s =====\n", Count(3, 0)),
    "pytest with errors": (
        "ERROR test_a.py\n!!!! Interrupted: 1 error during collection !!!!\n1 error in 0.10s\n",
        Count(0, 1),
    ),
    "pytest with subtests": ("18 passed, 12 subtests passed in 0.05s\n", Count(18, 0)),
    "pytest with a failed subtest": ("2 failed, 1 passed, 3 subtests passed in 0.05s\n", Count(1, 2)),
    "pytest without tests": ("\nno tests ran in 0.01s\n", Count(0, 0)),
    "unittest": ("Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=2, skipped=1)\n", Count(1, 3)),
    "unittest well": ("Ran 1 test in 0.000s\n\nOK\n", Count(1, 0)),
    "node": ("TAP version 13\nok 1 - a\n# tests 3\n# pass 2\n# fail 1\n# cancelled 0\n", Count(2, 1)),
    "deno": (
        "TAP version 14\nok 1 - a\nnot ok 2 - b\n    ok 1 - inner\n    1..1\nok 3 - c # SKIP\n1..3\n",
        Count(2, 1),
    ),
    "jest": ("Test Suites: 1 failed, 1 total\nTests:       1 failed, 4 passed, 5 total\n", Count(4, 1)),
    "vitest": (" Test Files  1 passed (1)\n      Tests  4 passed (4)\n", Count(4, 0)),
    "mocha": ("  3 passing (12ms)\n  1 failing\n", Count(3, 1)),
    "nothing": ("Segmentation fault\n", Count(0, 0)),
    "a boast before the truth": ("9 passed in 0.01s\n1 failed in 0.02s\n", Count(0, 1)),
}


@pytest.mark.parametrize("program", SUMMARIES)
def test_counts(program: str) -> None:
    said, expected = SUMMARIES[program]
    assert count(said) == expected


MISSING = {
    "E   ModuleNotFoundError: No module named 'yaml'": [Lack("PyYAML", "PyYAML")],
    "ModuleNotFoundError: No module named 'helpers'": [],
    "ModuleNotFoundError: No module named 'json.nothing'": [],
    "Error: Cannot find module './lib/x'": [],
    "Error: Cannot find module '/job/lib/x.js'": [],
    "Error: Cannot find module 'sharp/lib/x'": [Lack("sharp", "npm:sharp")],
    "Cannot find package 'left-pad' imported from /job/a.mjs": [Lack("left-pad", "npm:left-pad")],
    'error: Import "sharp" not a dependency': [Lack("sharp", "npm:sharp")],
    'error: Could not resolve "sharp", but found it in a package.json.': [Lack("sharp", "npm:sharp")],
    "Could not find a matching package for 'npm:left-pad@1.3.0' in": [Lack("left-pad", "npm:left-pad")],
    "JSR package manifest for '@std/assert' failed to load. Specifier not found": [Lack("@std/assert", None)],
    'Specifier not found in cache: "https://example.org/mod.ts", --cached-only': [
        Lack("https://example.org/mod.ts", None)
    ],
    "a.sh: line 3: jq: command not found": [Lack("jq", None)],
}


@pytest.mark.parametrize("said", MISSING)
def test_names_what_is_missing(said: str) -> None:
    files = (File("src/helpers.py", ""), File("test_a.py", ""))
    assert list(lacks(f"before\n{said}\nafter", files)) == MISSING[said]
