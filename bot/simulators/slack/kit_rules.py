"""What Slack refuses in blocks and views. Figures: docs.slack.dev, reference of each block and element."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.simulators.slack.element_rules import check_element
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.pointer import Spot
from bot.simulators.slack.world import Json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN = 12_000
# Not documented: reports name 11,341 to 13,200 characters (bolt-js 2509, 2867).
BLOCKS_TEXT = 12_000
VIEW_BYTES = 250_000
VIEW_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
    "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip
_INPUTS = {
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input",
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
    "multi_channels_select", "radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker",
}  # fmt: skip
_ACTIONS = {
    "button", "workflow_button", "static_select", "external_select", "users_select", "conversations_select",
    "channels_select", "overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker", "datetimepicker",
}  # fmt: skip
_ACCESSORIES = _ACTIONS | {"image"} | {kind for kind in _INPUTS if kind.startswith("multi_")}


def check_message_blocks(blocks: list[Any]) -> None:
    """Raises `Refused`: invalid_blocks, or msg_blocks_too_long."""
    spot = Spot("/blocks")
    if len(blocks) > MESSAGE_BLOCKS:
        spot.wrong(f"no more than {MESSAGE_BLOCKS} items allowed")
    _check_blocks(blocks, _MESSAGE, spot)
    if sum(len(each["text"]) for each in blocks if isinstance(each, dict) and _is_markdown(each)) > MARKDOWN:
        spot.wrong(f"markdown blocks hold {MARKDOWN} characters together")
    if spot.findings:
        raise Refused("invalid_blocks", *spot.findings)
    if sum(map(len, _texts(blocks))) > BLOCKS_TEXT:
        raise Refused("msg_blocks_too_long")


def _is_markdown(block: Json) -> bool:
    return block.get("type") == "markdown" and isinstance(block.get("text"), str)


def check_view(view: Json, *, kinds: tuple[str, ...]) -> None:
    """Raises `Refused`: invalid_arguments, or view_too_large."""
    spot = Spot("/view")
    if view.get("type") not in kinds:
        spot.at("type").wrong(f"must be one of {kinds}")
    for key in view.keys() - VIEW_KEYS:
        spot.at(key).wrong("additional property not allowed")
    _check_view_texts(view, spot)
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        spot.at("blocks").wrong("must be provided as a list")
    else:
        if len(blocks) > VIEW_BLOCKS:
            spot.at("blocks").wrong(f"no more than {VIEW_BLOCKS} items allowed")
        _check_blocks(blocks, _VIEW, spot.at("blocks"))
        _check_submit(view, blocks, spot)
    if spot.findings:
        raise Refused("invalid_arguments", *spot.findings)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")


def _check_view_texts(view: Json, spot: Spot) -> None:
    for key in ("title", "submit", "close"):
        if key in view or (key == "title" and view.get("type") == "modal"):
            spot.at(key).text(view.get(key), 24, plain=True)
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(key) or "")) > most:
            spot.at(key).wrong(f"must be less than {most + 1} characters")


def _check_submit(view: Json, blocks: list[Any], spot: Spot) -> None:
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if has_input and view.get("type") == "modal" and not view.get("submit"):
        spot.at("submit").wrong("is required when an input block is within blocks")


def _check_blocks(blocks: list[Any], rules: dict[str, Callable[[Json, Spot], None]], spot: Spot) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        here = spot.at(index)
        if not isinstance(block, dict) or block.get("type") not in rules:
            here.wrong(f"unsupported type: {block.get('type') if isinstance(block, dict) else block!r}")
            continue
        block_id = block.get("block_id")
        if block_id is not None:
            here.at("block_id").unique(block_id, seen)
        rules[block["type"]](block, here)


def _section(block: Json, spot: Spot) -> None:
    fields = block.get("fields")
    if "text" in block or not fields:
        spot.at("text").text(block.get("text"), 3000)
    for index, field in enumerate(spot.at("fields").many(fields or [], 10)):
        spot.at("fields").at(index).text(field, 2000)
    if "accessory" in block:
        check_element(block["accessory"], _ACCESSORIES, spot.at("accessory"))


def _header(block: Json, spot: Spot) -> None:
    spot.at("text").text(block.get("text"), 150, plain=True)


def _context(block: Json, spot: Spot) -> None:
    for index, element in enumerate(spot.at("elements").many(block.get("elements"), 10)):
        here = spot.at("elements").at(index)
        if not (isinstance(element, dict) and element.get("type") == "image"):
            here.text(element, 3000)


def _actions(block: Json, spot: Spot) -> None:
    for index, element in enumerate(spot.at("elements").many(block.get("elements"), 25)):
        check_element(element, _ACTIONS, spot.at("elements").at(index))


def _context_actions(block: Json, spot: Spot) -> None:
    for index, element in enumerate(spot.at("elements").many(block.get("elements"), 5)):
        check_element(element, {"feedback_buttons", "icon_button"}, spot.at("elements").at(index))


def _input(block: Json, spot: Spot) -> None:
    spot.at("label").text(block.get("label"), 2000, plain=True)
    if "hint" in block:
        spot.at("hint").text(block["hint"], 2000, plain=True)
    check_element(block.get("element"), _INPUTS, spot.at("element"))


def _markdown(block: Json, spot: Spot) -> None:
    spot.at("text").string(block.get("text"), MARKDOWN)


def _image(block: Json, spot: Spot) -> None:
    spot.at("alt_text").string(block.get("alt_text"), 2000)
    if "image_url" not in block and "slack_file" not in block:
        spot.wrong("needs image_url or slack_file")


def _rich_text(block: Json, spot: Spot) -> None:
    spot.at("elements").many(block.get("elements"), 1000)


def _table(block: Json, spot: Spot) -> None:
    for index, row in enumerate(spot.at("rows").many(block.get("rows"), 100)):
        spot.at("rows").at(index).many(row, 20)


def _task_card(block: Json, spot: Spot) -> None:
    spot.at("task_id").string(block.get("task_id"), 255)
    spot.at("title").string(block.get("title"), 256)


def _plan(block: Json, spot: Spot) -> None:
    spot.at("title").string(block.get("title"), 256)
    spot.at("tasks").many(block.get("tasks") or [], 50)


def _free(_block: Json, _spot: Spot) -> None:
    """Nothing is checked."""


_VIEW = {
    "section": _section, "divider": _free, "header": _header, "context": _context, "actions": _actions,
    "image": _image, "input": _input, "rich_text": _rich_text, "video": _free, "alert": _free,
}  # fmt: skip
# docs.slack.dev: markdown, table, context_actions, task_card and plan blocks exist in messages only.
_MESSAGE = {
    **_VIEW, "markdown": _markdown, "table": _table, "file": _free, "context_actions": _context_actions,
    "task_card": _task_card, "plan": _plan, "card": _free, "carousel": _free, "container": _free,
}  # fmt: skip


def _texts(value: Any) -> Iterator[str]:
    """Every text that is shown, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)
