"""What a check has to say about a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``path``: "" for the project as a whole. ``line``: from 1, 0 for the file as a whole. ``code``: short, stable,
    for machines. ``message``: for the model that repairs it and for people. ``candidates``: what may have been meant.
    """

    path: str
    line: int
    code: str
    severity: Severity
    message: str
    candidates: tuple[str, ...] = ()
