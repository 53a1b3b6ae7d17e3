"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``text``: a sentence; of a problem, it says what to do. No secrets, no text of a foreign error."""

    subject: str
    text: str
    ok: bool

    @property
    def line(self) -> str:
        return f"{'ok' if self.ok else 'problem':<8} {self.subject:<13} {self.text}"


def fine(subject: str, text: str) -> Finding:
    return Finding(subject, text, ok=True)


def problem(subject: str, text: str) -> Finding:
    return Finding(subject, text, ok=False)
