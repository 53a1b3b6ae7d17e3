"""The form *New automation session*: made, prefilled, and read again. Pure.

Discord shows no errors at fields, and a form cannot answer a form. What was typed into a refused form is therefore
attached to the message that says what is wrong, and its button **Fix** opens the form again from there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.discord.blocks import LABEL, STRING_SELECT, TEXT_INPUT, DiscordMessage, in_rows, parts, press
from adapters.discord.custom_ids import CustomId
from adapters.discord.threads import Json
from core.intents import OpenSession, Origin
from core.ports import OutFile
from core.vocabulary import FIELD_LIMIT, TITLE_LIMIT, AgentType

OPEN_SESSION: Final = "open_session"
FIX: Final = "fix"
TYPED_FILE: Final = "typed.json"
_TYPED_FORMAT: Final = 1
_OPTION: Final = 100
_SHORT, _LONG = 1, 2

Fields = Mapping[str, str]
"""What stands in a form, by the ids of its fields."""

LABELS: Final = {
    "title": "Title",
    "agent_type": "Agent type",
    "requirements": "Requirements (one per line)",
    "tech_stack": "Tech stack",
    "constraints": "Constraints",
}


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form that was sent. ``custom_id``: of the form itself."""

    custom_id: str
    fields: Fields


def new_session(fields: Fields, opening: str = "") -> Json:
    """The form; ``fields``: what it is prefilled with; ``opening``: names it, so that it makes one session though it is
    sent twice: when the answer is lost it stays open, and people press its button again."""
    return modal(
        CustomId(OPEN_SESSION, opening),
        "New automation session",
        [
            text_input("title", LABELS["title"], fields, TITLE_LIMIT, style=_SHORT, required=True),
            _agent_type(fields.get("agent_type") or AgentType.AUTOMATION.value),
            text_input(
                "requirements",
                LABELS["requirements"],
                fields,
                FIELD_LIMIT,
                hint="What it should do. More can follow in the thread.",
            ),
            text_input("tech_stack", LABELS["tech_stack"], fields, FIELD_LIMIT),
            text_input("constraints", LABELS["constraints"], fields, FIELD_LIMIT),
        ],
    )


def read_new_session(fields: Fields, origin: Origin) -> OpenSession:
    """The intent of a submitted form."""
    return OpenSession(
        origin,
        title=fields.get("title", ""),
        agent_type=AgentType(fields.get("agent_type") or AgentType.AUTOMATION),
        requirements=fields.get("requirements", ""),
        tech_stack=fields.get("tech_stack", ""),
        constraints=fields.get("constraints", ""),
    )


def typed_fields(components: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What a submitted form brings: typed text, or the chosen option."""
    found = {}
    for each in components:
        inner: Mapping[str, Any] = each.get("component") or next(iter(each.get("components") or ()), {})
        if "custom_id" in inner:
            chosen = inner.get("values") or ()
            found[str(inner["custom_id"])] = str(inner.get("value") or next(iter(chosen), ""))
    return found


# -- Fix


def to_be_fixed(sentence: str, label: str, form: TypedForm) -> DiscordMessage:
    """The message about a refused form. ``label``: of the field at fault, if one is."""
    [told, *_] = parts(f"**{label}**: {sentence}" if label else sentence)
    data = {"format": _TYPED_FORMAT, "form": form.custom_id, "fields": dict(form.fields)}
    kept = OutFile(TYPED_FILE, json.dumps(data, ensure_ascii=False, indent=1).encode())
    button = press("Fix", CustomId(FIX), style=1)
    note = "What you typed is kept: press **Fix** to go on with it."
    return DiscordMessage(f"{told}\n\n{note}", in_rows([button]), (kept,))


def kept_form(data: bytes) -> TypedForm | None:
    """What `to_be_fixed` attached; ``None`` when it is something else."""
    try:
        told = json.loads(data)
        if told["format"] != _TYPED_FORMAT:
            return None
        return TypedForm(str(told["form"]), {str(name): str(value) for name, value in told["fields"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


# -- parts that every form is made of


def modal(custom_id: CustomId, title: str, components: list[Json]) -> Json:
    return {"custom_id": custom_id.packed(), "title": title, "components": components}


def text_input(
    field: str,
    label: str,
    fields: Fields,
    limit: int,
    *,
    style: int = _LONG,
    required: bool = False,
    hint: str = "",
) -> Json:
    component: Json = {
        "type": TEXT_INPUT,
        "custom_id": field,
        "style": style,
        "required": required,
        "max_length": limit,
    }
    if value := fields.get(field, "")[:limit]:
        component["value"] = value
    made: Json = {"type": LABEL, "label": label, "component": component}
    return made | {"description": hint} if hint else made


def _agent_type(chosen: str) -> Json:
    options = [
        {
            "label": kind.label,
            "value": kind.value,
            "description": kind.summary[:_OPTION],
            "default": kind.value == chosen,
        }
        for kind in AgentType
    ]
    component = {"type": STRING_SELECT, "custom_id": "agent_type", "options": options, "required": True}
    return {"type": LABEL, "label": LABELS["agent_type"], "component": component}
