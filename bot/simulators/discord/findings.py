"""A place inside a request's body, where findings are noted down nested by field, as Discord's error shape has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.simulators.discord.outcomes import invalid_form


@dataclass(frozen=True, slots=True)
class Finding:
    path: tuple[str, ...]
    code: str
    message: str


class Spot:
    """``findings`` and ``custom_ids`` are shared by all spots of one body. Absent and null values pass every check."""

    def __init__(self, path: tuple[str, ...] = (), parent: Spot | None = None) -> None:
        self.path = path
        self.findings: list[Finding] = parent.findings if parent else []
        self.custom_ids: set[str] = parent.custom_ids if parent else set()

    def at(self, *keys: str | int) -> Spot:
        return Spot((*self.path, *map(str, keys)), self)

    def wrong(self, code: str, message: str) -> None:
        self.findings.append(Finding(self.path, code, message))

    def required(self, value: Any) -> bool:
        """False, noted down, when there is nothing."""
        if value is None:
            self.wrong("BASE_TYPE_REQUIRED", "This field is required")
        return value is not None

    def text(self, value: Any, most: int, least: int = 0) -> None:
        if value is None:
            return
        if not isinstance(value, str):
            self.wrong("STRING_TYPE_CONVERT", f'Could not interpret "{value!r}" as string.')
        elif not least <= len(value) <= most:
            limits = f"between {least} and {most}" if least else f"{most} or fewer"
            self.wrong(
                "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH", f"Must be {limits} in length."
            )

    def whole(self, value: Any, least: int, most: int) -> None:
        """An integer."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong("NUMBER_TYPE_COERCE", f'Value "{value!r}" is not int.')
        elif value < least:
            self.wrong("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.wrong("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    def choice(self, value: Any, allowed: Collection[Any]) -> None:
        if value is not None and value not in allowed:
            shown = ", ".join(map(repr, sorted(allowed)))
            self.wrong("BASE_TYPE_CHOICES", f"Value must be one of ({shown}).")

    def switch(self, value: Any) -> None:
        """A boolean."""
        if value is not None and not isinstance(value, bool):
            self.wrong("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")

    def snowflake(self, value: Any) -> None:
        """Integers pass: discord.py numbers its attachments with them and Discord takes it."""
        if value is not None and not (isinstance(value, int) or (isinstance(value, str) and value.isdigit())):
            self.wrong("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')

    def many(self, value: Any, most: int, least: int = 0) -> list[Any]:
        """A list of so many; an empty one to go on with when it is none."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            limits = f"between {least} and {most}" if least else f"{most} or fewer"
            self.wrong("BASE_TYPE_BAD_LENGTH", f"Must be {limits} in length.")
        return value

    def record(self, value: Any) -> dict[str, Any]:
        """An object; an empty one to go on with when it is none."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return {}

    def custom_id(self, value: Any) -> None:
        """1 to 100 characters and only once."""
        if not self.required(value):
            return
        self.text(value, 100, 1)
        if value in self.custom_ids:
            self.wrong("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        self.custom_ids.add(str(value))

    def settle(self) -> None:
        """Raises `Refused` when anything was found."""
        if self.findings:
            raise invalid_form(_nested(self.findings))


def _nested(findings: list[Finding]) -> dict[str, Any]:
    """What is wrong with a whole is told only when nothing is wrong inside of it."""
    made: dict[str, Any] = {}
    inner = [found for found in findings if not any(_within(found, each) for each in findings)]
    for found in inner:
        place = made
        for key in found.path:
            place = place.setdefault(key, {})
        place.setdefault("_errors", []).append({"code": found.code, "message": found.message})
    return made


def _within(outer: Finding, inner: Finding) -> bool:
    depth = len(outer.path)
    return len(inner.path) > depth and inner.path[:depth] == outer.path
