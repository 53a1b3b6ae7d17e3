"""What people read of a message: content, embeds and text components without markup, code fences kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.simulators.discord.components import TEXT_DISPLAY, walk
from bot.simulators.discord.things import RENAMED, THREAD_CREATED, THREAD_STARTER, V2, Json, Message
from bot.simulators.discord.world import World

_MARK = re.compile(r"<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|<#(?P<channel>\d+)>|<t:(?P<time>-?\d+)(?::\w)?>")
_FENCED = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def text_of(world: World, message: Message) -> str:
    """All that can be read in it."""
    match message.kind:
        case kind if kind == RENAMED:
            return f"changed the name: {message.content}"
        case kind if kind == THREAD_CREATED:
            return f"started a thread: {message.content}"
        case kind if kind == THREAD_STARTER:
            return ""
    parts = [message.content, *map(embed_text, message.embeds)]
    if message.flags & V2:
        parts = [each["content"] for each in walk(message.components) if each["type"] == TEXT_DISPLAY]
    return readable(world, "\n".join(filter(None, parts)))


def embed_text(embed: Json) -> str:
    fields = [f"{each['name']}: {each['value']}" for each in embed.get("fields", ())]
    author, footer = embed.get("author", {}).get("name"), embed.get("footer", {}).get("text")
    return "\n".join(filter(None, [author, embed.get("title"), embed.get("description"), *fields, footer]))


def readable(world: World, text: str) -> str:
    """Mentions as names, times as times; code stays as it is."""
    parts = _FENCED.split(text)
    return "".join(
        part if at % 2 else _MARK.sub(lambda mark: _named(world, mark), part) for at, part in enumerate(parts)
    )


def _named(world: World, mark: re.Match[str]) -> str:
    if mark["user"]:
        return f"@{world.called(mark['user'])}"
    if mark["channel"]:
        channel = world.channels.get(mark["channel"])
        return f"#{channel.name}" if channel else "#unknown"
    if mark["role"]:
        roles = (guild.roles.get(mark["role"]) for guild in world.guilds.values())
        return next((f"@{role.name}" for role in roles if role), "@unknown-role")
    return f"{datetime.fromtimestamp(int(mark['time']), UTC):%Y-%m-%d %H:%M}"
