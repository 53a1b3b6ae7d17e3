"""Failures in words: one sentence, the reference that is in the log, and the buttons that make sense now."""

from __future__ import annotations

from core.errors import ThreadwrightError
from core.replies import Action, Button, Reply


def sorry(error: ThreadwrightError, session_id: str, *, kept: str = "") -> Reply:
    """What people read when a turn or a generation failed. `kept`: what was said or saved before it did."""
    said = f"⚠️ {error.sentence} `ref {error.reference}`"
    text = f"{kept.rstrip()}\n\n{said}" if kept.strip() else said
    return Reply(text, (Button(Action.RETRY, "Try again", session_id),))
