"""``python -m bot.bench.bare_discord``: the bare client (`bare.py`) for Discord.

It acks every interaction at once, stores nothing, and streams an answer in the thread in which it is told `stream`.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from functools import partial
from typing import Any

import aiohttp
import orjson

from bot.bench.bare import Read
from bot.bench.loop import run
from bot.bench.wire import texts

_UPDATE_SECONDS = 1.25
"""Five edits in five seconds and thread, with some to spare."""
_CALLS = 30
"""A second, for all streams together: well below Discord's fifty."""
_INTENTS = 1 << 0 | 1 << 9 | 1 << 15
"""Guilds, their messages, and what is in them."""
_BEAT, _IDENTIFY, _HELLO = 1, 2, 10
_MESSAGE, _HIDDEN = 4, 64
_CONNECTIONS = 1_000


class Bare:
    def __init__(self, http: aiohttp.ClientSession, options: argparse.Namespace, read: Read) -> None:
        self._http = http
        self._options = options
        self._read = read
        self._streams = 0
        self._free = 0.0
        self._seen: int | None = None

    async def listen(self) -> None:
        url = f"{self._options.gateway_url}/?v=10&encoding=json"
        async with asyncio.TaskGroup() as group, self._http.ws_connect(url, max_msg_size=0) as socket:
            async for frame in socket:
                told = orjson.loads(frame.data)
                self._seen = told.get("s") or self._seen
                if told["op"] == _HELLO:
                    group.create_task(self._beat(socket, told["d"]["heartbeat_interval"] / 1000))
                    await _send(socket, _IDENTIFY, self._identity())
                elif told.get("t") == "INTERACTION_CREATE":
                    group.create_task(self._ack(told["d"]))
                elif told.get("t") == "MESSAGE_CREATE" and told["d"]["content"] == "stream":
                    group.create_task(self._stream(told["d"]["channel_id"]))

    def _identity(self) -> dict[str, Any]:
        return {"token": self._options.token, "intents": _INTENTS, "properties": {}}

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await _send(socket, _BEAT, self._seen)

    async def _ack(self, interaction: dict[str, Any]) -> None:
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback"
        await self._call("POST", path, {"type": _MESSAGE, "data": {"content": "Yes.", "flags": _HIDDEN}})

    async def answer_in(self, channel: str) -> None:
        """In a thread of its own."""
        await self._turn()
        message = await self._call("POST", f"/channels/{channel}/messages", {"content": "A thread."})
        await self._turn()
        path = f"/channels/{channel}/messages/{message['id']}/threads"
        thread = await self._call("POST", path, {"name": "A thread"})
        await self._turn()
        await self._stream(thread["id"])

    async def _turn(self) -> None:
        """So many calls a second."""
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + 1 / _CALLS
        await asyncio.sleep(self._free - now)

    async def _stream(self, thread: str) -> None:
        """The first text at once, then what has come every so often, as Discord's limits allow."""
        said, shown, message, last = "", "", "", 0.0
        self._streams += 1
        async for text in self._read():
            said += text
            now = time.monotonic()
            if not message:
                answer = await self._call("POST", f"/channels/{thread}/messages", {"content": said})
                message, shown, last = answer["id"], said, now
            elif now - last >= max(_UPDATE_SECONDS, self._streams / _CALLS / 0.6):
                shown, last = said, now
                await self._turn()
                await self._call("PATCH", f"/channels/{thread}/messages/{message}", {"content": said[-2000:]})
        self._streams -= 1
        if shown != said:
            await self._turn()
            await self._call("PATCH", f"/channels/{thread}/messages/{message}", {"content": said[-2000:]})

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bot {self._options.token}"}
        async with self._http.request(
            method, self._options.api_url + path, json=body, headers=headers
        ) as response:
            data = await response.read()
            if not response.ok:
                raise RuntimeError(f"{method} {path}: {response.status} {data.decode()}")
        answer: dict[str, Any] = orjson.loads(data) if data else {}
        return answer


async def _send(socket: aiohttp.ClientWebSocketResponse, operation: int, content: Any) -> None:
    await socket.send_str(orjson.dumps({"op": operation, "d": content}).decode())


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.bench.bare_discord", description=__doc__)
    for name in ("api_url", "gateway_url", "token", "model_url", "model_key"):
        parser.add_argument(name)
    options = parser.parse_args()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as http:
        read = partial(texts, http, options.model_url, options.model_key)
        await Bare(http, options, read).listen()


if __name__ == "__main__":
    run(main())
