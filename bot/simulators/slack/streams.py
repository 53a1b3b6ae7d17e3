"""Native streams: chat.startStream, appendStream, stopStream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.chat import author, root_of
from bot.simulators.slack.content import MARKDOWN_TEXT, checked_blocks, checked_metadata, plain
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import Channel, Json, Message, Stream, World

TASK_TEXT = 256  # docs.slack.dev: title, details and output of a task_update
_STATES = {"pending", "in_progress", "complete", "error"}


class Streams:
    """``seconds``: how long a stream lives; the real ones die after about five minutes."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def methods(self) -> dict[str, Method]:
        said = ("markdown_text", "chunks:list", "client_msg_id")
        looks = ("task_display_mode", "icon_emoji", "icon_url", "username")
        recipient = ("recipient_team_id", "recipient_user_id")
        scope = ("chat:write",)
        starting = arguments("channel!", "thread_ts!", *said, *recipient, *looks)
        stopping = arguments("channel!", "ts!", *said, "blocks:list", "metadata:object", "session_status")
        return {
            "chat.startStream": Method(self._start, starting, 2, scope),
            "chat.appendStream": Method(self._append, arguments("channel!", "ts!", *said), 4, scope),
            "chat.stopStream": Method(self._stop, stopping, 2, scope),
        }

    def _start(self, call: Call) -> Json:
        channel = call.writable()
        thread = root_of(channel, call.text("thread_ts"))
        if channel.kind != "im":
            _check_recipient(call)
        parts = _parts(call)
        message = Message(call.world.stamp(), channel.id, call.team.id, call.team.bot_user, thread=thread)
        message.bot = author(call.team)
        message.stream = Stream(call.world.now() + self._seconds, parts=parts)
        _show(call.world, message, [])
        channel.add(message)
        call.world.statuses.pop((channel.id, thread or ""), None)
        call.events.posted(message)
        return {"channel": channel.id, "ts": message.ts}

    def _append(self, call: Call) -> Json:
        channel, message, stream = self._open(call)
        parts = _parts(call)
        if not parts:
            raise Refused("no_text")
        stream.parts += parts
        _show(call.world, message, [])
        return {"channel": channel.id, "ts": message.ts}

    def _stop(self, call: Call) -> Json:
        channel, message, stream = self._open(call)
        blocks = checked_blocks(call.world, call.args.get("blocks") or [])
        metadata = checked_metadata(call.args.get("metadata"))
        before = shapes.message_json(call.world, message, metadata=True)
        stream.parts += _parts(call)
        message.stream = None
        message.metadata = metadata or message.metadata
        _show_parts(call.world, message, stream, blocks)
        call.events.changed(message, before)
        shown = shapes.message_json(call.world, message, metadata=True)
        return {"channel": channel.id, "ts": message.ts, "message": shown}

    def _open(self, call: Call) -> tuple[Channel, Message, Stream]:
        """The open stream that ``ts`` names. Raises `Refused`."""
        channel = call.channel()
        if channel.archived:
            raise Refused("is_archived")
        message = call.mine(channel, "message_not_owned_by_app")
        stream = message.stream
        if stream is not None and stream.stopped_by_user:
            raise Refused("stopped_by_user")
        if stream is None or not stream.alive(call.world.now()):
            raise Refused("message_not_in_streaming_state")
        return channel, message, stream


def _check_recipient(call: Call) -> None:
    for name in ("recipient_team_id", "recipient_user_id"):
        if not call.text(name):
            raise Refused(f"missing_{name}")
    if call.text("recipient_user_id") not in call.world.people:
        raise Refused("user_not_found")


def _parts(call: Call) -> list[Json]:
    """markdown_text and chunks as one list of checked chunks. Raises `Refused`."""
    markdown, chunks = call.text("markdown_text"), call.args.get("chunks") or []
    if len(markdown) > MARKDOWN_TEXT:
        raise Refused("msg_too_long")
    parts = [{"type": "markdown_text", "text": markdown}] if markdown else []
    for chunk in chunks:
        check = _CHUNKS.get(chunk.get("type", "")) if isinstance(chunk, dict) else None
        if check is None or not check(chunk):
            raise Refused("invalid_chunks")
    blocks = [each for chunk in chunks if chunk["type"] == "blocks" for each in chunk["blocks"]]
    checked_blocks(call.world, blocks)
    return [*parts, *chunks]


def _markdown_chunk(chunk: Json) -> bool:
    return isinstance(chunk.get("text"), str) and 0 < len(chunk["text"]) <= MARKDOWN_TEXT


def _task_chunk(chunk: Json) -> bool:
    texts = (chunk.get("title"), chunk.get("details", ""), chunk.get("output", ""))
    known = bool(chunk.get("id")) and chunk.get("status") in _STATES
    return known and all(isinstance(text, str) and len(text) <= TASK_TEXT for text in texts)


def _plan_chunk(chunk: Json) -> bool:
    return isinstance(chunk.get("title"), str) and len(chunk["title"]) <= TASK_TEXT


def _blocks_chunk(chunk: Json) -> bool:
    return isinstance(chunk.get("blocks"), list)


_CHUNKS: dict[str, Callable[[Json], bool]] = {
    "markdown_text": _markdown_chunk,
    "task_update": _task_chunk,
    "plan_update": _plan_chunk,
    "blocks": _blocks_chunk,
}


def _show(world: World, message: Message, blocks: list[Json]) -> None:
    if message.stream is not None:
        _show_parts(world, message, message.stream, blocks)


def _show_parts(world: World, message: Message, stream: Stream, blocks: list[Json]) -> None:
    """Makes the message say what the stream has brought so far, and `blocks` below it."""
    message.blocks = [*_told(stream.parts), *blocks]
    message.text = plain(world, message.blocks)


def _told(parts: list[Json]) -> list[Json]:
    """Text that follows text is one; a task that comes again replaces its card."""
    told: list[Json] = []
    cards: dict[str, Json] = {}
    for part in parts:
        match part["type"]:
            case "markdown_text" if told and told[-1]["type"] == "markdown":
                told[-1]["text"] += part["text"]
            case "markdown_text":
                told.append({"type": "markdown", "text": part["text"]})
            case "task_update":
                _card(told, cards, part)
            case "plan_update":
                told.append({"type": "plan", "title": part["title"], "tasks": []})
            case _:
                told += part["blocks"]
    return told


def _card(told: list[Json], cards: dict[str, Json], part: Json) -> None:
    shown: dict[str, Any] = {key: part[key] for key in ("title", "status")}
    if part["id"] in cards:
        cards[part["id"]].update(shown)
        return
    cards[part["id"]] = {"type": "task_card", "task_id": part["id"], **shown}
    told.append(cards[part["id"]])
