"""What a message says: the arguments text, blocks, markdown_text, attachments and metadata, checked and in one value."""

from __future__ import annotations

from dataclasses import dataclass

from bot.simulators.slack import kit, kit_rules
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.reading import Reader
from bot.simulators.slack.world import Json, Message, World

TRUNCATED_AT = 40_000  # docs.slack.dev: chat.postMessage cuts longer text without a word
UPDATE_TEXT = 4_000  # docs.slack.dev: chat.update refuses longer text
MARKDOWN_TEXT = 12_000  # docs.slack.dev: markdown_text of every method


@dataclass(frozen=True, slots=True)
class Content:
    """``text`` may be "" where blocks say it all. ``formatted``: blocks or Markdown, so that an edit shows no flag."""

    text: str
    blocks: list[Json]
    attachments: list[Json]
    metadata: Json | None
    formatted: bool
    by_name: bool

    def put_into(self, message: Message) -> None:
        message.text = self.text
        message.blocks = self.blocks
        message.attachments = self.attachments
        message.by_name = self.by_name


def content(world: World, args: Json, *, update: bool = False) -> Content:
    """Raises `Refused`: no_text, msg_too_long, markdown_text_conflict, invalid_blocks, invalid_metadata_format …"""
    markdown = args.get("markdown_text")
    if markdown is not None and ("text" in args or "blocks" in args):
        raise Refused("markdown_text_conflict")
    metadata = checked_metadata(args.get("metadata"))
    by_name = bool(args.get("link_names")) or args.get("parse") == "full"
    if markdown is not None:
        block = markdown_block(world, markdown)
        return Content(plain(world, [block]), [block], [], metadata, formatted=True, by_name=by_name)
    text = _checked_text(world, args.get("text") or "", update=update)
    blocks, attachments = args.get("blocks") or [], args.get("attachments") or []
    if not text.strip() and not blocks and not attachments:
        raise Refused("no_text")
    return Content(text, checked_blocks(world, blocks), attachments, metadata, bool(blocks), by_name)


def _checked_text(world: World, text: str, *, update: bool) -> str:
    if update and len(text) > UPDATE_TEXT:
        raise Refused("msg_too_long")
    if len(text) > TRUNCATED_AT:
        world.problems.append(f"a text of {len(text)} characters was cut at {TRUNCATED_AT}")
    return text[:TRUNCATED_AT]


def checked_blocks(world: World, blocks: list[Json]) -> list[Json]:
    """With ids on all of them. Raises `Refused`: invalid_blocks, msg_blocks_too_long."""
    kit_rules.check_message_blocks(blocks)
    return kit.named(blocks, world.name)


def markdown_block(world: World, markdown: str) -> Json:
    """Raises `Refused`: no_text, msg_too_long."""
    if not markdown.strip():
        raise Refused("no_text")
    if len(markdown) > MARKDOWN_TEXT:
        raise Refused("msg_too_long")
    return {"type": "markdown", "text": markdown, "block_id": world.name("block")}


def checked_metadata(metadata: Json | None) -> Json | None:
    """An empty object takes the metadata away. Raises `Refused`: invalid_metadata_format."""
    if not metadata:
        return metadata
    kind = metadata.get("event_type")
    if not isinstance(kind, str) or not kind or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    return metadata


def plain(world: World, blocks: list[Json]) -> str:
    """The text that Slack makes of blocks, for notifications and read-back."""
    return Reader(world.called).blocks(blocks)
