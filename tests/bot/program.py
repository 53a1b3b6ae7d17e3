"""The program as people start it: a process of its own, settings only from its environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.surroundings import measured

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return piped(b"", *arguments, **environment)


def piped(given: bytes, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same with `given` on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=measured() | environment,
        input=given,
        capture_output=True,
        check=False,
        timeout=50,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
