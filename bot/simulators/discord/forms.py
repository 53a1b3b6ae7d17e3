"""A form as people see it, and what is sent when they submit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulators.discord.components import (
    CHANNEL_SELECT,
    CHECKBOX,
    CHECKBOXES,
    FILE_UPLOAD,
    MENTIONABLE_SELECT,
    RADIO,
    ROLE_SELECT,
    ROW,
    STRING_SELECT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    USER_SELECT,
    chosen,
    options,
)
from bot.simulators.discord.options import Resolved
from bot.simulators.discord.shown import ShownInput, ShownModal, Upload
from bot.simulators.discord.things import Form, Json
from bot.simulators.shared.outcomes import ClientRefused

_KINDS: Mapping[int, str] = {
    STRING_SELECT: "select", USER_SELECT: "user", ROLE_SELECT: "role", MENTIONABLE_SELECT: "mentionable",
    CHANNEL_SELECT: "channel", FILE_UPLOAD: "files", RADIO: "radio", CHECKBOXES: "checkboxes", CHECKBOX: "checkbox",
}  # fmt: skip
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """An input with the label that stands at it, in a row of its own (old kind) or in a label component."""

    input: Json
    label: str
    description: str = ""

    @property
    def required(self) -> bool:
        return self.input["type"] != CHECKBOX and self.input.get("required") is not False

    def initial(self) -> Any:
        """What is sent when nobody touches it."""
        if self.input["type"] == TEXT_INPUT:
            return self.input.get("value") or ""
        if self.input["type"] == CHECKBOX:
            return bool(self.input.get("default"))
        return list(chosen(self.input))


def fields(form: Form) -> Iterator[Field]:
    for each in form.components:
        if each["type"] == ROW:
            yield from (Field(inner, inner.get("label") or "") for inner in each["components"])
        elif each["type"] != TEXT_DISPLAY:
            yield Field(each["component"], each["label"], each.get("description") or "")


def shown_modal(user: str, form: Form) -> ShownModal:
    text = "\n".join(each["content"] for each in form.components if each["type"] == TEXT_DISPLAY)
    return ShownModal(form.custom_id, user, form.title, text, tuple(_shown(each) for each in fields(form)))


def _shown(field: Field) -> ShownInput:
    given = field.input
    kind = _KINDS.get(given["type"]) or ("paragraph" if given.get("style") == 2 else "text")
    first = field.initial()
    value = first if isinstance(first, str) else ", ".join(first) if isinstance(first, list) else str(first)
    return ShownInput(
        given["custom_id"], field.label, kind, value, field.required, field.description, given.get("placeholder") or "",
        given.get("min_length") or 0, given.get("max_length"), options(given),
    )  # fmt: skip


def submission(form: Form, values: Values, resolved: Resolved) -> Json:
    """The data of the interaction. ``values``: by custom id or label; a field not named keeps what stands in it.

    Raises `ClientRefused` for what the form would not take, with the errors by custom id.
    """
    listed = list(fields(form))
    known = {name for each in listed for name in (each.input["custom_id"], each.label)}
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ClientRefused(f"the form has no fields {unknown}, only {[each.label for each in listed]}")
    filled = {each.input["id"]: _filled(each, values) for each in listed}
    errors = {
        each.input["custom_id"]: why for each in listed if (why := _wrong(each, filled[each.input["id"]]))
    }
    if errors:
        raise ClientRefused(f"the form refuses {errors}", errors)
    sent = [_sent(each, filled, resolved) for each in form.components]
    data: Json = {"custom_id": form.custom_id, "components": sent}
    return {**data, **({"resolved": resolved.found} if resolved.found else {})}


def _filled(field: Field, values: Values) -> Any:
    for name in (field.input["custom_id"], field.label):
        if name in values:
            given = values[name]
            break
    else:
        return field.initial()
    if field.input["type"] == TEXT_INPUT:
        return str(given)
    if field.input["type"] == CHECKBOX:
        return bool(given)
    many = [given] if isinstance(given, str | Upload) else list(given)
    by_label = dict(options(field.input))
    return [by_label.get(each, each) if isinstance(each, str) else each for each in many]


def _wrong(field: Field, value: Any) -> str:
    """What the form itself would complain about; "" for nothing."""
    given = field.input
    if field.required and not value:
        return "this field is required"
    if isinstance(value, str) and value:
        least, most = given.get("min_length") or 0, given.get("max_length") or 4000
        return "" if least <= len(value) <= most else f"{len(value)} characters, not {least} to {most}"
    if isinstance(value, list) and value:
        return _wrong_choice(given, value)
    return ""


def _wrong_choice(given: Json, value: Sequence[Any]) -> str:
    known = {each for _, each in options(given)}
    if known and not known.issuperset(map(str, value)):
        return f"{list(value)} are none of {sorted(known)}"
    most = given.get("max_values") or (len(known) if given["type"] == CHECKBOXES else 1)
    least = given.get("min_values") or 0
    return "" if least <= len(value) <= most else f"{len(value)} chosen, not {least} to {most}"


def _sent(component: Json, filled: Mapping[int, Any], resolved: Resolved) -> Json:
    made: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == ROW:
        return {
            **made,
            "components": [_sent_input(each, filled, resolved) for each in component["components"]],
        }
    if component["type"] == TEXT_DISPLAY:
        return made
    return {**made, "component": _sent_input(component["component"], filled, resolved)}


def _sent_input(given: Json, filled: Mapping[int, Any], resolved: Resolved) -> Json:
    made: Json = {"type": given["type"], "id": given["id"], "custom_id": given["custom_id"]}
    value = filled[given["id"]]
    if given["type"] == RADIO:
        return {**made, "value": value[0] if value else None}
    if isinstance(value, str | bool):
        return {**made, "value": value}
    return {**made, "values": [chosen_value(given["type"], each, resolved) for each in value]}


def chosen_value(kind: int, value: Any, resolved: Resolved) -> str:
    """A chosen thing by its id, noted down in `resolved`. Raises `ClientRefused` when there is no such thing."""
    match kind:
        case component if component in (USER_SELECT, MENTIONABLE_SELECT):
            resolved.add_user(str(value))
        case component if component == ROLE_SELECT:
            resolved.add_role(str(value))
        case component if component == CHANNEL_SELECT:
            resolved.add_channel(str(value))
        case component if component == FILE_UPLOAD:
            return resolved.add_file(value)
    return str(value)
