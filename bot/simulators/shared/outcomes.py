"""What can come out of a person's act on a chat platform, besides success."""

from __future__ import annotations

from collections.abc import Mapping


class NotAcked(Exception):
    """The program did not answer in time; the person sees that the app did not respond."""


class ClientRefused(Exception):
    """What a person's client would not let them do. ``errors``: per field of a form, where it is one."""

    def __init__(self, why: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.errors: Mapping[str, str] = errors or {}
