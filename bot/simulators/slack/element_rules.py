"""What Slack refuses in the elements of Block Kit."""

from __future__ import annotations

from typing import Any

from bot.simulators.slack.pointer import Spot
from bot.simulators.slack.world import Json

_MOST_OPTIONS = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}


def check_element(element: Any, allowed: set[str], spot: Spot) -> None:
    """Notes down at `spot` what is wrong with the element."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        spot.wrong(f"unsupported type: {kind}")
        return
    if kind == "image":
        return
    if "action_id" in element:
        spot.at("action_id").unique(element["action_id"], spot.actions)
    if "placeholder" in element:
        spot.at("placeholder").text(element["placeholder"], 150, plain=True)
    if kind == "button":
        _button(element, spot)
    elif kind == "plain_text_input":
        _text_input(element, spot)
    elif kind == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            spot.at(side).text((element.get(side) or {}).get("text"), 75, plain=True)
    elif kind in {"static_select", "multi_static_select", *_MOST_OPTIONS}:
        _options(element, kind, spot)


def _button(element: Json, spot: Spot) -> None:
    spot.at("text").text(element.get("text"), 75, plain=True)
    if "value" in element:
        spot.at("value").string(element["value"], 2000, least=0)
    if "url" in element:
        spot.at("url").string(element["url"], 3000)
    if element.get("style") not in {None, "primary", "danger"}:
        spot.at("style").wrong("must be a valid enum value")


def _text_input(element: Json, spot: Spot) -> None:
    longest = element.get("max_length", 3000)
    if not isinstance(longest, int) or not 1 <= longest <= 3000:
        spot.at("max_length").wrong("must be between 1 and 3000")
        return
    if "initial_value" in element:
        spot.at("initial_value").string(element["initial_value"], longest, least=0)


def _options(element: Json, kind: str, spot: Spot) -> None:
    groups = element.get("option_groups")
    if isinstance(groups, list):
        for index, group in enumerate(spot.at("option_groups").many(groups, 100)):
            _option_list(group.get("options"), 100, spot.at("option_groups").at(index).at("options"))
        return
    _option_list(element.get("options"), _MOST_OPTIONS.get(kind, 100), spot.at("options"))
    if "initial_option" in element and element["initial_option"] not in (element.get("options") or []):
        spot.at("initial_option").wrong("must be one of the options")


def _option_list(options: Any, most: int, spot: Spot) -> None:
    found = spot.many(options, most)
    if isinstance(options, list) and not found:
        spot.wrong("must have at least 1 item")
    for index, option in enumerate(found):
        here = spot.at(index)
        spot_text = option.get("text") if isinstance(option, dict) else None
        here.at("text").text(spot_text, 75)
        here.at("value").string(option.get("value") if isinstance(option, dict) else None, 150)
