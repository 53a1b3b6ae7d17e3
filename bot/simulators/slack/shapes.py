"""The world's things as the wire has them. Keys follow the official samples of the Java SDK (specs/slack-samples)."""

from __future__ import annotations

import re

from bot.simulators.slack.world import (
    APP_ID,
    Channel,
    Json,
    Message,
    Person,
    StoredFile,
    View,
    Workspace,
    World,
)

_ICONS = ("image_36", "image_48", "image_72")


def bot_profile(world: World, message: Message) -> Json | None:
    bot = message.bot
    if bot is None or bot.classic:
        return None
    icons = dict.fromkeys(_ICONS, f"{world.base}/icon.png")
    profile = {"id": bot.bot_id, "deleted": False, "name": bot.name, "updated": 1, "app_id": bot.app_id}
    return {**profile, "icons": icons, "team_id": message.workspace}


def message_json(world: World, message: Message, *, metadata: bool = False) -> Json:
    """A message as history, replies and answers have it; a root knows about its replies."""
    made: Json = {"type": "message", "text": message.text, "ts": message.ts}
    optional: Json = {
        "subtype": message.subtype,
        "user": message.user or None,
        "team": message.workspace,
        "client_msg_id": message.client_msg_id or None,
        "blocks": message.blocks or None,
        "attachments": message.attachments or None,
        "username": message.username or None,
        "files": [file_json(world, each) for each in message.files] or None,
        "edited": dict(zip(("user", "ts"), message.edited, strict=True)) if message.edited else None,
        "bot_id": message.bot.bot_id if message.bot else None,
        "app_id": message.bot.app_id if message.bot and not message.bot.classic else None,
        "bot_profile": bot_profile(world, message),
        "thread_ts": message.thread,
        "metadata": message.metadata if metadata else None,
        "reactions": [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
        or None,
    }
    made.update({key: value for key, value in optional.items() if value is not None})
    return {**made, **_thread(world, message)}


def _thread(world: World, message: Message) -> Json:
    channel = world.channels[message.channel]
    if message.is_reply:
        root = channel.find(message.thread or "")
        return {"parent_user_id": root.user} if root else {}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(each.user for each in replies if each.user))
    counts = {"reply_count": len(replies), "reply_users_count": len(users), "reply_users": users}
    return {
        "thread_ts": message.ts,
        **counts,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def file_json(world: World, file: StoredFile) -> Json:
    """A file; ``mode`` tombstone once it is deleted."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    kind = file.name.rpartition(".")[2].lower() or "text"
    place = f"{world.base}/files-pri/{file.workspace}-{file.id}"
    plain = re.sub(r"[^\w.-]", "_", file.name).lower()
    return {
        "id": file.id, "created": int(file.created), "timestamp": int(file.created), "name": file.name,
        "title": file.title or file.name, "mimetype": file.mimetype, "filetype": kind, "pretty_type": kind.title(),
        "user": file.user, "user_team": file.workspace, "editable": False, "size": file.length, "mode": "hosted",
        "is_external": False, "external_type": "", "is_public": True, "public_url_shared": False,
        "display_as_bot": False, "username": "", "url_private": f"{place}/{plain}",
        "url_private_download": f"{place}/download/{plain}",
        "permalink": f"{world.base}/files/{file.user}/{file.id}/{plain}", "has_rich_preview": False,
        "file_access": "visible",
    }  # fmt: skip


def shares_json(world: World, file: StoredFile) -> Json:
    """``shares`` of files.info."""
    made: Json = {}
    for channel_id, places in file.shares.items():
        channel = world.channels[channel_id]
        side = "public" if channel.kind == "channel" else "private"
        made.setdefault(side, {})[channel_id] = [_share(channel, file, *place) for place in places]
    return made


def _share(channel: Channel, file: StoredFile, ts: str, thread: str | None) -> Json:
    share: Json = {
        "reply_users": [], "reply_users_count": 0, "reply_count": 0, "ts": ts, "channel_name": channel.name,
        "team_id": channel.workspace, "share_user_id": file.user, "source": "UNKNOWN", "is_silent_share": False,
    }  # fmt: skip
    return {**share, "thread_ts": thread} if thread else share


def channel_json(world: World, channel: Channel, team: Workspace) -> Json:
    made: Json = {
        "id": channel.id, "created": int(channel.created), "is_archived": channel.archived,
        "is_im": channel.kind == "im", "is_org_shared": False, "context_team_id": team.id,
        "updated": int(channel.created * 1000),
    }  # fmt: skip
    if channel.kind == "im":
        others = sorted(channel.members - {team.bot_user})
        return {**made, "user": others[0] if others else team.bot_user}
    about = {"value": "", "creator": "", "last_set": 0}
    return {
        **made, "name": channel.name, "name_normalized": channel.name, "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group", "is_mpim": False, "is_private": channel.kind == "group",
        "is_general": False, "is_member": world.bot_in(channel), "is_shared": len(channel.workspaces) > 1,
        "is_ext_shared": len(channel.workspaces) > 1, "shared_team_ids": channel.workspaces, "unlinked": 0,
        "pending_shared": [], "pending_connected_team_ids": [], "is_pending_ext_shared": False,
        "creator": min(channel.members) if channel.members else "", "topic": about, "purpose": about,
        "previous_names": [],
    }  # fmt: skip


def user_json(person: Person, team: Workspace) -> Json:
    profile = {
        "real_name": person.name, "real_name_normalized": person.name, "display_name": person.name,
        "display_name_normalized": person.name, "team": person.workspace, "title": "", "phone": "", "skype": "",
    }  # fmt: skip
    made: Json = {
        "id": person.id, "team_id": person.workspace, "name": person.name.lower().replace(" ", "."),
        "real_name": person.name, "deleted": person.deactivated, "profile": profile, "is_bot": person.is_bot,
        "is_app_user": False, "updated": 1,
    }  # fmt: skip
    if person.deactivated:
        return made
    made |= {
        "tz": "Europe/Amsterdam", "tz_label": "Central European Time", "tz_offset": 3600,
        "is_admin": person.rank in ("admin", "owner"), "is_owner": person.rank == "owner", "is_primary_owner": False,
        "is_restricted": person.rank == "guest", "is_ultra_restricted": False,
    }  # fmt: skip
    return {**made, "is_stranger": True} if person.workspace != team.id else made


def view_json(world: World, view: View, state: Json | None = None) -> Json:
    body, team = view.body, world.workspaces[view.workspace]
    made: Json = {
        "id": view.id, "team_id": team.id, "type": body["type"], "title": body.get("title"),
        "submit": body.get("submit"), "close": body.get("close"), "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""), "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""), "state": {"values": state or {}}, "hash": view.hash,
        "clear_on_close": bool(body.get("clear_on_close")), "notify_on_close": bool(body.get("notify_on_close")),
        "submit_disabled": False, "root_view_id": view.root, "previous_view_id": view.previous, "app_id": APP_ID,
        "app_installed_team_id": team.id, "bot_id": team.bot_id,
    }  # fmt: skip
    return made


def team_json(team: Workspace) -> Json:
    return {"id": team.id, "name": team.name, "domain": team.name, "email_domain": "", "is_verified": False}
