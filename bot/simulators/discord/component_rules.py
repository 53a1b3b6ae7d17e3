"""What Discord refuses in the components of a message, old kind and new (IS_COMPONENTS_V2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.simulators.discord.components import (
    ATTACHED,
    BUTTON,
    CONTAINER,
    FILE,
    GALLERY,
    ROW,
    SECTION,
    SELECTS,
    SEPARATOR,
    STRING_SELECT,
    TEXT_DISPLAY,
    THUMBNAIL,
    walk,
)
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.things import Json

MOST_ROWS = 5  # docs.discord.com: action rows of the old kind
MOST_COMPONENTS, MOST_TEXT = (
    40,
    4000,
)  # docs.discord.com: of the new kind, nested ones and all text displays counted
_NEW = frozenset({SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR})
_LINK, _PREMIUM = 5, 6


def check(spot: Spot, components: Any, *, new: bool, files: Collection[str]) -> None:
    """``new``: the message has the new kind. ``files``: names that attachment:// may refer to."""
    listed = spot.many(components, MOST_COMPONENTS if new else MOST_ROWS)
    allowed = {ROW, CONTAINER, *_NEW} if new else {ROW}
    for at, each in enumerate(listed):
        _one(spot.at(at), each, allowed, files)
    if spot.findings or not new:
        return
    every = list(walk(listed))
    if len(every) > MOST_COMPONENTS:
        spot.wrong(
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Maximum of {MOST_COMPONENTS} components exceeded"
        )
    if sum(len(each["content"]) for each in every if each["type"] == TEXT_DISPLAY) > MOST_TEXT:
        spot.wrong(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Displayable text size exceeds maximum size of {MOST_TEXT}"
        )  # fmt: skip


def _one(spot: Spot, component: Any, allowed: Collection[int], files: Collection[str]) -> None:
    given = spot.record(component)
    if not spot.at("type").required(given.get("type")):
        return
    if given["type"] not in allowed:
        shown = ", ".join(map(str, sorted(allowed)))
        spot.at("type").wrong("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({shown}).')
        return
    spot.at("id").whole(given.get("id"), 0, 2**31 - 1)
    _CHECKS.get(given["type"], _nothing)(spot, given, files)


def _nothing(_spot: Spot, _given: Json, _files: Collection[str]) -> None:
    """A separator holds nothing that could be wrong."""


def _inside(
    spot: Spot, given: Json, most: int, allowed: Collection[int], files: Collection[str]
) -> list[Any]:
    listed: list[Any] = []
    if spot.at("components").required(given.get("components")):
        listed = spot.at("components").many(given["components"], most, 1)
    for at, each in enumerate(listed):
        _one(spot.at("components", at), each, allowed, files)
    return listed


def _row(spot: Spot, given: Json, files: Collection[str]) -> None:
    inside = _inside(spot, given, 5, {BUTTON, *SELECTS}, files)
    kinds = [each.get("type") for each in inside if isinstance(each, dict)]
    if len(kinds) > 1 and SELECTS & set(kinds):
        spot.at("components").wrong(
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )


def _button(spot: Spot, given: Json, _files: Collection[str]) -> None:
    style = given.get("style")
    if not spot.at("style").required(style):
        return
    spot.at("style").choice(style, range(1, 7))
    spot.at("label").text(given.get("label"), 80)
    if style == _LINK:
        if spot.at("url").required(given.get("url")):
            spot.at("url").text(given["url"], 512, 1)
    elif style == _PREMIUM:
        spot.at("sku_id").required(given.get("sku_id"))
        return
    else:
        spot.at("custom_id").custom_id(given.get("custom_id"))
        if given.get("url"):
            spot.at("url").wrong("BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url")
    if not given.get("label") and not given.get("emoji"):
        spot.wrong("BUTTON_COMPONENT_LABEL_REQUIRED", "A button must have a label or an emoji")


def check_select(spot: Spot, given: Json, files: Collection[str] = ()) -> None:
    """Select menus are the same in messages and forms."""
    del files
    spot.at("custom_id").custom_id(given.get("custom_id"))
    spot.at("placeholder").text(given.get("placeholder"), 150)
    spot.at("min_values").whole(given.get("min_values"), 0, 25)
    spot.at("max_values").whole(given.get("max_values"), 1, 25)
    if given["type"] == STRING_SELECT and spot.at("options").required(given.get("options")):
        check_options(spot.at("options"), given["options"], 1, 25)


def check_options(spot: Spot, options: Any, least: int, most: int) -> None:
    """Of selects, radio buttons and checkboxes."""
    seen: set[str] = set()
    for at, each in enumerate(spot.many(options, most, least)):
        option = spot.at(at).record(each)
        for key in ("label", "value"):
            if spot.at(at, key).required(option.get(key)):
                spot.at(at, key).text(option[key], 100, 1)
        spot.at(at, "description").text(option.get("description"), 100)
        if option.get("value") in seen:
            spot.at(at, "value").wrong(
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
            )
        seen.add(str(option.get("value")))


def _section(spot: Spot, given: Json, files: Collection[str]) -> None:
    _inside(spot, given, 3, {TEXT_DISPLAY}, files)
    if spot.at("accessory").required(given.get("accessory")):
        _one(spot.at("accessory"), given["accessory"], {BUTTON, THUMBNAIL}, files)


def check_text(spot: Spot, given: Json, files: Collection[str] = ()) -> None:
    """A text display, in messages and forms."""
    del files
    if spot.at("content").required(given.get("content")):
        spot.at("content").text(given["content"], MOST_TEXT, 1)


def _media(spot: Spot, media: Any, files: Collection[str], *, attached: bool = False) -> None:
    url = spot.record(media).get("url")
    if not spot.at("url").required(url):
        return
    spot.at("url").text(url, 2048, 1)
    if str(url).startswith(ATTACHED):
        if str(url).removeprefix(ATTACHED) not in files:
            spot.at("url").wrong(
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", f'The referenced attachment ("{url}") was not found'
            )  # fmt: skip
    elif attached:
        spot.at("url").wrong("UNFURLED_MEDIA_ITEM_INVALID_URL", "The url must refer to an attachment")


def _thumbnail(spot: Spot, given: Json, files: Collection[str]) -> None:
    _media(spot.at("media"), given.get("media"), files)


def _gallery(spot: Spot, given: Json, files: Collection[str]) -> None:
    if spot.at("items").required(given.get("items")):
        for at, each in enumerate(spot.at("items").many(given["items"], 10, 1)):
            _media(spot.at("items", at, "media"), spot.at("items", at).record(each).get("media"), files)


def _file(spot: Spot, given: Json, files: Collection[str]) -> None:
    _media(spot.at("file"), given.get("file"), files, attached=True)


def _container(spot: Spot, given: Json, files: Collection[str]) -> None:
    _inside(spot, given, MOST_COMPONENTS, {ROW, *_NEW}, files)


_CHECKS: Mapping[int, Callable[[Spot, Json, Collection[str]], None]] = {
    ROW: _row,
    BUTTON: _button,
    SECTION: _section,
    TEXT_DISPLAY: check_text,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _file,
    CONTAINER: _container,
    **dict.fromkeys(SELECTS, check_select),
}
