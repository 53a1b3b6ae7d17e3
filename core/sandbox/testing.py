"""Runs a project's own tests in a sandbox and says in plain words what came out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.automations.evidence import TestRun
from core.automations.model import File
from core.sandbox.model import DEFAULT, Limits, Outcome, Sandbox
from core.sandbox.results import Lack, count, lacks
from core.sandbox.runners import NO_TYPESCRIPT, plans
from core.vocabulary import Language

_TAIL = 4_000
"""Characters of the output that are kept: test programs say the most important at the end."""

_DENIED = re.compile(
    r"PermissionError: \[Errno 13\]|listen EACCES|PermissionDenied|Permission denied \(os error 13\)"
)
_TOO_MUCH = "what the sandbox of this host does not allow, such as a server of its own"

_EXCEEDED = {
    "time": "more time than the {0.wall_seconds:g} seconds allowed",
    "cpu": "more than {0.cpu_seconds} seconds of computing",
    "memory": "more memory than the {1} MB allowed",
    "output": "more output than could be kept",
    "disk": "more disk than the {2} MB allowed",
    "inodes": "more files than the {0.inodes} allowed",
}


async def run_tests(
    sandbox: Sandbox, files: Sequence[File], language: Language, limits: Limits = DEFAULT
) -> TestRun:
    """Runs the tests among `files`: those in `language`, with `AUTO` of any one language, and then those in others.
    What could not be run in one language counts for all; the limits are those of each."""
    runs: list[TestRun] = []
    for how in plans(files, language):
        outcome = await sandbox.run(files, how.command, limits, how.environment)
        if not outcome.ran:
            return TestRun(ran=False, sandbox=sandbox.name, reason=outcome.reason)
        run = _read(outcome, files, limits, sandbox)
        if not run.ran:
            return run
        runs.append(replace(run, files=how.tests))
    if not runs:
        return TestRun(ran=False, sandbox=sandbox.name, reason="there are no tests")
    return runs[0] if len(runs) == 1 else _together(runs)


def _together(runs: Sequence[TestRun]) -> TestRun:
    """One that ran no test proves nothing, and so do all."""
    room = _TAIL // len(runs)
    return TestRun(
        ran=True,
        sandbox=runs[0].sandbox,
        reason=next((run.reason for run in runs if run.reason), ""),
        passed=sum(run.passed for run in runs) if all(run.passed or run.failed for run in runs) else 0,
        failed=sum(run.failed for run in runs),
        output="\n\n".join(run.output[-room:] for run in runs),
        seconds=sum(run.seconds for run in runs),
        files=tuple(path for run in runs for path in run.files),
    )


def _read(outcome: Outcome, files: Sequence[File], limits: Limits, sandbox: Sandbox) -> TestRun:
    said = "\n".join(part for part in (outcome.stdout, outcome.stderr) if part)
    output, succeeded = said.strip()[-_TAIL:], outcome.code == 0
    lacking = () if succeeded else lacks(said, files)
    if not succeeded and (reason := _not_run(lacking, said, sandbox)):
        missing = tuple(lack.name for lack in lacking)
        return TestRun(ran=False, sandbox=sandbox.name, reason=reason, output=output, missing=missing)
    counted = count(said)
    return TestRun(
        ran=True,
        sandbox=sandbox.name,
        reason=_ended(outcome, limits),
        passed=counted.passed,
        failed=counted.failed if succeeded else max(counted.failed, 1),
        output=output,
        seconds=outcome.seconds,
    )


def _not_run(lacking: Sequence[Lack], said: str, sandbox: Sandbox) -> str:
    if said.endswith(f"{NO_TYPESCRIPT}\n"):
        return f"the environment has {NO_TYPESCRIPT}; `make sandbox-env` adds deno"
    if not lacking:
        return f"needs {_TOO_MUCH} ({sandbox.name})" if sandbox.reduced and _DENIED.search(said) else ""
    names = ", ".join(f"`{lack.name}`" for lack in lacking)
    extra = " ".join(lack.extra for lack in lacking if lack.extra)
    if not extra:
        return f"needs {names}, which the environment does not have and code here cannot fetch"
    quoted = f'"{extra}"' if " " in extra else extra
    return f"needs {names}, which the environment does not have; `make sandbox-env EXTRA={quoted}` adds it"


def _ended(outcome: Outcome, limits: Limits) -> str:
    if outcome.killed_by is None:
        return ""
    text = _EXCEEDED[outcome.killed_by].format(limits, limits.memory_bytes >> 20, limits.disk_bytes >> 20)
    return f"stopped: it took {text}"
