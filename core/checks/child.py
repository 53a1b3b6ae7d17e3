"""The static gates in a process of their own: what happens to it does not happen to the program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import structlog

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.static import Passed
from core.checks.tools import Limits, Ran, run

LIMITS = Limits(cpu=20, wall=40, memory=2 << 30, output=20_000_000)
_ROOT = Path(__file__).parents[2]
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from core.checks.inner import main; main()"
"""Without `site`, which takes longer than most checks."""


_LOGGED = 2000
"""Characters of a child's last words."""
_log = structlog.get_logger(__name__)


class ChildCrashed(Exception):
    """``ran``: how it ended."""

    def __init__(self, ran: Ran) -> None:
        super().__init__(ran.end, ran.err[-_LOGGED:])
        self.ran = ran


async def run_apart(
    files: Sequence[File], opaque: Iterable[str] = (), limits: Limits = LIMITS
) -> dict[str, Passed]:
    """As `run_static`. Raises ChildCrashed."""
    order = json.dumps({"files": [[file.path, file.content] for file in files], "opaque": sorted(opaque)})
    command = [sys.executable, "-I", "-S", "-c", _START, json.dumps([str(_ROOT), *sys.path])]
    ran = await run(command, Path(gettempdir()), stdin=order.encode(), limits=limits)
    if ran.crashed or ran.code:
        raise ChildCrashed(ran)
    if ran.err:
        _log.warning("gates_complained", detail=ran.err[-_LOGGED:])
    try:
        return {name: _passed(each) for name, each in json.loads(ran.out).items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ChildCrashed(ran) from error


def _passed(data: Any) -> Passed:
    findings = (Finding(**{**each, "candidates": tuple(each["candidates"])}) for each in data["findings"])
    return Passed(tuple(findings), float(data["seconds"]))
