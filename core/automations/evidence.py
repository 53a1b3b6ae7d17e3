"""What was checked about a version and what came out: the facts behind `ready`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal, cast

from pydantic import TypeAdapter

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say about a file.

    ``path``: "" for the project as a whole. ``line``: from 1, 0 for the file as a whole. ``code``: short, stable,
    for machines. ``message``: for the model that repairs it and for people. ``candidates``: what may have been meant.
    """

    path: str
    line: int
    code: str
    severity: Severity
    message: str
    candidates: tuple[str, ...] = ()


OF_THE_ANSWER = frozenset({"edit-failed", "suspicious-replacement", "missing-file", "answer-cut"})
"""Codes of what was wrong with a model's answer: no look at the files that came of it can take that back."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """``ran``: it came to its end over all files that it is for; ``note`` says why not. ``passed``: it ran, and found no
    error."""

    name: str
    ran: bool
    passed: bool
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class TestRun:
    """What came of a project's tests.

    ``ran``: whether the tests could be run; if not, ``reason`` says why. Where they ran, ``reason`` is "" or says what
    ended them. ``output``: its end. ``missing``: packages and programs that were not there; a run that lacked some
    counts as not run. ``sandbox``: the name of what confined it. ``files``: those whose tests were run; empty where that
    is not known.
    """

    __test__: ClassVar[bool] = False  # pytest would take it for a test

    ran: bool
    sandbox: str
    reason: str = ""
    passed: int = 0
    failed: int = 0
    output: str = ""
    missing: tuple[str, ...] = ()
    seconds: float = 0
    files: tuple[str, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether at least one test passed and none failed."""
        return self.ran and self.passed > 0 and self.failed == 0


Verdict = Literal["passed", "failed", "unproved", "not run", "no file", "no test"]
"""`unproved`: its tests ran, others failed, and what is known of the run does not tell how these ended."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One requirement of the ledger, by its `number`: the files that say they meet it, the tests that say they test it
    (`path`, or `path: name`), and what came of them."""

    number: int
    text: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Round:
    """One round of repair. ``before``, ``after``: how many errors there were. ``kept``: whether its files were used."""

    number: int
    before: int
    after: int
    kept: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was checked and what came out. ``checked``: whether the gates ran at all. ``proved``: every gate passed, the
    tests passed, and every requirement has a file and a test. ``notes``: what is missing, half sentences for people.
    ``prompt_hash``: sha256 of the prompt, hexadecimal. ``seconds``: from the order to the version."""

    checked: bool = False
    proved: bool = False
    notes: tuple[str, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None
    model: str = ""
    seconds: float = 0.0
    gates: tuple[GateResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: TestRun | None = None
    trace: tuple[Traced, ...] = ()
    rounds: tuple[Round, ...] = ()
    cached_tokens: int = 0
    prompt_hash: str = ""


@cache
def _codec() -> TypeAdapter[Evidence]:
    return TypeAdapter(Evidence)


def to_json(evidence: Evidence) -> dict[str, Any]:
    """Plain data, for the database and the zip."""
    return cast("dict[str, Any]", _codec().dump_python(evidence, mode="json"))


def from_json(data: dict[str, Any]) -> Evidence:
    """The evidence again; what an earlier version of the program did not know is empty."""
    return _codec().validate_python(data)
