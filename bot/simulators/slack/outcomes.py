"""What can come out of a call, besides success."""

from __future__ import annotations

from collections.abc import Sequence
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
