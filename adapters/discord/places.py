"""Where a session can be opened, and what I must be allowed to do there. Pure."""

from __future__ import annotations

from typing import Final

import discord

from adapters.discord.events import Signal
from adapters.discord.failures import missing
from core.errors import PlatformError, PlatformRefused

CHANNELS: Final = frozenset({"text", "news"})
"""Kinds in which a card can stand and threads can be made, in the library's words."""
_IN_THREAD: Final = "A session has a thread of its own, so it cannot be opened inside of one. Type `/automation new` in the channel."
_NO_THREADS: Final = (
    "There are no threads in this kind of channel. Type `/automation new` in a text channel of the server."
)
_NEEDED: Final = {
    "View Channel": discord.Permissions.view_channel.flag,
    "Send Messages": discord.Permissions.send_messages.flag,
    "Create Public Threads": discord.Permissions.create_public_threads.flag,
    "Send Messages in Threads": discord.Permissions.send_messages_in_threads.flag,
    "Attach Files": discord.Permissions.attach_files.flag,
    "Read Message History": discord.Permissions.read_message_history.flag,
}
"""In Discord's own spelling. History: without it no thread can be made from a card, and nothing is read back."""


def invitation(application: str) -> str:
    """The address under which somebody who manages a server lets me in, with all that I need."""
    permissions = 0
    for bit in _NEEDED.values():
        permissions |= bit
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands"
        f"&permissions={permissions}"
    )


def hindrance(told: Signal) -> PlatformError | None:
    """Why no session can be opened here; ``None`` when it can."""
    if told.place.thread is not None or told.channel.endswith("thread"):
        return PlatformRefused(_IN_THREAD, detail="new: in a thread")
    if told.channel not in CHANNELS:
        return PlatformRefused(_NO_THREADS, detail=f"new: in a {told.channel} channel")
    needed = lacking(told.permissions)
    return missing(needed, f"new: {', '.join(needed)}") if needed else None


def lacking(permissions: discord.Permissions) -> tuple[str, ...]:
    """What I need in a channel and do not have, in Discord's own spelling."""
    if permissions.administrator:
        return ()
    return tuple(name for name, bit in _NEEDED.items() if not permissions.value & bit)
