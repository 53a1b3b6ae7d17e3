"""What people see: channels, threads, whispers, places, the whole world as a transcript; and waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.simulators.discord.calls import Platform
from bot.simulators.discord.components import buttons, choices, shown_attachments
from bot.simulators.discord.forms import shown_modal
from bot.simulators.discord.message_shapes import attachment_url
from bot.simulators.discord.reading import readable, text_of
from bot.simulators.discord.shown import Shown, ShownFile, ShownModal, ShownPlace
from bot.simulators.discord.things import (
    KIND_NAMES,
    LOADING,
    SYSTEM,
    THREAD_STARTER,
    V2,
    Attachment,
    Channel,
    Message,
)
from bot.simulators.discord.world import World

T = TypeVar("T")
TYPING_SECONDS = 10.0  # docs.discord.com: how long the typing indicator lasts


class Sight:
    """The eyes of the people."""

    _platform: Platform

    @property
    def _world(self) -> World:
        return self._platform.world

    def thread(self, thread: str) -> list[Shown]:
        """What a thread shows, oldest first: the message it was started from, then its own. Empty when there is no
        such thread."""
        place = self._world.channels.get(thread)
        if place is None or place.thread is None or place.deleted:
            return []
        parent = self._world.parent(place)
        root = parent.find(thread) if parent else None
        own = [each for each in place.messages if each.kind != THREAD_STARTER]
        return [shown(self._world, each) for each in [*([root] if root else []), *own]]

    def channel(self, channel: str) -> list[Shown]:
        """The messages of a channel or direct message, oldest first."""
        return [shown(self._world, each) for each in self._world.channels[channel].messages]

    def threads(self, channel: str) -> list[ShownPlace]:
        """The threads of a channel, archived ones too, oldest first."""
        return [shown_place(each) for each in self._world.threads(self._world.channels[channel])]

    def place(self, channel: str) -> ShownPlace:
        """A channel or thread, with its name and state."""
        return shown_place(self._world.channels[channel])

    def message(self, message: str) -> Shown | None:
        """One message, wherever it is."""
        found = self._world.message(None, message)
        return shown(self._world, found) if found else None

    def ephemerals(self, user: str) -> list[Shown]:
        """What only this person sees, oldest first."""
        return [shown(self._world, each) for each in self._world.whispers if each.only_for == user]

    def is_typing(self, channel: str) -> bool:
        """Does it say that the bot is typing?"""
        return self._world.now() - self._world.typing.get(channel, 0.0) < TYPING_SECONDS

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        """The condition's first true value, tried at every change of the world. Raises TimeoutError with the
        transcript."""
        return await self._world.until(condition, timeout, self.transcript)

    def transcript(self) -> str:
        """The whole world as people would read it."""
        world = self._world
        places = [each for each in world.channels.values() if not each.thread and self._spoken(each)]
        parts = [self._place_text(each) for each in places]
        whispered = sorted({each.only_for or "" for each in world.whispers})
        parts += [_lines(f"only for {world.called(user)}", self.ephemerals(user)) for user in whispered]
        parts += [form_text(world, shown_modal(user, form)) for user, form in world.forms.items()]
        told = [
            *(f"problem: {each}" for each in world.problems),
            *(f"unknown: {each}" for each in world.unknown_routes),
        ]
        return "\n\n".join([*parts, *told])

    def _spoken(self, channel: Channel) -> bool:
        return bool(channel.messages or any(each.messages for each in self._world.threads(channel)))

    def _place_text(self, channel: Channel) -> str:
        lines = [f"== {place_name(self._world, channel)}{_state(channel)} =="]
        apart = {each.id: each for each in self._world.threads(channel)}
        for message in channel.messages:
            lines.append(line(shown(self._world, message)))
            if message.id in apart:
                lines.append(self._thread_text(apart.pop(message.id)))
        return "\n".join([*lines, *(self._thread_text(each) for each in apart.values())])

    def _thread_text(self, thread: Channel) -> str:
        own = [shown(self._world, each) for each in thread.messages if each.kind != THREAD_STARTER]
        return "\n".join([f"    -- {thread.name}{_state(thread)} --", *(line(each, "    ") for each in own)])


def _state(channel: Channel) -> str:
    state = channel.thread
    marks = [
        name
        for name, holds in (
            ("deleted", channel.deleted),
            ("archived", bool(state and state.archived)),
            ("locked", bool(state and state.locked)),
        )
        if holds
    ]
    return f" ({', '.join(marks)})" if marks else ""


def place_name(world: World, channel: Channel) -> str:
    if channel.guild is None:
        return "direct: " + ", ".join(sorted(map(world.called, channel.people)))
    return f"#{channel.name}"


def _lines(title: str, messages: Iterable[Shown]) -> str:
    return "\n".join([f"-- {title} --", *map(line, messages)])


def line(message: Shown, indent: str = "") -> str:
    """One message of the transcript, with its buttons in brackets and its files with their sizes."""
    text = message.text.replace("\n", f"\n{indent}  ")
    marks = (" (edited)" if message.edited else "") + (" …" if message.loading else "")
    told = [f"{indent}{message.name}: {text}{marks}"]
    controls = [f"[{each.label}]" for each in message.buttons] + [
        f"[{each.label} v]" for each in message.choices
    ]
    told += [f"{indent}  {' '.join(controls)}"] if controls else []
    told += [f"{indent}  {each.name} ({len(each.data)} bytes)" for each in message.files]
    return "\n".join(told)


def form_text(world: World, modal: ShownModal) -> str:
    fields = [f"  {each.label}: {each.value or '…'}" for each in modal.inputs]
    title = f"-- form of {world.called(modal.user)}: {modal.title} --"
    return "\n".join(filter(None, [title, readable(world, modal.text), *fields]))


def shown(world: World, message: Message) -> Shown:
    """The message as people read it."""
    seen = message.attachments
    if message.flags & V2:
        seen = shown_attachments(message.components, seen)
    thread = world.thread_from(message)
    return Shown(
        message.id, message.channel, message.author, world.called(message.author), text_of(world, message),
        thread.id if thread else None, message.reply_to[1] if message.reply_to else None, buttons(message.components),
        choices(message.components), tuple(_file(world, each) for each in seen), message.pings,
        edited=message.edited is not None, loading=bool(message.flags & LOADING), ephemeral=message.only_for is not None,
        system=message.kind in SYSTEM, kind=message.kind,
    )  # fmt: skip


def _file(world: World, file: Attachment) -> ShownFile:
    return ShownFile(
        file.filename, file.data, file.title, file.id, file.description, attachment_url(world, file)
    )


def shown_place(channel: Channel) -> ShownPlace:
    state = channel.thread
    members = tuple(state.members) if state else tuple(channel.people)
    return ShownPlace(
        channel.id, channel.name, KIND_NAMES[channel.kind], channel.parent, bool(state and state.archived),
        bool(state and state.locked), channel.deleted, members,
    )  # fmt: skip
