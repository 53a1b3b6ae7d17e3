"""Walking Block Kit: the interactive elements, what stands in them, and names for those that came without."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.simulators.slack.shown import ShownButton, ShownChoice, ShownInput
from bot.simulators.slack.world import Json

CHOICES = {"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"}
_PLURAL = {"multi_static_select", "checkboxes"}
_SELECTED = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


def elements(blocks: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    """Every interactive element outside of inputs, with its block's id."""
    for block in blocks:
        inside = [*(block.get("elements") or []), *(block.get("actions") or [])]
        accessory = block.get("accessory")
        for element in [*inside, accessory] if accessory else inside:
            if isinstance(element, dict) and "action_id" in element:
                yield block.get("block_id", ""), element
        yield from elements(block.get("child_blocks") or [])


def inputs(blocks: Iterable[Json]) -> Iterator[Json]:
    return (block for block in blocks if block.get("type") == "input")


def named(blocks: Iterable[Json], name: Callable[[str], str]) -> list[Json]:
    """A copy with a block_id on every block and an action_id on every element that takes one, as Slack gives them."""
    made = copy.deepcopy(list(blocks))
    for block in made:
        block.setdefault("block_id", name("block"))
        parts = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
        for part in parts if block.get("type") in {"actions", "section", "input", "context_actions"} else []:
            if isinstance(part, dict) and part.get("type") not in {"image", "mrkdwn", "plain_text"}:
                part.setdefault("action_id", name("action"))
    return made


def label(element: Json) -> str:
    text = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text", "")) if isinstance(text, dict) else str(text)


def options(element: Json) -> list[Json]:
    groups: list[Json] = element.get("option_groups") or []
    return [*(element.get("options") or []), *(each for group in groups for each in group["options"])]


def buttons(blocks: Iterable[Json]) -> tuple[ShownButton, ...]:
    found = []
    for _, element in elements(blocks):
        if element["type"] == "feedback_buttons":
            pair = (element["positive_button"], element["negative_button"])
            found += [ShownButton(element["action_id"], label(each), each.get("value", "")) for each in pair]
        elif element["type"] in {"button", "workflow_button", "icon_button"}:
            found.append(_button(element))
    return tuple(found)


def _button(element: Json) -> ShownButton:
    value, style, url = (str(element.get(key, "")) for key in ("value", "style", "url"))
    return ShownButton(element["action_id"], label(element), value, style, url)


def choices(blocks: Iterable[Json]) -> tuple[ShownChoice, ...]:
    return tuple(
        ShownChoice(each["action_id"], label(each), pairs(each), shown_value(initial(each)))
        for _, each in elements(blocks)
        if each["type"] in CHOICES
    )


def pairs(element: Json) -> tuple[tuple[str, str], ...]:
    return tuple((each["text"]["text"], each.get("value", "")) for each in options(element))


def initial(element: Json) -> Any:
    """What stands in an element before anybody touches it."""
    kind = element["type"]
    if kind in _PLURAL:
        return list(element.get("initial_options") or [])
    if kind in CHOICES:
        return element.get("initial_option")
    if kind in _SELECTED:
        return element.get(_SELECTED[kind].replace("selected", "initial"))
    return element.get("initial_value")


def state(element: Json, value: Any) -> Json:
    """The element's entry in ``state.values``."""
    kind = element["type"]
    if kind in _PLURAL:
        return {"type": kind, "selected_options": value}
    if kind in CHOICES:
        return {"type": kind, "selected_option": value}
    return {"type": kind, _SELECTED.get(kind, "value"): value or None}


def states(blocks: list[Json], given: dict[str, Any]) -> Json:
    """``state.values`` of a message or view, with the values given by block id in the place of the initial ones."""
    found: dict[str, Json] = {}
    for block in inputs(blocks):
        element = block["element"]
        value = given.get(block["block_id"], initial(element))
        found[block["block_id"]] = {element["action_id"]: state(element, value)}
    for block_id, element in elements(blocks):
        if element["type"] in (CHOICES - {"overflow"}) | _SELECTED.keys():
            found.setdefault(block_id, {})[element["action_id"]] = state(element, initial(element))
    return found


def chosen(element: Json, wanted: str) -> Any:
    """The option (or options, comma-separated) a person picks, by value or label. LookupError when there is none."""
    found = [_option(element, each.strip()) for each in wanted.split(",") if each.strip()]
    if element["type"] in _PLURAL:
        return found
    return found[0] if found else None


def _option(element: Json, wanted: str) -> Json:
    for option in options(element):
        if wanted in {option.get("value"), option["text"]["text"]}:
            return option
    raise LookupError(f"no option {wanted!r} among {pairs(element)}")


def shown_value(value: Any) -> str:
    """What stands in an element, as a person reads it: a select's value, or the text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(each.get("value", "") for each in value)
    return str(value.get("value", "")) if isinstance(value, dict) else str(value)


def shown_inputs(blocks: Iterable[Json]) -> tuple[ShownInput, ...]:
    return tuple(map(_shown_input, inputs(blocks)))


def _shown_input(block: Json) -> ShownInput:
    element = block["element"]
    return ShownInput(
        block["block_id"],
        element["action_id"],
        block["label"]["text"],
        element["type"],
        shown_value(initial(element)),
        optional=bool(block.get("optional")),
        hint=(block.get("hint") or {}).get("text", ""),
        placeholder=(element.get("placeholder") or {}).get("text", ""),
        max_length=element.get("max_length"),
        options=pairs(element) if element["type"] in CHOICES else (),
    )
