"""The Events API: what the app is told about messages, files, members and channels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.simulators.slack import shapes
from bot.simulators.slack.sockets import Sockets
from bot.simulators.slack.world import APP_ID, Channel, Json, Message, World

_HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
Deliveries = list[asyncio.Future[None]]


@dataclass(frozen=True, slots=True)
class Events:
    """Builds and sends events to every workspace whose bot may see them."""

    world: World
    sockets: Sockets

    # -- messages

    def posted(self, message: Message, *, copies: int = 1) -> Deliveries:
        """A `message` event, and an `app_mention` besides where a bot of the app is named by a person."""
        channel = self.world.channels[message.channel]
        event = {**shapes.message_json(self.world, message, metadata=True), **_place(channel, message.ts)}
        event.pop("reactions", None)
        if message.bot is None and len(channel.workspaces) > 1:
            event |= {"user_team": message.workspace, "source_team": message.workspace}
        if message.subtype == "file_share":
            event |= {"upload": False, "display_as_bot": False}
        if message.subtype == "thread_broadcast" and (root := channel.find(message.thread or "")):
            event["root"] = shapes.message_json(self.world, root)
        sent = self._to_members(channel, event, message.ts, copies, _HISTORY[channel.kind])
        return sent + self._mentioned(channel, message, event, copies)

    def _mentioned(self, channel: Channel, message: Message, event: Json, copies: int) -> Deliveries:
        if channel.kind == "im" or message.subtype in {"message_changed", "bot_message"}:
            return []
        mention = {**event, "type": "app_mention"}
        mention.pop("channel_type")
        named = [
            team.id
            for team in self.world.workspaces.values()
            if f"<@{team.bot_user}>" in message.text
            and not (message.bot and message.bot.bot_id == team.bot_id)
        ]
        return self._to_members(channel, mention, message.ts, copies, "app_mentions:read", named)

    def changed(self, message: Message, before: Json) -> Deliveries:
        """`message_changed`; ``before``: the message as it was."""
        now = shapes.message_json(self.world, message, metadata=True)
        return self._hidden(
            message, {"subtype": "message_changed", "message": now, "previous_message": before}
        )

    def removed(self, message: Message, before: Json) -> Deliveries:
        """`message_deleted`."""
        told = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        return self._hidden(message, told)

    def _hidden(self, message: Message, told: Json) -> Deliveries:
        channel, ts = self.world.channels[message.channel], self.world.stamp()
        event = {"type": "message", "hidden": True, "ts": ts, **told, **_place(channel, ts)}
        return self._to_members(channel, event, ts, 1, _HISTORY[channel.kind])

    # -- the rest

    def told(self, channel: Channel, event: Json, *, scope: str = "") -> Deliveries:
        """Any other event about a channel."""
        ts = self.world.stamp()
        return self._to_members(channel, {**event, "event_ts": ts}, ts, 1, scope)

    def direct(self, team: str, event: Json) -> Deliveries:
        """An event that concerns no channel's membership."""
        if not self._wanted(event, "im", ""):
            return []
        ts = self.world.stamp()
        payload = self._envelope(team, {**event, "event_ts": ts}, ts, shared=False)
        return [self.sockets.publish(payload)]

    def _to_members(
        self, channel: Channel, event: Json, ts: str, copies: int, scope: str, teams: list[str] | None = None
    ) -> Deliveries:
        if not self._wanted(event, channel.kind, scope):
            return []
        sent = []
        for team in channel.workspaces if teams is None else teams:
            if (
                self.world.workspaces[team].installed
                and self.world.workspaces[team].bot_user in channel.members
            ):
                payload = self._envelope(team, event, ts, shared=len(channel.workspaces) > 1)
                sent += [self.sockets.publish(payload, attempt=attempt) for attempt in range(copies)]
        return sent

    def _wanted(self, event: Json, kind: str, scope: str) -> bool:
        """Has the app subscribed to it, and may it?"""
        suffix = {"channel": ".channels", "group": ".groups", "im": ".im"}[kind]
        name = "message" + suffix if event["type"] == "message" else event["type"]
        subscribed = self.world.events is None or name in self.world.events
        return subscribed and (not scope or self.world.scopes is None or scope in self.world.scopes)

    def _envelope(self, team: str, event: Json, ts: str, *, shared: bool) -> Json:
        bot = self.world.workspaces[team].bot_user
        authorization = {
            "enterprise_id": None, "team_id": team, "user_id": bot, "is_bot": True, "is_enterprise_install": False,
        }  # fmt: skip
        return {
            "token": "fake", "team_id": team, "api_app_id": APP_ID, "event": event, "type": "event_callback",
            "event_id": self.world.name("Ev"), "event_time": int(float(ts)), "authorizations": [authorization],
            "is_ext_shared_channel": shared, "event_context": self.world.name("4-fake-"),
        }  # fmt: skip


def _place(channel: Channel, ts: str) -> Json:
    return {"channel": channel.id, "event_ts": ts, "channel_type": channel.kind}
