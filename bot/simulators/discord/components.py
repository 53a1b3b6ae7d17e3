"""Components as the wire has them: walking them, numbering and completing them, and what people see of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.simulators.discord.shown import ShownButton, ShownChoice
from bot.simulators.discord.things import Attachment, Json

# docs.discord.com, component types.
(ROW, BUTTON, STRING_SELECT, TEXT_INPUT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT, SECTION,
 TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR) = range(1, 15)  # fmt: skip
CONTAINER, LABEL, FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
STYLES: Mapping[int, str] = {
    1: "primary",
    2: "secondary",
    3: "success",
    4: "danger",
    5: "link",
    6: "premium",
}
_DEFAULTS: Mapping[int, Json] = {
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}
ATTACHED = "attachment://"


def children(component: Json) -> Iterator[Json]:
    """What stands directly inside, an accessory last."""
    yield from component.get("components") or ()
    for key in ("component", "accessory"):
        if component.get(key):
            yield component[key]


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Each with what is inside it, from top to bottom."""
    for component in components:
        yield component
        yield from walk(children(component))


def media(component: Json) -> Iterator[Json]:
    """The addresses of media in a component, as ``{"url": …}``."""
    if component["type"] == GALLERY:
        yield from (item["media"] for item in component.get("items") or ())
    for key in ("media", "file"):
        if isinstance(component.get(key), dict):
            yield component[key]


Resolve = Callable[[str], Json]


def completed(components: Sequence[Json], resolve: Resolve) -> list[Json]:
    """With ids on all of them, the defaults filled in and media resolved, as Discord answers them."""
    numbers = free_numbers(components)
    return [_completed(each, numbers, resolve) for each in components]


def free_numbers(components: Sequence[Json]) -> Iterator[int]:
    """Ids that none of them has."""
    taken = {each.get("id") for each in walk(components)}
    return (number for number in itertools.count(1) if number not in taken)


def _completed(component: Json, numbers: Iterator[int], resolve: Resolve) -> Json:
    kind = component["type"]
    made: Json = {"type": kind, "id": component.get("id") or next(numbers), **_DEFAULTS.get(kind, {})}
    made |= {key: value for key, value in component.items() if value is not None and key != "id"}
    for key in ("component", "accessory"):
        if key in made:
            made[key] = _completed(made[key], numbers, resolve)
    if "components" in made:
        made["components"] = [_completed(each, numbers, resolve) for each in made["components"]]
    if kind == GALLERY:
        made["items"] = [_item(each, resolve) for each in made["items"]]
    if kind == THUMBNAIL:
        made["media"] = _medium(made["media"]["url"], resolve)
    if kind == FILE:
        made["file"] = resolve(made["file"]["url"])
        made |= {"name": made["file"].pop("name", None), "size": made["file"].pop("size", None)}
    return made


def _item(item: Json, resolve: Resolve) -> Json:
    medium = _medium(item["media"]["url"], resolve)
    return {"media": medium, "description": item.get("description"), "spoiler": bool(item.get("spoiler"))}


def _medium(url: str, resolve: Resolve) -> Json:
    return {key: value for key, value in resolve(url).items() if key not in ("name", "size")}


def shown_attachments(components: Sequence[Json], attachments: Sequence[Attachment]) -> list[Attachment]:
    """Of a message with the new components only the files that a component points at are seen."""
    named = {each.get("attachment_id") for one in walk(components) for each in media(one)}
    return [each for each in attachments if each.id in named]


def buttons(components: Sequence[Json]) -> tuple[ShownButton, ...]:
    return tuple(
        ShownButton(
            each.get("custom_id") or "", button_label(each), STYLES[each["style"]], each.get("url") or "",
            disabled=bool(each.get("disabled")),
        )
        for each in walk(components)
        if each["type"] == BUTTON
    )  # fmt: skip


def button_label(button: Json) -> str:
    return button.get("label") or str((button.get("emoji") or {}).get("name", ""))


def choices(components: Sequence[Json]) -> tuple[ShownChoice, ...]:
    return tuple(
        ShownChoice(
            each["custom_id"], each.get("placeholder") or "", options(each), chosen(each), disabled=bool(each.get("disabled"))
        )
        for each in walk(components)
        if each["type"] in SELECTS
    )  # fmt: skip


def options(component: Json) -> tuple[tuple[str, str], ...]:
    """(label, value)."""
    return tuple((each["label"], each["value"]) for each in component.get("options") or ())


def chosen(component: Json) -> tuple[str, ...]:
    """The values that stand chosen from the start."""
    given = [each["value"] for each in component.get("options") or () if each.get("default")]
    return (*given, *(str(each["id"]) for each in component.get("default_values") or ()))


def named(components: Sequence[Json], kinds: Iterable[int], name: str) -> Json:
    """The component with this label or placeholder, or whose custom id begins so. Raises LookupError."""
    found = [each for each in walk(components) if each["type"] in set(kinds)]
    for component in found:
        label = button_label(component) if component["type"] == BUTTON else component.get("placeholder")
        if label == name or str(component.get("custom_id") or "").startswith(name):
            return component
    raise LookupError(f"no {name!r} among {[_called(each) for each in found]}")


def _called(component: Json) -> Any:
    return component.get("label") or component.get("placeholder") or component.get("custom_id")
