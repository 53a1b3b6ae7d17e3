"""Messages, attachments and interactions as the wire has them. Keys follow the official OpenAPI file."""

from __future__ import annotations

from urllib.parse import quote

from bot.simulators.discord.embeds import completed
from bot.simulators.discord.shapes import channel_json, member_json, moment, nobody, user_json
from bot.simulators.discord.things import (
    COMMAND,
    COMMAND_ANSWER,
    COMPONENT,
    HAS_THREAD,
    REPLY,
    THREAD_CREATED,
    THREAD_STARTER,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
)
from bot.simulators.discord.world import APP, NONCE_SECONDS, UPLOAD_SECONDS, World


def attachment_json(world: World, file: Attachment) -> Json:
    made: Json = {
        "id": file.id, "filename": file.filename, "size": len(file.data), "url": attachment_url(world, file),
        "proxy_url": attachment_url(world, file), "content_type": file.content_type,
    }  # fmt: skip
    optional: Json = {"title": file.title, "description": file.description, "ephemeral": file.ephemeral}
    return {**made, **{key: value for key, value in optional.items() if value}}


def attachment_url(world: World, file: Attachment) -> str:
    """Signed and good for a day, like the real ones."""
    issued = world.now()
    where = f"{world.base}/cdn/attachments/{file.channel}/{file.id}/{quote(file.filename)}"
    return f"{where}?ex={int(issued + UPLOAD_SECONDS):x}&is={int(issued):x}&hm=fake"


def message_json(world: World, message: Message, *, hidden: bool = False, nested: bool = False) -> Json:
    """``hidden``: without what the message content intent is needed for. ``nested``: inside another message."""
    made: Json = {
        "id": message.id, "type": message.kind, "channel_id": message.channel, "content": message.content,
        "author": user_json(world.people.get(message.author) or nobody(message.author)),
        "mentions": [user_json(world.people[each]) for each in message.mentions],
        "mention_roles": message.mention_roles, "mention_everyone": message.mention_everyone,
        "attachments": [attachment_json(world, each) for each in message.attachments],
        "embeds": [completed(each) for each in message.embeds], "components": message.components,
        "timestamp": moment(message.created), "edited_timestamp": moment(message.edited) if message.edited else None,
        "flags": message.flags, "pinned": False, "tts": False,
    }  # fmt: skip
    if hidden:
        made |= {"content": "", "attachments": [], "embeds": [], "components": []}
    if message.nonce is not None and world.now() - message.created <= NONCE_SECONDS:
        made["nonce"] = message.nonce
    return {**made, **_source(world, message), **_relations(world, message, nested=nested)}


def secret(world: World, message: Message) -> bool:
    """Does the bot need the message content intent to see what is in it?"""
    channel = world.channels[message.channel]
    return channel.guild is not None and message.author != APP and APP not in message.mentions


def seen_json(world: World, message: Message) -> Json:
    """A message as REST answers it to the bot."""
    hidden = "message_content" not in world.privileged and secret(world, message)
    return message_json(world, message, hidden=hidden)


def _source(world: World, message: Message) -> Json:
    """The webhook or the interaction that it came with."""
    made: Json = {"webhook_id": message.webhook} if message.webhook else {}
    if message.interaction is not None:
        about = metadata_json(world, message.interaction)
        made |= {"webhook_id": APP, "application_id": APP, "interaction_metadata": about}
    return made


def _relations(world: World, message: Message, *, nested: bool) -> Json:
    made: Json = {}
    thread = world.thread_from(message)
    if thread is not None:
        made |= {"thread": channel_json(world, thread), "flags": message.flags | HAS_THREAD}
    guild = world.channels[message.channel].guild
    place = {"guild_id": guild} if guild else {}
    if message.kind == THREAD_CREATED:
        made["message_reference"] = {"type": 0, "channel_id": message.about, **place}
    if message.reply_to is not None and message.kind in (REPLY, COMMAND_ANSWER, THREAD_STARTER):
        channel, key = message.reply_to
        made["message_reference"] = {"type": 0, "channel_id": channel, "message_id": key, **place}
        if not nested:
            found = world.message(None, key)
            made["referenced_message"] = message_json(world, found, nested=True) if found else None
    return made


def metadata_json(world: World, interaction: Interaction) -> Json:
    """What a message says about the interaction it answers; never null."""
    made: Json = {
        "id": interaction.id, "type": interaction.kind, "user": user_json(world.people[interaction.user]),
        "authorizing_integration_owners": owners(interaction),
    }  # fmt: skip
    if interaction.kind == COMMAND:
        return made
    if interaction.kind == COMPONENT:
        assert interaction.source is not None, "a component stands in a message"
        return {**made, "interacted_message_id": interaction.source.id}
    assert interaction.opener is not None, "a form was opened by something"
    return {**made, "triggering_interaction_metadata": metadata_json(world, interaction.opener)}


def owners(interaction: Interaction) -> Json:
    """Who installed the application: the guild, 0 in a direct message."""
    return {"0": interaction.guild or "0"}


def event_json(world: World, message: Message, *, hidden: bool) -> Json:
    """A message as MESSAGE_CREATE and MESSAGE_UPDATE carry it."""
    made = message_json(world, message, hidden=hidden)
    channel: Channel = world.channels[message.channel]
    guild = world.guild_of(channel)
    if guild is None:
        return {**made, "channel_type": channel.kind}
    mentioned = [
        {**each, "member": member_json(world, guild.members[each["id"]])} for each in made["mentions"]
    ]
    made |= {"guild_id": guild.id, "channel_type": channel.kind, "mentions": mentioned}
    author = guild.members.get(message.author)
    if author is not None and not message.webhook:
        made["member"] = member_json(world, author)
    return made
