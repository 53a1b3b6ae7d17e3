"""Is a version ready? The gates, the tests in the sandbox and the trace of its requirements, as evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from core.automations.evidence import Evidence, Finding, GateResult, TestRun, Traced
from core.automations.model import File
from core.checks.gates import Report, check
from core.checks.tracing import count_tests, trace
from core.sandbox.model import Sandbox
from core.sandbox.testing import run_tests
from core.sessions.model import Requirement
from core.vocabulary import Language

AT_ONCE = 2
"""Sandboxes; each may use half a gigabyte."""
_FIRST = frozenset({"shape", "paths", "syntax"})
"""Gates without which nothing is worth running."""
_NAMED = 3
NO_TESTS = "there are no tests"


class Proving:
    """Implements `core.work.workshop.Checker`. ``open_sandbox``: finds and attacks it once, at the first use."""

    def __init__(self, open_sandbox: Callable[[], Awaitable[Sandbox]]) -> None:
        self._open = open_sandbox
        self._sandbox: Sandbox | None = None
        self._opening = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def sandbox(self) -> Sandbox:
        async with self._opening:
            if self._sandbox is None:
                self._sandbox = await self._open()
            return self._sandbox

    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        say("Checking")
        report = await check(files)
        if all(gate.passed for gate in report.gates if gate.name in _FIRST):
            count = count_tests(files)
            say(f"Running {count} test{'' if count == 1 else 's'}" if count else "Running the tests")
            async with self._places:
                run = await run_tests(await self.sandbox(), files, language)
        else:
            run = TestRun(ran=False, sandbox="", reason="the files have errors that come first")
        return judged(report, run, trace(requirements, files, run), noticed)


def judged(
    report: Report, run: TestRun, traced: tuple[Traced, ...], noticed: Sequence[Finding] = ()
) -> Evidence:
    """`noticed`: what is wrong with the version beside its files: the answer was cut, a change did not fit."""
    return _judged(report.gates, (*noticed, *report.findings), run, traced)


def judged_anew(known: Evidence, files: Sequence[File], requirements: Sequence[Requirement]) -> Evidence:
    """What was found out about `files` holds for the `requirements` of now, too, as far as these are traced."""
    run = known.tests or TestRun(ran=False, sandbox="", reason="they were not looked at")
    now = _judged(known.gates, known.findings, run, trace(requirements, files, run))
    return replace(known, proved=now.proved, notes=now.notes, trace=now.trace)


def _judged(
    gates: tuple[GateResult, ...], findings: tuple[Finding, ...], run: TestRun, traced: tuple[Traced, ...]
) -> Evidence:
    proved = (
        bool(gates)
        and all(gate.ran and gate.passed for gate in gates)
        and run.proved
        and all(row.verdict == "passed" for row in traced)
        and not any(one.severity == "error" for one in findings)
    )
    return Evidence(
        checked=True,
        proved=proved,
        notes=() if proved else tuple(_missing(gates, findings, run, traced)),
        gates=gates,
        findings=findings,
        tests=run,
        trace=traced,
    )


def _missing(
    gates: Sequence[GateResult], findings: Sequence[Finding], run: TestRun, traced: Sequence[Traced]
) -> Iterable[str]:
    """What keeps it a draft, half sentences, the most important first."""
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        yield f"{_count(len(errors), 'error')}: {'; '.join(map(_told, errors[:_NAMED]))}{' …' if len(errors) > _NAMED else ''}"
    yield from (f"{gate.name} not checked: {gate.note}" for gate in gates if not gate.ran)
    if not run.ran:
        yield run.reason if run.reason == NO_TESTS else f"tests not run: {run.reason}"
    elif not run.proved:
        ended = f" ({run.reason})" if run.reason else ""
        total = run.failed + run.passed
        yield f"{run.failed} of {_count(total, 'test')} failed{ended}" if total else f"no test was run{ended}"
    for verdict, words in (("no file", "no file"), ("no test", "no test")):
        numbers = [f"R{row.number}" for row in traced if row.verdict == verdict]
        if numbers:
            yield f"{', '.join(numbers)} {'has' if len(numbers) == 1 else 'have'} {words}"
    if run.proved and (skipped := [f"R{row.number}" for row in traced if row.verdict == "not run"]):
        yield f"the tests of {', '.join(skipped)} were skipped"


def _told(one: Finding) -> str:
    place = f"`{one.path}{f':{one.line}' if one.line else ''}` " if one.path else ""
    return f"{place}{' '.join(one.message.split())[:160]}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
