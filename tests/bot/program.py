"""The program as people start it: a process of its own, settings only from its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# How a coverage run reaches child processes; nothing else of the surroundings gets in.
_COVERAGE = {name: os.environ[name] for name in os.environ if name.startswith("COVERAGE_")}  # noqa: TID251 - no setting


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return piped(b"", *arguments, **environment)


def piped(given: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same with `given` on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=_COVERAGE | environment,
        input=given,
        capture_output=True,
        check=False,
        timeout=50,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
