"""What people see, as values: messages, buttons, menus, files, forms, places."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person drops into a channel or a form."""

    name: str
    data: bytes
    mimetype: str = ""

    @property
    def kind(self) -> str:
        return self.mimetype or mimetypes.guess_type(self.name)[0] or "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ShownButton:
    """``style``: primary, secondary, success, danger, link or premium. ``url``: of a link."""

    custom_id: str
    label: str
    style: str = "secondary"
    url: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A select menu of a message; ``label``: its placeholder; ``options``: (label, value)."""

    custom_id: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ShownFile:
    """``name``: as Discord cleaned it, which loses leading dots and underscores; ``title``: what it was called."""

    name: str
    data: bytes
    title: str = ""
    id: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as people read it.

    ``text``: without markup, code fences kept; of a message that is still being thought about (``loading``) "".
    ``thread``: the id of the thread that was started from it. ``reply_to``: the id of the message it answers.
    ``pings``: every mention in it that notifies somebody, as written. ``kind``: the message type of the wire; system
    messages (``system``) are what Discord itself writes, like "started a thread".
    """

    id: str
    channel: str
    user: str
    name: str
    text: str
    thread: str | None = None
    reply_to: str | None = None
    buttons: tuple[ShownButton, ...] = ()
    choices: tuple[ShownChoice, ...] = ()
    files: tuple[ShownFile, ...] = ()
    pings: tuple[str, ...] = ()
    edited: bool = False
    loading: bool = False
    ephemeral: bool = False
    system: bool = False
    kind: int = 0

    def button(self, name: str) -> ShownButton:
        """By the beginning of its custom id, or its label."""
        for button in self.buttons:
            if button.label == name or (button.custom_id and button.custom_id.startswith(name)):
                return button
        raise LookupError(f"no button {name!r} among {[each.label for each in self.buttons]}")


@dataclass(frozen=True, slots=True)
class ShownInput:
    """A field of a form. ``kind``: text, paragraph, select, radio, checkboxes, checkbox, files, or user, role,
    mentionable, channel. ``value``: what stands in it now; ``options``: (label, value)."""

    custom_id: str
    label: str
    kind: str
    value: str = ""
    required: bool = True
    description: str = ""
    placeholder: str = ""
    min_length: int = 0
    max_length: int | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownModal:
    """``text``: the text blocks between the fields."""

    custom_id: str
    user: str
    title: str
    text: str = ""
    inputs: tuple[ShownInput, ...] = ()

    def input(self, name: str) -> ShownInput:
        """By custom id or label."""
        for field in self.inputs:
            if name in (field.custom_id, field.label):
                return field
        raise LookupError(f"no field {name!r} among {[each.custom_id for each in self.inputs]}")


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A channel or thread. ``members``: of a thread, and of a direct message."""

    id: str
    name: str
    kind: str
    parent: str | None = None
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    members: tuple[str, ...] = ()
