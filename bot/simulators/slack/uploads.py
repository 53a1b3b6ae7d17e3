"""Files: the upload in three steps, sharing into a thread, info, deletion, and handing out the bytes."""

from __future__ import annotations

import html
import mimetypes
from dataclasses import dataclass

from aiohttp import web

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.chat import author, root_of
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import Channel, Json, Message, StoredFile, World

SNIPPET_BYTES = 1_000_000  # docs.slack.dev: snippet_too_large
_LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to {}</body></html>"


@dataclass(slots=True, eq=False)
class _Waiting:
    """A share that shows after so many polls."""

    polls: int
    message: Message
    channel: Channel


class Uploads:
    """``polls``: how many calls of files.info it takes until a share shows up (0: at once). ``to_lose``: how many of
    the next completed uploads are never shared although the answer says ok."""

    def __init__(self) -> None:
        self.polls = 0
        self.to_lose = 0
        self._waiting: list[_Waiting] = []

    def methods(self) -> dict[str, Method]:
        begin = arguments("filename!", "length!:int", "alt_txt", "snippet_type")
        complete = arguments(
            "files!:list", "channel_id", "channels", "initial_comment", "thread_ts", "blocks:list",
            "username", "icon_emoji", "icon_url",
        )  # fmt: skip
        info = arguments("file!", "count:int", "cursor", "limit:int", "page:int")
        return {
            "files.getUploadURLExternal": Method(_begin, begin, 4, ("files:write",)),
            "files.completeUploadExternal": Method(self._complete, complete, 4, ("files:write",)),
            "files.info": Method(self._info, info, 4, ("files:read",)),
            "files.delete": Method(_delete, arguments("file!"), 3, ("files:write",)),
        }

    def _complete(self, call: Call) -> Json:
        places = _places(call)
        if len(places) > 1 and call.text("thread_ts"):
            raise Refused("invalid_arguments", "[ERROR] thread_ts goes with one channel only")
        threads = [root_of(place, call.text("thread_ts")) for place in places]
        files = [_uploaded(call, each) for each in call.args["files"]]
        for file in files:
            file.completed = True
        for place, thread in zip(places, threads, strict=True):
            self._share(call, files, place, thread)
        return {"files": [shapes.file_json(call.world, each) for each in files]}

    def _share(self, call: Call, files: list[StoredFile], channel: Channel, thread: str | None) -> None:
        if self.to_lose > 0:
            self.to_lose -= 1
            return
        message = Message(call.world.stamp(), channel.id, call.team.id, call.team.bot_user, thread=thread)
        message.text, message.files = call.text("initial_comment"), files
        message.subtype, message.bot = "file_share", author(call.team)
        if self.polls > 0:
            self._waiting.append(_Waiting(self.polls, message, channel))
        else:
            _show(call, message, channel)

    def _info(self, call: Call) -> Json:
        file = _file(call)
        for waiting in [each for each in self._waiting if file in each.message.files]:
            waiting.polls -= 1
            if waiting.polls <= 0:
                self._waiting.remove(waiting)
                waiting.message.ts = call.world.stamp()
                _show(call, waiting.message, waiting.channel)
        made = {**shapes.file_json(call.world, file), "shares": shapes.shares_json(call.world, file)}
        return {"file": made, "comments": []}


def _show(call: Call, message: Message, channel: Channel) -> None:
    for file in message.files:
        file.shares.setdefault(channel.id, []).append((message.ts, message.thread))
    channel.add(message)
    call.events.posted(message)


def _places(call: Call) -> list[Channel]:
    wanted = [call.text("channel_id"), *call.text("channels").split(",")]
    return [Call(call.platform, call.team, {"channel": place}).writable() for place in wanted if place]


def _uploaded(call: Call, wanted: Json) -> StoredFile:
    """The file of an entry ``{"id", "title"}``. Raises `Refused`: file_not_found, file_update_failed."""
    file = call.world.files.get(str(wanted.get("id", ""))) if isinstance(wanted, dict) else None
    if file is None or file.deleted or file.workspace != call.team.id:
        raise Refused("file_not_found")
    if file.data is None:
        raise Refused("file_update_failed")
    file.title = wanted.get("title") or file.title
    return file


def _begin(call: Call) -> Json:
    length = call.args["length"]
    if length <= 0:
        raise Refused("missing_argument")
    if call.text("snippet_type") and length > SNIPPET_BYTES:
        raise Refused("snippet_too_large")
    name = call.text("filename")
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    key = call.world.name("F")
    call.world.files[key] = StoredFile(
        key, name, "", kind, call.team.bot_user, call.team.id, length, call.world.now()
    )
    return {"upload_url": f"{call.world.base}/upload/v1/{key}", "file_id": key}


def _file(call: Call) -> StoredFile:
    file = call.world.files.get(call.text("file"))
    if file is None or not file.completed or file.workspace not in {call.team.id, *_shared_with(call, file)}:
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    return file


def _shared_with(call: Call, file: StoredFile) -> set[str]:
    return {team for place in file.shares for team in call.world.channels[place].workspaces}


def _delete(call: Call) -> Json:
    file = _file(call)
    if file.user != call.team.bot_user:
        raise Refused("cant_delete_file")
    file.deleted, file.data = True, None
    return {}


async def receive(world: World, request: web.Request) -> web.Response:
    """The second step: the bytes, as the body or as a form field."""
    file = world.files.get(request.match_info["file"])
    if file is None or file.completed:
        return web.Response(status=404, text="no such upload")
    data = await _bytes(request)
    if len(data) != file.length:
        world.problems.append(f"upload of {file.name}: {len(data)} bytes came, {file.length} were announced")
        return web.Response(status=400, text="size mismatch")
    file.data = data
    return web.Response(text=f"OK - {len(data)}")


async def _bytes(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    field = next(iter((await request.post()).values()), b"")
    if isinstance(field, web.FileField):
        return field.file.read()
    return field if isinstance(field, bytes) else str(field).encode()


def hand_out(world: World, request: web.Request) -> web.Response:
    """url_private: without a good token 200 and a login page, as Slack answers."""
    team, _, key = request.match_info["key"].partition("-")
    file = world.files.get(key)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    known = any(
        each.token == token and not each.revoked for each in world.workspaces.values() if each.installed
    )
    allowed = world.scopes is None or "files:read" in world.scopes
    if kind.lower() != "bearer" or not known or not allowed:
        return web.Response(text=_LOGIN.format(html.escape(team)), content_type="text/html")
    if file is None or file.data is None:
        return web.Response(status=404, text="file not found")
    return web.Response(body=file.data, content_type=file.mimetype)
