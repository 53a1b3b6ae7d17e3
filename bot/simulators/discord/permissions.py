"""Who may do what where: the permission bits, and Discord's order of roles and overwrites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.simulators.discord.things import PRIVATE_THREAD, Channel, Overwrite
from bot.simulators.discord.world import World

# docs.discord.com, permissions.
BITS: Mapping[str, int] = {
    name: 1 << place
    for name, place in {
        "administrator": 3, "manage_channels": 4, "manage_guild": 5, "add_reactions": 6, "view_channel": 10,
        "send_messages": 11, "send_tts_messages": 12, "manage_messages": 13, "embed_links": 14, "attach_files": 15,
        "read_message_history": 16, "mention_everyone": 17, "use_external_emojis": 18, "connect": 20, "speak": 21,
        "change_nickname": 26, "manage_roles": 28, "manage_webhooks": 29, "use_application_commands": 31,
        "manage_threads": 34, "create_public_threads": 35, "create_private_threads": 36, "use_external_stickers": 37,
        "send_messages_in_threads": 38,
    }.items()
}  # fmt: skip
ALL = sum(BITS.values())
EVERYONE = (  # what @everyone may in a new guild
    "add_reactions", "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history",
    "mention_everyone", "use_external_emojis", "connect", "speak", "change_nickname", "use_application_commands",
    "create_public_threads", "create_private_threads", "send_messages_in_threads",
)  # fmt: skip
_DIRECT = (
    "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history", "add_reactions",
    "use_application_commands", "use_external_emojis", "mention_everyone",
)  # fmt: skip


def mask(names: Iterable[str]) -> int:
    """Raises LookupError for an unknown one."""
    made = 0
    for name in names:
        if name not in BITS:
            raise LookupError(f"no permission {name!r}")
        made |= BITS[name]
    return made


def granted(world: World, user: str, channel: Channel) -> int:
    """The user's bits in a channel, a thread or a direct message; 0 where they see nothing."""
    if channel.guild is None:
        return mask(_DIRECT) if user in channel.people else 0
    place = world.parent(channel) or channel
    bits = _with_overwrites(world, user, place)
    if not bits & BITS["view_channel"]:
        return 0
    if channel.thread and channel.kind == PRIVATE_THREAD:
        inside = user in channel.thread.members or bits & BITS["manage_threads"]
        return bits if inside else 0
    return bits


def may(world: World, user: str, channel: Channel, *names: str) -> bool:
    """All of them?"""
    needed = mask(names)
    return granted(world, user, channel) & needed == needed


def _in_guild(world: World, user: str, guild: str) -> int:
    place = world.guilds[guild]
    if user == place.owner:
        return ALL
    member = place.members.get(user)
    if member is None:
        return 0
    bits = place.roles[guild].permissions
    for role in member.roles:
        bits |= place.roles[role].permissions
    return ALL if bits & BITS["administrator"] else bits


def _with_overwrites(world: World, user: str, channel: Channel) -> int:
    guild = channel.guild or ""
    bits = _in_guild(world, user, guild)
    if bits in (0, ALL):
        return bits
    roles = [
        channel.overwrites[each]
        for each in world.guilds[guild].members[user].roles
        if each in channel.overwrites
    ]
    bits = _overwritten(bits, [channel.overwrites[guild]] if guild in channel.overwrites else [])
    bits = _overwritten(bits, roles)
    return _overwritten(bits, [channel.overwrites[user]] if user in channel.overwrites else [])


def _overwritten(bits: int, overwrites: Iterable[Overwrite]) -> int:
    """Denials first, then permits, as Discord does at each level."""
    denied = permitted = 0
    for overwrite in overwrites:
        denied |= overwrite.deny
        permitted |= overwrite.allow
    return bits & ~denied | permitted
