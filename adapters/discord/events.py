"""What the library brings, as values with what matters here: interactions, and messages with where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import discord

from adapters.discord.custom_ids import CustomId
from adapters.discord.forms import FIX
from adapters.discord.threads import PLATFORM, Bot
from core.intents import Attachment, Person, Place

Kind = Literal["command", "component", "form"]

_KINDS: Final[Mapping[discord.InteractionType, Kind]] = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.component: "component",
    discord.InteractionType.modal_submit: "form",
}
_SPOKEN: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True)
class Source:
    """The message that a button, a menu or a form belongs to. ``hidden``: only one person sees it. ``fixes``: it holds a
    refused form. ``files``: address by name."""

    id: str
    hidden: bool = False
    fixes: bool = False
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """An interaction. ``place``: the workspace in it is empty in a direct message. ``channel``: its kind, in the
    library's words. ``permissions``: the bot's, there. ``data``: as Discord sends it."""

    kind: Kind
    id: str
    token: str
    at: datetime
    place: Place
    person: Person
    channel: str
    permissions: discord.Permissions
    data: Mapping[str, Any]
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of somebody. ``text``: as typed. ``names``: of what is mentioned in it, by id. ``blank``: there is
    nothing at all in it, as when Discord keeps the content from us. ``edited``: when it was, if it was."""

    id: str
    place: Place
    person: Person
    at: datetime
    text: str
    names: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    by_bot: bool = False
    blank: bool = False
    edited: datetime | None = None


def signal(interaction: discord.Interaction[Any]) -> Signal | None:
    """``None`` for kinds that are of no concern."""
    kind = _KINDS.get(interaction.type)
    channel = interaction.channel
    if kind is None or channel is None:
        return None
    workspace = str(interaction.guild_id or "")
    source = _source(interaction.message)
    return Signal(
        kind,
        str(interaction.id),
        interaction.token,
        interaction.created_at,
        _place(interaction, workspace, source),
        Person(workspace, str(interaction.user.id)),
        channel.type.name,
        interaction.app_permissions,
        interaction.data or {},
        source,
    )


def _place(interaction: discord.Interaction[Any], workspace: str, source: Source | None) -> Place:
    """A message of ours that everybody sees in a channel is a card, so what is pressed on it is meant for the thread
    that was made from it."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return Place(PLATFORM, workspace, str(channel.parent_id), str(channel.id))
    of_card = source.id if source and workspace and not source.hidden else None
    return Place(PLATFORM, workspace, str(interaction.channel_id), of_card, direct=not workspace)


def _source(message: discord.Message | None) -> Source | None:
    if message is None:
        return None
    ids = [
        CustomId.unpacked(child.custom_id or "")
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button)
    ]
    return Source(
        str(message.id),
        hidden=message.flags.ephemeral,
        fixes=any(each is not None and each.action == FIX for each in ids),
        files={each.filename: each.url for each in message.attachments},
    )


def heard(message: discord.Message, place: Place, bot: Bot) -> Heard | None:
    """``None`` for what Discord itself writes, and for our own words."""
    if message.type not in _SPOKEN or str(message.author.id) == bot.user:
        return None
    return Heard(
        str(message.id),
        place,
        Person(place.workspace, str(message.author.id)),
        message.created_at,
        _text(message, bot),
        _names(message),
        tuple(_attachment(each, message) for each in message.attachments),
        by_bot=message.author.bot or message.webhook_id is not None,
        blank=not (
            message.content
            or message.attachments
            or message.embeds
            or message.components
            or message.stickers
            or message.poll
            or message.message_snapshots
        ),
        edited=message.edited_at,
    )


def _text(message: discord.Message, bot: Bot) -> str:
    """People who complete `@Threadwright` often get the role of that name that Discord made for the bot. A forwarded
    message has its words in a snapshot."""
    text = message.content or "\n".join(each.content for each in message.message_snapshots)
    role = message.guild.self_role if message.guild and message.role_mentions else None
    return text.replace(f"<@&{role.id}>", f"<@{bot.user}>") if role else text


def _names(message: discord.Message) -> Mapping[str, str]:
    named: Sequence[Any] = (*message.role_mentions, *message.channel_mentions)
    people = {str(each.id): each.display_name for each in message.mentions}
    return people | {str(each.id): str(each.name) for each in named}


def _attachment(file: discord.Attachment, message: discord.Message) -> Attachment:
    """The address runs out, so it is asked for anew when the file is read."""
    return Attachment(
        name=f"{file.title}{_suffix(file.filename)}" if file.title else file.filename,
        size=file.size,
        mimetype=file.content_type or "application/octet-stream",
        handle=f"{message.channel.id}/{message.id}/{file.id}",
    )


def _suffix(name: str) -> str:
    _, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix}" if dot else ""
