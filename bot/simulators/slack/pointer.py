"""A place inside a payload, where findings are noted down with their JSON pointer, as Slack words them."""

from __future__ import annotations

from typing import Any


class Spot:
    """``findings`` are shared by all spots of one payload, and so are the action ids seen."""

    def __init__(self, path: str, parent: Spot | None = None) -> None:
        self.path = path
        self.findings: list[str] = parent.findings if parent else []
        self.actions: set[str] = parent.actions if parent else set()

    def at(self, key: str | int) -> Spot:
        return Spot(f"{self.path}/{key}", self)

    def wrong(self, what: str) -> None:
        self.findings.append(f"[ERROR] {what} [json-pointer:{self.path}]")

    def string(self, value: Any, most: int, least: int = 1) -> None:
        if not isinstance(value, str):
            self.wrong("must be a string")
        elif len(value) < least:
            self.wrong(f"must be more than {least - 1} characters")
        elif len(value) > most:
            self.wrong(f"must be less than {most + 1} characters")

    def text(self, value: Any, most: int, *, plain: bool = False) -> None:
        """A text object."""
        kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.wrong(f"must be a text object of type {' or '.join(sorted(kinds))}")
            return
        self.at("text").string(value.get("text"), most)

    def many(self, value: Any, most: int) -> list[Any]:
        """A list of at most so many; an empty one to go on with when it is none."""
        if not isinstance(value, list):
            self.wrong("must be provided as a list")
            return []
        if len(value) > most:
            self.wrong(f"no more than {most} items allowed")
        return value

    def unique(self, value: Any, seen: set[str]) -> None:
        """A block_id or action_id: at most 255 characters and only once."""
        self.string(value, 255)
        if value in seen:
            self.wrong(f"`{value}` already exists")
        seen.add(str(value))
