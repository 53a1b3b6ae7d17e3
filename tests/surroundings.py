"""What a child process needs of this one's environment."""

from __future__ import annotations

import os


def measured() -> dict[str, str]:
    """The variables by which coverage counts the lines of a child process; none when nothing is measured."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}  # noqa: TID251 - the program's own settings are given one by one; this is the test tool's


def unmeasured() -> dict[str, str]:
    """All variables but those: for a child process whose own time is looked at."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}  # noqa: TID251 - the same
