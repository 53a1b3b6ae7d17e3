"""chat.postMessage, update, delete, postEphemeral, getPermalink and reactions.add."""

from __future__ import annotations

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.content import Content, content
from bot.simulators.slack.events import Deliveries, Events
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import APP_ID, APP_NAME, BotAuthor, Channel, Json, Message, Workspace, World

_CONTENT = (
    "text",
    "blocks:list",
    "markdown_text",
    "attachments:list",
    "parse",
    "link_names:bool",
    "mrkdwn:bool",
)
# The official samples of chat.update have nothing about the thread in the message.
_NOT_IN_UPDATES = {
    "ts", "thread_ts", "parent_user_id", "reply_count", "reply_users_count", "reply_users", "latest_reply", "is_locked",
    "subscribed", "subtype", "username", "reactions",
}  # fmt: skip
_LOOKS = ("username", "icon_emoji", "icon_url", "as_user:bool")


def author(team: Workspace) -> BotAuthor:
    return BotAuthor(team.bot_id, APP_ID, APP_NAME)


def root_of(channel: Channel, thread: str) -> str | None:
    """The root that a ``thread_ts`` means. Raises `Refused`: thread_not_found."""
    if not thread:
        return None
    found = channel.find(thread)
    if found is not None:
        return found.thread if found.is_reply else found.ts
    raise Refused("thread_not_found")


def bot_message(
    world: World, team: Workspace, channel: Channel, said: Content, thread: str | None
) -> Message:
    """A new message of the bot, not yet anywhere."""
    message = Message(world.stamp(), channel.id, team.id, team.bot_user, thread=thread, bot=author(team))
    said.put_into(message)
    message.metadata = said.metadata or None
    return message


def _post(call: Call) -> Json:
    if call.text("username") or call.text("icon_emoji") or call.text("icon_url"):
        call.need("chat:write.customize")
    channel = call.writable()
    said = content(call.world, call.args)
    thread = root_of(channel, call.text("thread_ts"))
    message = bot_message(call.world, call.team, channel, said, thread)
    message.username = call.text("username")
    if thread and call.args.get("reply_broadcast"):
        message.subtype = "thread_broadcast"
    channel.add(message)
    call.world.statuses.pop((channel.id, thread or message.ts), None)
    call.events.posted(message)
    shown = shapes.message_json(call.world, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _update(call: Call) -> Json:
    channel = call.channel()
    message = call.mine(channel, "cant_update_message")
    if channel.archived:
        raise Refused("is_inactive")
    if message.stream is not None and message.stream.alive(call.world.now()):
        raise Refused("streaming_state_conflict")
    said = content(call.world, call.args, update=True)
    before = shapes.message_json(call.world, message, metadata=True)
    said.put_into(message)
    message.stream = None
    if said.metadata is not None:
        message.metadata = said.metadata or None
    if not said.formatted:
        message.edited = (call.team.bot_user, call.world.stamp())
    call.events.changed(message, before)
    shown = shapes.message_json(call.world, message, metadata=True)
    told = {key: value for key, value in shown.items() if key not in _NOT_IN_UPDATES}
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": told}


def _delete(call: Call) -> Json:
    channel = call.channel()
    message = call.mine(channel, "cant_delete_message")
    if message.stream is not None and message.stream.alive(call.world.now()):
        raise Refused("cant_delete_message")
    erase(call.world, call.events, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def erase(world: World, events: Events, channel: Channel, message: Message) -> Deliveries:
    """Takes a message away, or leaves a tombstone where it has replies; tells the app."""
    before = shapes.message_json(world, message, metadata=True)
    return events.changed(message, before) if _bury(channel, message) else events.removed(message, before)


def _bury(channel: Channel, message: Message) -> bool:
    """True when the message became a tombstone because a thread hangs on it; otherwise it is gone."""
    if message.is_reply or not channel.replies(message.ts):
        channel.remove(message)
        return False
    message.text, message.blocks, message.attachments, message.files = "This message was deleted.", [], [], []
    message.user, message.bot, message.metadata, message.edited = "USLACKBOT", None, None, None
    message.subtype, message.thread, message.stream = "tombstone", message.ts, None
    return True


def _whisper(call: Call) -> Json:
    channel = call.writable()
    if call.text("user") not in channel.members:
        raise Refused("user_not_in_channel")
    said = content(call.world, call.args)
    thread = root_of(channel, call.text("thread_ts"))
    message = bot_message(call.world, call.team, channel, said, thread)
    message.only_for = call.text("user")
    call.world.whispers.append(message)
    return {"message_ts": message.ts}


def _permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.find(call.text("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    link = f"{call.world.base}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    in_thread = f"?thread_ts={message.thread}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": link + in_thread}


def _react(call: Call) -> Json:
    message = call.channel().find(call.text("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    users = message.reactions.setdefault(call.text("name"), [])
    if call.team.bot_user in users:
        raise Refused("already_reacted")
    users.append(call.team.bot_user)
    return {}


METHODS = {
    "chat.postMessage": Method(
        _post,
        arguments(
            "channel!", *_CONTENT, *_LOOKS, "thread_ts", "reply_broadcast:bool", "unfurl_links:bool",
            "unfurl_media:bool", "unfurl_app_links:bool", "container_id", "metadata:object", "client_msg_id",
        ),
        0,
        ("chat:write",),
    ),
    "chat.update": Method(
        _update,
        arguments(
            "channel!", "ts!", *_CONTENT, "as_user:bool", "reply_broadcast:bool", "metadata:object", "file_ids",
        ),
        3,
        ("chat:write",),
    ),
    "chat.delete": Method(_delete, arguments("channel!", "ts!", "as_user:bool"), 3, ("chat:write",)),
    "chat.postEphemeral": Method(
        _whisper, arguments("channel!", "user!", *_CONTENT, *_LOOKS, "thread_ts"), 4, ("chat:write",)
    ),
    "chat.getPermalink": Method(_permalink, arguments("channel!", "message_ts!"), 3),
    "reactions.add": Method(_react, arguments("channel!", "name!", "timestamp!"), 3, ("reactions:write",)),
}  # fmt: skip
