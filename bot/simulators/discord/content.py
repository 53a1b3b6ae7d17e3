"""What a message says: content, embeds, components, files and flags of a request, checked and in one value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.simulators.discord import attachments, component_rules, embeds, mentions
from bot.simulators.discord.components import ATTACHED, TEXT_DISPLAY, completed, shown_attachments, walk
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.message_shapes import attachment_url
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.permissions import may
from bot.simulators.discord.things import (
    EPHEMERAL,
    SILENT,
    SUPPRESS_EMBEDS,
    V2,
    Attachment,
    Channel,
    Json,
    Message,
)
from bot.simulators.discord.wire import Given
from bot.simulators.discord.world import APP, World

CONTENT = 2000  # docs.discord.com: characters; the OpenAPI file says 4000 for channels
_KNOWN = frozenset({
    "content", "embeds", "components", "attachments", "allowed_mentions", "flags", "tts", "nonce", "enforce_nonce",
    "message_reference", "sticker_ids", "poll", "thread_name", "username", "avatar_url", "applied_tags",
})  # fmt: skip
_LEGACY = ("content", "embeds", "sticker_ids", "poll")


@dataclass(frozen=True, slots=True)
class Content:
    """``allowed``: allowed_mentions, None for all."""

    text: str
    embeds: list[Json]
    components: list[Json]
    files: list[Attachment]
    flags: int
    allowed: Json | None

    def put_into(self, world: World, message: Message) -> None:
        """``message.reply_to`` must be set before: a reply notifies whom it answers."""
        message.content, message.embeds, message.flags = self.text, self.embeds, self.flags
        message.components, message.attachments = self.components, self.files
        text = self.text
        if self.flags & V2:
            text = "\n".join(
                each["content"] for each in walk(self.components) if each["type"] == TEXT_DISPLAY
            )
        channel = world.channels[message.channel]
        replied = world.message(*message.reply_to) if message.reply_to and not message.interaction else None
        author = replied.author if replied else None
        mentions.found(world, channel, message.author, text, self.allowed, author).put_into(message)


def content(
    world: World, channel: Channel, given: Given, *, old: Message | None = None, by_token: bool = False
) -> Content:
    """``old``: the message that is edited. ``by_token``: it answers an interaction, so that it may be ephemeral and
    the bot's permissions in the channel do not count.

    Raises `Refused`: 50035 with what is wrong where, 40005 for too large files, 50006 for nothing at all, 50013.
    """
    body, spot = given.fields, Spot()
    attachments.check_sizes(world, channel, given)
    _note_oddities(world, body, "an edit" if old else "a message")
    spot.at("content").text(body.get("content"), CONTENT)
    spot.at("flags").whole(body.get("flags"), 0, 2**31 - 1)
    spot.at("tts").switch(body.get("tts"))
    embeds.check(spot.at("embeds"), body.get("embeds"))
    mentions.check(spot.at("allowed_mentions"), body.get("allowed_mentions"))
    flags = _flags(body, old, EPHEMERAL if by_token and old is None else 0) if not spot.findings else 0
    ephemeral = bool(flags & EPHEMERAL or (old and old.only_for))
    files = attachments.merged(spot.at("attachments"), world, channel, given, old, ephemeral=ephemeral)
    new = bool(flags & V2)
    if new:
        _no_legacy(spot, body, old)
    names = {each.filename for each in files} | {part.name for part in given.files.values()}
    component_rules.check(spot.at("components"), body.get("components"), new=new, files=names)
    spot.settle()
    made = _merged(world, body, old, files, flags)
    _note_unseen(world, made)
    if not (made.text or made.embeds or made.components or made.files):
        raise refused(50006)
    if not by_token:
        _check_rights(world, channel, given)
    return made


def _merged(world: World, body: Json, old: Message | None, files: list[Attachment], flags: int) -> Content:
    """What is not named stays as it was; null empties it."""
    before = old or Message("0", "0", "0", 0)
    text = (body["content"] or "") if "content" in body else before.content
    listed = (body["embeds"] or []) if "embeds" in body else before.embeds
    components = before.components
    if "components" in body:
        components = completed(body["components"] or [], partial(_resolved, world, files))
    return Content(text.strip(), listed, components, files, flags, body.get("allowed_mentions"))


def _flags(body: Json, old: Message | None, settable: int) -> int:
    kept = old.flags if old else 0
    if body.get("flags") is None:
        return kept
    asked = int(body["flags"]) & (SUPPRESS_EMBEDS | SILENT | V2 | settable)
    return asked | kept & ~SUPPRESS_EMBEDS  # the new kind of components can never be taken back


def _no_legacy(spot: Spot, body: Json, old: Message | None) -> None:
    was_new = bool(old and old.flags & V2)
    left = (
        old is not None
        and not was_new
        and any(getattr(old, key) and key not in body for key in ("content", "embeds"))
    )
    if left or any(body.get(key) for key in _LEGACY):
        spot.wrong(
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content', 'embeds', 'stickers', and 'poll' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )  # fmt: skip


def _check_rights(world: World, channel: Channel, given: Given) -> None:
    """Raises `Refused` 50013 for files or embeds that the bot may not post here."""
    if given.files and not may(world, APP, channel, "attach_files"):
        raise refused(50013)
    if given.fields.get("embeds") and not may(world, APP, channel, "embed_links"):
        raise refused(50013)


def _note_oddities(world: World, body: Json, what: str) -> None:
    unknown = sorted(body.keys() - _KNOWN)
    if unknown:
        world.problems.append(f"{what} has keys that Discord ignores: {', '.join(unknown)}")
    text = body.get("content")
    if isinstance(text, str) and text[:1] in (" ", "\t"):
        world.problems.append(f"Discord strips the indentation of {text[:40]!r}…")


def _note_unseen(world: World, made: Content) -> None:
    if made.flags & V2:
        seen = shown_attachments(made.components, made.files)
        world.problems.extend(
            f"{each.filename} is attached and no component shows it"
            for each in made.files
            if each not in seen
        )


def _resolved(world: World, files: list[Attachment], url: str) -> Json:
    """A medium of a component, as the answer has it, with the name and size of an attached one."""
    name = url.removeprefix(ATTACHED)
    found = next(
        (each for each in files if url.startswith(ATTACHED) and each.filename == attachments.clean(name)),
        None,
    )
    if found is None:
        unknown: dict[str, Any] = {"width": None, "height": None, "content_type": None}
        return {"id": world.snowflake(), "url": url, "proxy_url": url, **unknown}
    address = attachment_url(world, found)
    return {
        "id": found.id, "url": address, "proxy_url": address, "width": None, "height": None,
        "content_type": found.content_type, "attachment_id": found.id, "name": found.filename, "size": len(found.data),
    }  # fmt: skip
