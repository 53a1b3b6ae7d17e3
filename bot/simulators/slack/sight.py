"""What people see: threads, channels, whispers, forms, the whole world as a transcript; and waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.simulators.slack import kit
from bot.simulators.slack.calls import Platform
from bot.simulators.slack.reading import Reader
from bot.simulators.slack.shown import Shown, ShownFile, ShownView
from bot.simulators.slack.world import Channel, Message, View, World

T = TypeVar("T")


class Sight:
    """The eyes of the people."""

    _platform: Platform

    @property
    def _world(self) -> World:
        return self._platform.world

    def thread(self, channel: str, ts: str) -> list[Shown]:
        """The root and its replies, oldest first; empty when there is no such message."""
        place = self._world.channels[channel]
        root = place.find(ts)
        return [shown(self._world, each) for each in [*([root] if root else []), *place.replies(ts)]]

    def channel(self, channel: str) -> list[Shown]:
        """The messages at the top level, oldest first."""
        return [shown(self._world, each) for each in self._world.channels[channel].messages if each.top_level]

    def message(self, channel: str, ts: str) -> Shown | None:
        """One message, whether root or reply."""
        found = self._world.channels[channel].find(ts)
        return shown(self._world, found) if found else None

    def ephemerals(self, user: str) -> list[Shown]:
        """What only this person sees: chat.postEphemeral, and answers through a response_url."""
        return [shown(self._world, each) for each in self._world.whispers if each.only_for == user]

    def view(self, user: str) -> ShownView | None:
        """The modal on top."""
        stack = self._world.stacks.get(user)
        return shown_view(self._world, stack[-1]) if stack else None

    def home(self, user: str) -> ShownView | None:
        """The person's App Home, once the program has published one."""
        view = self._world.homes.get((self._world.home_of(user).id, user))
        return shown_view(self._world, view) if view else None

    def status(self, channel: str, thread: str) -> str:
        """What stands under the thread while the bot works ("" when nothing does)."""
        return self._world.statuses.get((channel, thread), "")

    def session(self, channel: str, thread: str) -> str:
        """The state of the agent session, as agents.sessions.setStatus left it."""
        return self._world.sessions.get((channel, thread), "")

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        """The condition's first true value, tried at every change of the world. Raises TimeoutError with the
        transcript."""
        return await self._world.until(condition, timeout, self.transcript)

    def transcript(self) -> str:
        """The whole world as people would read it."""
        world = self._world
        parts = [self._channel_text(each) for each in world.channels.values() if each.messages]
        whispered = sorted({each.only_for or "" for each in world.whispers})
        parts += [_lines(f"only for {world.called(user)}", self.ephemerals(user), "") for user in whispered]
        parts += [form_text(world, view) for view in map(self.view, world.stacks) if view]
        parts += [form_text(world, shown_view(world, view)) for view in world.homes.values()]
        told = [
            *(f"problem: {each}" for each in world.problems),
            *(f"unknown: {each}" for each in world.unknown_routes),
        ]
        return "\n\n".join([*parts, *told])

    def _channel_text(self, channel: Channel) -> str:
        state = " (archived)" if channel.archived else " (deleted)" if channel.deleted else ""
        lines = [f"== {place_name(self._world, channel)}{state} =="]
        for message in channel.messages:
            if message.top_level:
                lines.append(line(shown(self._world, message)))
            if not message.is_reply:
                lines += [line(shown(self._world, each), "    ") for each in channel.replies(message.ts)]
                status = self.status(channel.id, message.ts)
                lines += [f"    ({status})"] if status else []
        return "\n".join(lines)


def place_name(world: World, channel: Channel) -> str:
    if channel.kind == "im":
        return "direct: " + ", ".join(sorted(map(world.called, channel.members)))
    return f"#{channel.name}"


def _lines(title: str, messages: Iterable[Shown], indent: str) -> str:
    return "\n".join([f"-- {title} --", *(line(each, indent) for each in messages)])


def line(message: Shown, indent: str = "") -> str:
    """One message of the transcript, with its buttons in brackets and its files with their sizes."""
    text = message.text.replace("\n", f"\n{indent}  ")
    marks = (" (edited)" if message.edited else "") + (" …" if message.streaming else "")
    told = [f"{indent}{message.name}: {text}{marks}".rstrip()]
    buttons = [f"[{each.label}]" for each in message.buttons] + [
        f"[{each.label} v]" for each in message.choices
    ]
    told += [f"{indent}  {' '.join(buttons)}"] if buttons else []
    told += [f"{indent}  {each.name} ({len(each.data)} bytes)" for each in message.files]
    return "\n".join(told)


def form_text(world: World, view: ShownView) -> str:
    fields = [f"  {each.label}: {each.value or '…'}" for each in view.inputs]
    buttons = " ".join(
        f"[{each}]" for each in [*(b.label for b in view.buttons), view.submit, view.close] if each
    )
    kind = "home" if view.kind == "home" else "form"
    title = f"-- {kind} of {world.called(view.user)}: {view.title} --"
    return "\n".join(filter(None, [title, view.text, *fields, buttons]))


def shown(world: World, message: Message) -> Shown:
    """The message as people read it."""
    reader = Reader(lambda key: world.channels[key].name if key in world.channels else world.called(key))
    read = reader.blocks(message.blocks) if message.blocks else reader.mrkdwn(message.text)
    extra = [_attachment(reader, each) for each in message.attachments]
    if message.by_name:
        reader.by_name(message.text)
    author = message.username or (message.bot.name if message.bot else world.called(message.user))
    return Shown(
        message.ts, message.channel, message.thread if message.is_reply else None, message.user, author,
        "\n".join(filter(None, [read, *extra])), kit.buttons(message.blocks), kit.choices(message.blocks),
        tuple(ShownFile(each.name, each.data or b"", each.title, each.id) for each in message.files if not each.deleted),
        tuple(reader.pings), edited=message.edited is not None, streaming=message.stream is not None,
        deleted=message.subtype == "tombstone", ephemeral=message.only_for is not None,
    )  # fmt: skip


def _attachment(reader: Reader, attachment: dict[str, object]) -> str:
    blocks = attachment.get("blocks")
    if isinstance(blocks, list):
        return reader.blocks(blocks)
    return reader.mrkdwn(str(attachment.get("text") or attachment.get("fallback") or ""))


def shown_view(world: World, view: View) -> ShownView:
    """The form as people see it."""
    body, reader = view.body, Reader(world.called)
    return ShownView(
        view.id, view.user, body["type"], (body.get("title") or {}).get("text", ""), reader.blocks(body["blocks"]),
        kit.shown_inputs(body["blocks"]), kit.buttons(body["blocks"]), kit.choices(body["blocks"]),
        (body.get("submit") or {}).get("text", ""), (body.get("close") or {}).get("text", ""),
        body.get("callback_id", ""), body.get("private_metadata", ""),
    )  # fmt: skip
