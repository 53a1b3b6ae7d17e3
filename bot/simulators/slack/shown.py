"""What people see, as values: messages, buttons, files, forms."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person drops into a channel."""

    name: str
    data: bytes
    title: str = ""
    mimetype: str = ""

    @property
    def kind(self) -> str:
        return self.mimetype or mimetypes.guess_type(self.name)[0] or "text/plain"


@dataclass(frozen=True, slots=True)
class ShownButton:
    """``style``: "", "primary" or "danger". ``url``: of a link button."""

    action_id: str
    label: str
    value: str
    style: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A select menu, radio buttons or an overflow menu; ``options``: (label, value)."""

    action_id: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    name: str
    data: bytes
    title: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as people read it. ``text``: without markup, code fences kept. ``thread``: the ts of the root, for a
    reply. ``pings``: every mention in it that would notify, as written. ``streaming``: it still looks as if it were
    being written; ``deleted``: only its tombstone is left."""

    ts: str
    channel: str
    thread: str | None
    user: str
    name: str
    text: str
    buttons: tuple[ShownButton, ...] = ()
    choices: tuple[ShownChoice, ...] = ()
    files: tuple[ShownFile, ...] = ()
    pings: tuple[str, ...] = ()
    edited: bool = False
    streaming: bool = False
    deleted: bool = False
    ephemeral: bool = False

    def button(self, name: str) -> ShownButton:
        """By the beginning of its action id, or its label."""
        return _button(self.buttons, name)


@dataclass(frozen=True, slots=True)
class ShownInput:
    """A field of a form. ``value``: what stands in it now; ``options``: (label, value) of selects."""

    block_id: str
    action_id: str
    label: str
    kind: str
    value: str = ""
    optional: bool = False
    hint: str = ""
    placeholder: str = ""
    max_length: int | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownView:
    """A modal or a home tab. ``submit``: the label of its button, "" when it has none."""

    id: str
    user: str
    kind: str
    title: str
    text: str
    inputs: tuple[ShownInput, ...] = ()
    buttons: tuple[ShownButton, ...] = ()
    choices: tuple[ShownChoice, ...] = ()
    submit: str = ""
    close: str = ""
    callback_id: str = ""
    private_metadata: str = ""

    def input(self, block_id: str) -> ShownInput:
        for field in self.inputs:
            if field.block_id == block_id:
                return field
        raise LookupError(f"no field {block_id!r} among {[each.block_id for each in self.inputs]}")

    def button(self, name: str) -> ShownButton:
        """By the beginning of its action id, or its label."""
        return _button(self.buttons, name)


def _button(buttons: Sequence[ShownButton], name: str) -> ShownButton:
    for button in buttons:
        if button.action_id.startswith(name) or button.label == name:
            return button
    raise LookupError(f"no button {name!r} among {[each.label for each in buttons]}")
