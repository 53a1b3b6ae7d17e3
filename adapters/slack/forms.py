"""The form *New automation session*: the modal, and reading it again. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from adapters.slack.threads import PLATFORM
from core.intents import OpenSession, Origin, Place
from core.vocabulary import FIELD_LIMIT, TITLE_LIMIT, AgentType

View = dict[str, Any]
Block = dict[str, Any]

OPEN_SESSION: Final = "open_session"
_SUMMARY: Final = 75


@dataclass(frozen=True, slots=True)
class FormPlace:
    """Where a form was asked for; it travels in the form itself, so nothing has to be remembered here."""

    channel: str
    thread: str | None = None
    direct: bool = False
    response_url: str = ""
    session: str = ""

    def place(self, workspace: str) -> Place:
        return Place(PLATFORM, workspace, self.channel, self.thread, self.direct)

    def packed(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> FormPlace:
        return cls(**json.loads(text))


def new_session(title: str, where: FormPlace) -> View:
    """The empty form. A ``title`` that is too long stands whole in the requirements: nothing typed is lost."""
    fits = len(title) <= TITLE_LIMIT
    return modal(
        OPEN_SESSION,
        "New automation session",
        "Open",
        where.packed(),
        [
            text_input(
                "title", "Title", title if fits else title[:TITLE_LIMIT].rstrip(), TITLE_LIMIT, optional=False
            ),
            _agent_type(),
            text_input(
                "requirements",
                "Requirements (one per line)",
                "" if fits else title[:FIELD_LIMIT],
                FIELD_LIMIT,
                multiline=True,
                hint="What it should do. More can follow in the thread.",
            ),
            text_input("tech_stack", "Tech stack", "", FIELD_LIMIT, multiline=True),
            text_input("constraints", "Constraints", "", FIELD_LIMIT, multiline=True),
        ],
    )


def read_new_session(view: Mapping[str, Any], origin: Origin) -> OpenSession:
    """The intent of a submitted form."""
    values = view["state"]["values"]
    return OpenSession(
        origin,
        title=typed(values, "title"),
        agent_type=AgentType(typed(values, "agent_type")),
        requirements=typed(values, "requirements"),
        tech_stack=typed(values, "tech_stack"),
        constraints=typed(values, "constraints"),
    )


def as_typed(intent: OpenSession) -> str:
    """What a person has typed, to be given back when the form cannot be kept open."""
    fields = (
        ("Title", intent.title),
        ("Requirements", intent.requirements),
        ("Tech stack", intent.tech_stack),
        ("Constraints", intent.constraints),
    )
    return "\n\n".join(f"**{name}**\n{text}" for name, text in fields if text.strip())


# -- parts that every form is made of


def modal(callback: str, title: str, submit: str | None, packed: str, blocks: list[Block]) -> View:
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title),
        "close": plain("Cancel" if submit else "Close"),
        "private_metadata": packed,
        "blocks": blocks,
    }
    return view | {"submit": plain(submit)} if submit else view


def text_input(
    field: str,
    label: str,
    value: str,
    limit: int,
    *,
    optional: bool = True,
    multiline: bool = False,
    hint: str = "",
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field,
        "multiline": multiline,
        "max_length": limit,
    }
    if value:
        element["initial_value"] = value
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label),
        "optional": optional,
        "element": element,
    }
    return block | {"hint": plain(hint)} if hint else block


def typed(values: Mapping[str, Any], field: str) -> str:
    """What stands in a field: typed text, or the value of the chosen option. A field is one block with one element,
    both called after it."""
    entry = (values.get(field) or {}).get(field) or {}
    chosen = entry.get("selected_option") or {}
    return str(entry.get("value") or chosen.get("value") or "")


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _agent_type() -> Block:
    options = [
        {"text": plain(kind.label), "value": kind.value, "description": plain(kind.summary[:_SUMMARY])}
        for kind in AgentType
    ]
    chosen = next(option for option in options if option["value"] == AgentType.AUTOMATION.value)
    element = {
        "type": "static_select",
        "action_id": "agent_type",
        "options": options,
        "initial_option": chosen,
    }
    return {"type": "input", "block_id": "agent_type", "label": plain("Agent type"), "element": element}
