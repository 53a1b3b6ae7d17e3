"""response_url: answering a slash command or a click without a token."""

from __future__ import annotations

import json

from aiohttp import web

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Platform
from bot.simulators.slack.chat import bot_message, erase, root_of
from bot.simulators.slack.content import content
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.world import HOOK_USES, Channel, Hook, Json, Message

_KNOWN = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
    "unfurl_links", "unfurl_media", "metadata", "mrkdwn", "markdown_text",
}  # fmt: skip


async def answer(platform: Platform, request: web.Request) -> web.Response:
    """One use of a response_url: "ok", or 404 with used_url or expired_url."""
    hook = platform.world.hooks.get(request.match_info["hook"])
    if hook is None or platform.world.now() > hook.expires:
        return web.Response(status=404, text="expired_url")
    if hook.uses >= HOOK_USES:
        return web.Response(status=404, text="used_url")
    try:
        body = json.loads(await request.text())
        hook.uses += 1
        respond(platform, hook, body)
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    except Refused as refused:
        platform.world.problems.append(f"response_url: {refused.error} {list(refused.messages)}")
        return web.Response(status=400, text=refused.error)
    platform.world.touch()
    return web.Response(text="ok")


def respond(platform: Platform, hook: Hook, body: Json) -> None:
    """Does what the body says. Raises `Refused`."""
    unknown = body.keys() - _KNOWN
    if unknown:
        raise Refused("invalid_arguments", f"[ERROR] unknown argument: {sorted(unknown)}")
    channel = platform.world.channels[hook.channel]
    if body.get("delete_original"):
        _remove(platform, hook, channel)
        return
    said = content(platform.world, body)
    if body.get("replace_original") and hook.source is not None:
        before = shapes.message_json(platform.world, hook.source)
        said.put_into(hook.source)
        if hook.source.only_for is None:
            platform.events.changed(hook.source, before)
        return
    team = platform.world.workspaces[hook.workspace]
    thread = root_of(channel, str(body.get("thread_ts") or ""))
    message = bot_message(platform.world, team, channel, said, thread)
    _show(platform, hook, channel, message, public=body.get("response_type") == "in_channel")


def _show(platform: Platform, hook: Hook, channel: Channel, message: Message, *, public: bool) -> None:
    if public:
        channel.add(message)
        platform.events.posted(message)
    else:
        message.only_for = hook.user
        platform.world.whispers.append(message)
    if hook.source is None:
        hook.source = message


def _remove(platform: Platform, hook: Hook, channel: Channel) -> None:
    source = hook.source
    if source is None:
        return
    if source.only_for is not None:
        if source in platform.world.whispers:
            platform.world.whispers.remove(source)
    elif source in channel.messages:
        erase(platform.world, platform.events, channel, source)
