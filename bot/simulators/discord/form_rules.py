"""What Discord refuses in a form (modal): the old kind with rows, the new one with labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.simulators.discord.component_rules import check_options, check_select, check_text
from bot.simulators.discord.components import (
    CHECKBOX,
    CHECKBOXES,
    FILE_UPLOAD,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT_DISPLAY,
    TEXT_INPUT,
)
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.things import Json

MOST_FIELDS = 5  # docs.discord.com; the OpenAPI file says 40
TITLE, LABEL_TEXT, DESCRIPTION, INPUT, PLACEHOLDER = 45, 45, 100, 4000, 100


def check(spot: Spot, data: Any) -> None:
    """``data`` of an answer of type 9."""
    given = spot.record(data)
    if spot.at("title").required(given.get("title")):
        spot.at("title").text(given["title"], TITLE, 1)
    if spot.at("custom_id").required(given.get("custom_id")):
        spot.at("custom_id").text(given["custom_id"], 100, 1)
    if spot.at("components").required(given.get("components")):
        for at, each in enumerate(spot.at("components").many(given["components"], MOST_FIELDS, 1)):
            _one(spot.at("components", at), spot.at("components", at).record(each))


def _one(spot: Spot, given: Json) -> None:
    match given.get("type"):
        case kind if kind == ROW:
            _row(spot, given)
        case kind if kind == LABEL:
            _label(spot, given)
        case kind if kind == TEXT_DISPLAY:
            check_text(spot, given)
        case _:
            spot.at("type").wrong("UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).')


def _row(spot: Spot, given: Json) -> None:
    """One text input with its own label."""
    for at, each in enumerate(spot.at("components").many(given.get("components"), 1, 1)):
        here = spot.at("components", at)
        inner = here.record(each)
        if inner.get("type") != TEXT_INPUT:
            here.at("type").wrong("BASE_TYPE_CHOICES", "Value must be one of (4,).")
        elif here.at("label").required(inner.get("label")):
            _text_input(here, inner)


def _label(spot: Spot, given: Json) -> None:
    if spot.at("label").required(given.get("label")):
        spot.at("label").text(given["label"], LABEL_TEXT, 1)
    spot.at("description").text(given.get("description"), DESCRIPTION)
    here = spot.at("component")
    if here.required(given.get("component")):
        inner = here.record(given["component"])
        checked = _INPUTS.get(inner.get("type", 0))
        if checked is None:
            here.at("type").wrong("UNION_TYPE_CHOICES", f"Value must be one of {tuple(sorted(_INPUTS))}.")
        else:
            checked(here, inner)


def _text_input(spot: Spot, given: Json) -> None:
    spot.at("custom_id").custom_id(given.get("custom_id"))
    spot.at("style").required(given.get("style"))
    spot.at("style").choice(given.get("style"), (1, 2))
    spot.at("label").text(given.get("label"), LABEL_TEXT, 1)
    spot.at("value").text(given.get("value"), INPUT)
    spot.at("placeholder").text(given.get("placeholder"), PLACEHOLDER)
    spot.at("min_length").whole(given.get("min_length"), 0, INPUT)
    spot.at("max_length").whole(given.get("max_length"), 1, INPUT)
    spot.at("required").switch(given.get("required"))
    value, most = given.get("value"), given.get("max_length")
    if isinstance(value, str) and isinstance(most, int) and len(value) > most:
        spot.at("value").wrong("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _upload(spot: Spot, given: Json) -> None:
    spot.at("custom_id").custom_id(given.get("custom_id"))
    spot.at("min_values").whole(given.get("min_values"), 0, 10)
    spot.at("max_values").whole(given.get("max_values"), 1, 10)


def _group(spot: Spot, given: Json) -> None:
    spot.at("custom_id").custom_id(given.get("custom_id"))
    if spot.at("options").required(given.get("options")):
        check_options(spot.at("options"), given["options"], 2 if given["type"] == RADIO else 1, 10)


def _checkbox(spot: Spot, given: Json) -> None:
    spot.at("custom_id").custom_id(given.get("custom_id"))
    spot.at("default").switch(given.get("default"))


_INPUTS: Mapping[int, Callable[[Spot, Json], None]] = {
    TEXT_INPUT: _text_input,
    FILE_UPLOAD: _upload,
    RADIO: _group,
    CHECKBOXES: _group,
    CHECKBOX: _checkbox,
    **dict.fromkeys(SELECTS, check_select),
}
