"""What Discord refuses in the definition of an application command."""

from __future__ import annotations

import re
from typing import Any

from bot.simulators.discord.findings import Spot
from bot.simulators.discord.things import Json

# docs.discord.com, application commands: option types, and how much of everything there may be.
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3
NAME, DESCRIPTION, OPTIONS, CHOICES, CHOICE_NAME, TOTAL = 32, 100, 25, 25, 100, 8000
COMMANDS = 100
_NAME = re.compile(r"^[-_'\w]{1,32}$")


def check(spot: Spot, command: Any) -> None:
    given = spot.record(command)
    kind = given.get("type") or CHAT_INPUT
    spot.at("type").choice(kind, (CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND))
    if kind == CHAT_INPUT:
        _named(spot, given)
        _options(spot.at("options"), given.get("options"), depth=0)
    elif spot.at("name").required(given.get("name")):
        spot.at("name").text(given["name"], NAME, 1)
    size = _size(given)
    if size > TOTAL:
        spot.wrong("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({TOTAL})")


def _named(spot: Spot, given: Json) -> None:
    name, description = given.get("name"), given.get("description")
    if spot.at("name").required(name) and not _good_name(name):
        spot.at("name").wrong("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if spot.at("description").required(description):
        spot.at("description").text(description, DESCRIPTION, 1)


def _good_name(name: Any) -> bool:
    return isinstance(name, str) and bool(_NAME.match(name)) and name == name.lower()


def _options(spot: Spot, options: Any, *, depth: int) -> None:
    listed = spot.many(options, OPTIONS)
    names: set[str] = set()
    optional_seen = False
    for at, each in enumerate(listed):
        option, here = spot.at(at).record(each), spot.at(at)
        _option(here, option, depth)
        if option.get("name") in names:
            here.at("name").wrong("APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option name is already used")
        names.add(str(option.get("name")))
        if option.get("required") and optional_seen:
            here.wrong(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options"
            )  # fmt: skip
        optional_seen = optional_seen or not option.get("required")


def _option(spot: Spot, option: Json, depth: int) -> None:
    _named(spot, option)
    kind = option.get("type")
    if not spot.at("type").required(kind):
        return
    spot.at("type").choice(kind, range(1, 12))
    if kind in (GROUP, SUBCOMMAND):
        if depth > (0 if kind == GROUP else 1):
            spot.at("type").wrong(
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command nesting is invalid"
            )
        _options(spot.at("options"), option.get("options"), depth=1 if kind == GROUP else 2)
        return
    choices = spot.at("choices").many(option.get("choices"), CHOICES)
    for at, each in enumerate(choices):
        choice, here = spot.at("choices", at).record(each), spot.at("choices", at)
        if here.at("name").required(choice.get("name")):
            here.at("name").text(choice["name"], CHOICE_NAME, 1)
        if here.at("value").required(choice.get("value")) and kind == STRING:
            here.at("value").text(choice["value"], CHOICE_NAME)
    if choices and option.get("autocomplete"):
        spot.at("autocomplete").wrong(
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "autocomplete and choices exclude each other"
        )


def _size(given: Json) -> int:
    """Names, descriptions and values of the command, its options and choices."""
    own = len(str(given.get("name") or "")) + len(str(given.get("description") or ""))
    inner = sum(_size(each) for each in given.get("options") or () if isinstance(each, dict))
    choices = sum(
        len(str(each.get("name"))) + len(str(each.get("value")))
        for each in given.get("choices") or ()
        if isinstance(each, dict)
    )
    return own + inner + choices
