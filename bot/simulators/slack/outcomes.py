"""What can come out of a call or of a person's act, besides success."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """The Web API says no: ``{"ok": false, "error": …}`` with HTTP 200, as Slack answers."""

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages: Sequence[str] = messages
        self.extra = extra

    def body(self) -> dict[str, Any]:
        told = {"response_metadata": {"messages": list(self.messages)}} if self.messages else {}
        return {"ok": False, "error": self.error, **told, **self.extra}


class Limited(Exception):
    """HTTP 429: ask again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"ratelimited, {seconds} s")
        self.seconds = seconds


class NotAcked(Exception):
    """The program did not acknowledge in time; the person sees that the app did not respond."""


class ClientRefused(Exception):
    """What a person's Slack would not let them do. ``errors``: per field of a form, where it is one."""

    def __init__(self, why: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.errors: Mapping[str, str] = errors or {}
