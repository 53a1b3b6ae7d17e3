"""The Gateway: sockets, sessions that outlive them, identify and resume, heartbeats, and every kind of cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulators.discord import shapes
from bot.simulators.discord.sessions import FATAL, Line, Session, session_from
from bot.simulators.discord.things import Json
from bot.simulators.discord.world import APP, TOKEN, World

# docs.discord.com, gateway intents.
GUILDS, MEMBERS, PRESENCES, GUILD_MESSAGES, GUILD_TYPING = 1, 1 << 1, 1 << 8, 1 << 9, 1 << 11
DIRECT_MESSAGES, DIRECT_TYPING, CONTENT = 1 << 12, 1 << 14, 1 << 15
STARTS = 1000  # docs.discord.com: session starts a day
_ASK_MEMBERS = 8
_RECONNECT, _INVALID, _HELLO, _ACK = 7, 9, 10, 11


class Gateway:
    """``shards``: what /gateway/bot recommends; ``heartbeat_seconds``: what HELLO asks for."""

    def __init__(self, world: World, shards: int, heartbeat_seconds: float) -> None:
        self._world = world
        self._shards = shards
        self._heartbeat = heartbeat_seconds
        self._lines: list[Line] = []
        self._sessions: list[Session] = []
        self.starts_left = STARTS
        self.muted = False

    # -- sockets

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(timeout=1, max_msg_size=0)
        await socket.prepare(request)
        line = Line(socket, request)
        self._lines.append(line)
        line.send({"op": _HELLO, "d": {"heartbeat_interval": int(self._heartbeat * 1000), "_trace": []}})
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(line.write())
                await self._listen(line)
                writer.cancel()
        finally:
            self._lines.remove(line)
            self._parted(line)
            self._world.touch()
        return socket

    async def _listen(self, line: Line) -> None:
        if line.request.query.get("v") != "10":
            line.close(4012)
        async for frame in line.socket:
            if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._received(line, frame.data)
            self._world.touch()

    def _parted(self, line: Line) -> None:
        """The session lives on, unless one side ended it for good."""
        session = line.session
        if session is None or session.line is not line:
            return
        session.line = None
        ours = line.closed_with
        if (ours is None and line.socket.close_code in (1000, 1001)) or ours in FATAL:
            self._forget(session)

    def _forget(self, session: Session) -> None:
        if session in self._sessions:
            self._sessions.remove(session)

    # -- what clients send

    def _received(self, line: Line, data: str | bytes) -> None:
        try:
            frame = json.loads(data)
            operation, content = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            line.close(4002)
            return
        match operation:
            case 1:
                if not self.muted:
                    line.send({"op": _ACK})
            case 2:
                self._identify(line, content)
            case 6:
                self._resume(line, content)
            case 3 | 4 | 8:
                self._asked(line, operation, content)
            case _:
                line.close(4001)

    def _asked(self, line: Line, operation: int, content: Any) -> None:
        if line.session is None:
            line.close(4003)
        elif operation == _ASK_MEMBERS:
            self._tell_members(line.session, content)

    def _identify(self, line: Line, content: Any) -> None:
        if line.session is not None:
            line.close(4005)
            return
        if not isinstance(content, dict) or content.get("token") not in (TOKEN, f"Bot {TOKEN}"):
            line.close(4004)
            return
        made = session_from(self._world, content)
        if isinstance(made, int):
            line.close(made)
            return
        self.starts_left -= 1
        if self.starts_left < 0:
            self._world.problems.append(f"more than {STARTS} sessions started: Discord would reset the token")
        made.line, line.session = line, made
        self._sessions.append(made)
        self._greet(made)

    def _greet(self, session: Session) -> None:
        here = [each for each in self._world.guilds.values() if each.joined and session.carries(each.id)]
        application = {"id": APP, "flags": shapes.application_json(self._world)["flags"]}
        session.dispatch("READY", {
            "v": 10, "user": shapes.me_json(self._world), "guilds": [{"id": each.id, "unavailable": True} for each in here],
            "session_id": session.id, "resume_gateway_url": self.url, "session_type": "normal", "shard": list(session.shard),
            "application": application, "private_channels": [], "relationships": [], "presences": [], "user_settings": {},
            "_trace": [],
        })  # fmt: skip
        for guild in here if session.intents & GUILDS else ():
            everybody = bool(session.intents & MEMBERS)
            session.dispatch(
                "GUILD_CREATE", shapes.guild_create_json(self._world, guild, everybody=everybody)
            )

    def _resume(self, line: Line, content: Any) -> None:
        if not isinstance(content, dict) or content.get("token") not in (TOKEN, f"Bot {TOKEN}"):
            line.close(4004)
            return
        found = next((each for each in self._sessions if each.id == content.get("session_id")), None)
        missed = found.after(content.get("seq")) if found else None
        if found is None or missed is None:
            line.send({"op": _INVALID, "d": False})
            return
        if found.line is not None:
            found.line.close(4000)
        found.line, line.session = line, found
        for frame in missed:
            line.send(frame)
        found.dispatch("RESUMED", {"_trace": []})

    def _tell_members(self, session: Session, content: Any) -> None:
        guild = self._world.guilds.get(str(content.get("guild_id"))) if isinstance(content, dict) else None
        if guild is None:
            return
        asked = content.get("user_ids")
        named = (
            [str(each) for each in (asked if isinstance(asked, list) else [asked])]
            if asked
            else list(guild.members)
        )
        members = [
            shapes.member_json(self._world, guild.members[each], each)
            for each in named
            if each in guild.members
        ]
        missing = [each for each in named if each not in guild.members]
        data = {
            "guild_id": guild.id,
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": missing,
        }
        nonce = {"nonce": content["nonce"]} if content.get("nonce") else {}
        session.dispatch("GUILD_MEMBERS_CHUNK", {**data, **nonce})

    # -- what the world tells

    def publish(self, event: str, build: Callable[[Session], Json], intent: int, guild: str | None) -> None:
        """To every session of the guild's shard that has the intent, connected or resumable; of a guild that the bot
        is not in nothing is told."""
        if guild is not None and not self._world.guilds[guild].joined:
            return
        for session in self._sessions:
            if session.carries(guild) and session.intents & intent == intent:
                session.dispatch(event, build(session))

    @property
    def ready(self) -> list[Session]:
        """The sessions that have a socket."""
        return [each for each in self._sessions if each.line is not None]

    @property
    def waiting(self) -> list[Session]:
        """The sessions that could be resumed."""
        return [each for each in self._sessions if each.line is None]

    @property
    def url(self) -> str:
        return f"{self._world.base.replace('http', 'ws', 1)}/gateway"

    def about(self) -> Json:
        """As /gateway/bot answers."""
        limit = {
            "total": STARTS, "remaining": max(self.starts_left, 0), "reset_after": 86_400_000, "max_concurrency": 1,
        }  # fmt: skip
        return {"url": self.url, "shards": self._shards, "session_start_limit": limit}

    # -- cuts

    def drop(self) -> None:
        """Aborts every connection, without a close frame."""
        for line in list(self._lines):
            line.abort()

    def close_all(self, code: int) -> None:
        """Closes every socket with this code; some codes end the session too."""
        for line in list(self._lines):
            line.close(code)

    def ask_reconnect(self) -> None:
        for session in self.ready:
            assert session.line is not None, "ready sessions have a socket"
            session.line.send({"op": _RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        for session in self.ready:
            assert session.line is not None, "ready sessions have a socket"
            session.line.send({"op": _INVALID, "d": resumable})
            if not resumable:
                session.line.session = None
                self._forget(session)

    def lose_sessions(self) -> None:
        """Whatever could be resumed no longer can."""
        for session in self.waiting:
            self._forget(session)
