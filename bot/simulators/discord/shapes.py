"""People, guilds, channels and the application as the wire has them. Keys follow the official OpenAPI file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.simulators.discord.permissions import granted
from bot.simulators.discord.things import (
    FORUM,
    PRIVATE_THREAD,
    VOICE,
    Channel,
    Guild,
    Json,
    Member,
    Person,
    Role,
    ThreadState,
)
from bot.simulators.discord.world import APP, OWNER, World

_MESSAGE_CONTENT, _MEMBERS, _PRESENCES = (
    1 << 19,
    1 << 15,
    1 << 13,
)  # docs.discord.com, application flags (limited)
_FLAGS = {"message_content": _MESSAGE_CONTENT, "members": _MEMBERS, "presences": _PRESENCES}


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user_json(person: Person) -> Json:
    made: Json = {
        "id": person.id, "username": person.name.lower().replace(" ", "."), "global_name": person.name, "avatar": None,
        "discriminator": "0", "public_flags": 0, "flags": 0, "banner": None, "accent_color": None,
        "avatar_decoration_data": None, "collectibles": None, "primary_guild": None,
    }  # fmt: skip
    return {**made, "bot": True} if person.is_bot else made


def me_json(world: World) -> Json:
    about = {"mfa_enabled": True, "locale": "en-US", "premium_type": 0, "email": None, "verified": True}
    return {**user_json(world.people[APP]), **about}


def nobody(user: str) -> Person:
    """Someone who wrote here and is not known, like another application's bot."""
    return Person(user, user)


def member_json(world: World, member: Member, user: str | None = None) -> Json:
    """``user``: whose it is; left out where the event names the user beside it."""
    made: Json = {
        "avatar": None, "banner": None, "communication_disabled_until": None, "flags": 0, "joined_at": moment(member.joined),
        "nick": None, "pending": False, "premium_since": None, "roles": list(member.roles), "mute": False, "deaf": False,
    }  # fmt: skip
    return {**made, "user": user_json(world.people[user])} if user else made


def role_json(role: Role, position: int) -> Json:
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": role.id, "name": role.name, "permissions": str(role.permissions), "position": position, "color": 0,
        "colors": colors, "hoist": False, "managed": role.managed, "mentionable": role.mentionable, "icon": None,
        "unicode_emoji": None, "flags": 0, **({"tags": {"bot_id": APP}} if role.managed else {}),
    }  # fmt: skip


def guild_json(guild: Guild) -> Json:
    return {
        "id": guild.id, "name": guild.name, "icon": None, "description": None, "home_header": None, "splash": None,
        "discovery_splash": None, "features": [], "banner": None, "owner_id": guild.owner, "application_id": None,
        "region": "deprecated", "afk_channel_id": None, "afk_timeout": 300, "system_channel_id": None,
        "system_channel_flags": 0, "widget_enabled": False, "widget_channel_id": None, "verification_level": 0,
        "roles": [role_json(role, at) for at, role in enumerate(guild.roles.values())],
        "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": None,
        "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
        "vanity_url_code": None, "premium_tier": guild.boost, "premium_subscription_count": [0, 2, 7, 14][guild.boost],
        "preferred_locale": "en-US", "rules_channel_id": None, "safety_alerts_channel_id": None,
        "public_updates_channel_id": None, "premium_progress_bar_enabled": False, "nsfw": False, "nsfw_level": 0,
        "emojis": [], "stickers": [], "incidents_data": None,
    }  # fmt: skip


def guild_create_json(world: World, guild: Guild, *, everybody: bool) -> Json:
    """``everybody``: with the members intent all members are told, else only the bot's own."""
    channels = [each for each in world.channels.values() if each.guild == guild.id and not each.deleted]
    active = [
        each for each in channels if each.thread and not each.thread.archived and granted(world, APP, each)
    ]
    told = {user: member for user, member in guild.members.items() if everybody or user == APP}
    return {
        **guild_json(guild), "joined_at": moment(guild.members[APP].joined), "large": False, "unavailable": False,
        "member_count": len(guild.members), "voice_states": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [],
        "members": [member_json(world, member, user) for user, member in told.items()],
        "channels": [channel_json(world, each) for each in channels if not each.thread],
        "threads": [channel_json(world, each) for each in active],
    }  # fmt: skip


def channel_json(world: World, channel: Channel) -> Json:
    """A guild channel, a thread (with the bot's own membership) or a direct message."""
    last = channel.messages[-1].id if channel.messages else None
    made: Json = {"id": channel.id, "type": channel.kind, "flags": 0, "last_message_id": last}
    if channel.guild is None:
        others = [user_json(world.people[each]) for each in channel.people if each != APP]
        return {**made, "recipients": others}
    made |= {
        "guild_id": channel.guild,
        "name": channel.name,
        "parent_id": channel.parent,
        "rate_limit_per_user": 0,
    }
    if channel.thread:
        return {**made, **_thread(channel, channel.thread)}
    made |= {
        "position": 0, "nsfw": False, "topic": channel.topic,
        "permission_overwrites": [
            {"id": key, "type": int(each.member), "allow": str(each.allow), "deny": str(each.deny)}
            for key, each in channel.overwrites.items()
        ],
    }  # fmt: skip
    return made | _special(channel.kind)


def _special(kind: int) -> Json:
    if kind == VOICE:
        return {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    if kind == FORUM:
        unset = {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
        return {"available_tags": [], **unset}
    return {}


def _thread(channel: Channel, state: ThreadState) -> Json:
    metadata: Json = {
        "archived": state.archived, "locked": state.locked, "auto_archive_duration": state.auto_archive,
        "archive_timestamp": moment(state.archive_changed), "create_timestamp": moment(state.created),
    }  # fmt: skip
    if channel.kind == PRIVATE_THREAD:
        metadata["invitable"] = True
    made: Json = {
        "owner_id": state.owner, "thread_metadata": metadata, "message_count": len(channel.messages),
        "member_count": len(state.members), "total_message_sent": state.sent,
    }  # fmt: skip
    return {**made, "member": thread_member_json(channel, APP)} if APP in state.members else made


def thread_member_json(thread: Channel, user: str) -> Json:
    assert thread.thread is not None, "only threads have such members"
    joined = thread.thread.members[user]
    return {"id": thread.id, "user_id": user, "join_timestamp": moment(joined), "flags": 0}


def application_json(world: World) -> Json:
    person = world.people[APP]
    flags = sum(_FLAGS[each] for each in world.privileged)
    return {
        "id": APP, "name": person.name, "icon": None, "description": "", "type": None, "bot": user_json(person),
        "bot_public": True, "bot_require_code_grant": False, "verify_key": "00" * 32, "flags": flags, "flags_new": str(flags),
        "redirect_uris": [], "interactions_endpoint_url": None, "role_connections_verification_url": None,
        "owner": user_json(world.people[OWNER]), "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "team": None, "eligible_oauth2_scopes": ["bot", "applications.commands"], "rpc_origins": [], "tags": [],
        "max_participants": None,
    }  # fmt: skip


def partial_channel_json(world: World, channel: Channel, user: str) -> Json:
    """As interactions carry it; ``permissions``: of the user who acts."""
    made: dict[str, Any] = channel_json(world, channel)
    made.pop("permission_overwrites", None)
    return {**made, "permissions": str(granted(world, user, channel))}
