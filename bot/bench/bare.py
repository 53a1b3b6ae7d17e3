"""``python -m bot.bench.bare``: a bot for Slack that does the least there is to do, with nothing but aiohttp.

It acks at once, stores nothing, and does in a thread what it is told there: `stream` an answer, `edit` one every
second, or `deliver` files.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import time
import zipfile
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import aiohttp
import orjson

from bot.bench.loop import run
from bot.bench.texts import FILES
from bot.bench.wire import texts

_UPDATE_SECONDS = 1.5
_APPENDS = 80
"""A minute, for all streams together: what the program allows itself of Slack's hundred."""
_EAGER_SECONDS = 1.0
_LIMITED = 429
_CONNECTIONS = 1_000


Read = Callable[[], AsyncIterator[str]]
"""Asks the model for an answer, and reads it."""


class Limited(Exception):
    """Slack wants nothing more of the kind for so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"ratelimited for {seconds} s")
        self.seconds = seconds


class Bare:
    def __init__(self, http: aiohttp.ClientSession, options: argparse.Namespace, read: Read) -> None:
        self._http = http
        self._options = options
        self._read = read
        self._streams = 0
        self._files = _files()

    async def listen(self) -> None:
        opened = await self._call("apps.connections.open", self._options.app_token)
        async with asyncio.TaskGroup() as group, self._http.ws_connect(opened["url"]) as socket:
            async for frame in socket:
                envelope = orjson.loads(frame.data)
                if "envelope_id" not in envelope:
                    continue
                await socket.send_str(orjson.dumps({"envelope_id": envelope["envelope_id"]}).decode())
                event = envelope["payload"]["event"]
                match event.get("text"):
                    case "stream":
                        group.create_task(self._stream(event))
                    case "edit":
                        group.create_task(self._edit(event))
                    case "deliver":
                        group.create_task(self._deliver(event))

    async def answer_in(self, team: str, channel: str, user: str) -> None:
        """In a thread of its own, for that person."""
        root = await self._slack("chat.postMessage", channel=channel, text="A thread.")
        await self._stream({"channel": channel, "thread_ts": root["ts"], "team": team, "user": user})

    async def _stream(self, event: dict[str, Any]) -> None:
        """The first text at once, then what has come every so often, as Slack's limits allow."""
        said, shown, ts, last = "", 0, "", 0.0
        self._streams += 1
        async for text in self._read():
            said += text
            now = time.monotonic()
            if not ts:
                answer = await self._slack(
                    "chat.startStream", **_thread(event), **_reader(event), markdown_text=said
                )
                ts, shown, last = answer["ts"], len(said), now
            elif now - last >= max(_UPDATE_SECONDS, self._streams * 60 / _APPENDS):
                place, more = event["channel"], said[shown:]
                shown, last = len(said), now
                await self._slack("chat.appendStream", channel=place, ts=ts, markdown_text=more)
        rest = {"markdown_text": said[shown:]} if said[shown:] else {}
        await self._slack("chat.stopStream", channel=event["channel"], ts=ts, **rest)
        self._streams -= 1

    async def _edit(self, event: dict[str, Any]) -> None:
        """As many bots do it: a message that is edited every second. What Slack refuses is sent again when it says."""
        said, ts, last = "", "", 0.0
        async for text in self._read():
            said += text
            if not ts:
                ts = (await self._insist("chat.postMessage", **_thread(event), text=said))["ts"]
            elif time.monotonic() - last >= _EAGER_SECONDS:
                await self._insist("chat.update", channel=event["channel"], ts=ts, text=said)
            else:
                continue
            last = time.monotonic()
        await self._insist("chat.update", channel=event["channel"], ts=ts, text=said)

    async def _deliver(self, event: dict[str, Any]) -> None:
        """One message, and the files in one more: every upload at the same time as the others."""
        async for _ in self._read():
            pass
        await self._slack("chat.postMessage", **_thread(event), text="Here it is.")
        ids = await asyncio.gather(*(self._upload(name, data) for name, data in self._files.items()))
        files = [{"id": id_, "title": name} for id_, name in zip(ids, self._files, strict=True)]
        where = {"channel_id": event["channel"], "thread_ts": event["thread_ts"]}
        await self._slack("files.completeUploadExternal", files=files, **where)

    async def _upload(self, name: str, data: bytes) -> str:
        granted = await self._slack("files.getUploadURLExternal", filename=name, length=len(data))
        async with self._http.post(granted["upload_url"], data=data):
            return str(granted["file_id"])

    def _texts(self) -> AsyncIterator[str]:
        return texts(self._http, self._options.model_url, self._options.model_key)

    async def _slack(self, method: str, **arguments: Any) -> dict[str, Any]:
        return await self._call(method, self._options.bot_token, **arguments)

    async def _insist(self, method: str, **arguments: Any) -> dict[str, Any]:
        while True:
            try:
                return await self._slack(method, **arguments)
            except Limited as limited:
                await asyncio.sleep(limited.seconds)

    async def _call(self, method: str, token: str, **arguments: Any) -> dict[str, Any]:
        async with self._http.post(
            f"{self._options.slack_url}{method}", json=arguments, headers={"Authorization": f"Bearer {token}"}
        ) as response:
            answer: dict[str, Any] = orjson.loads(await response.read())
        if response.status == _LIMITED:
            raise Limited(int(response.headers["Retry-After"]))
        if not answer["ok"]:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer


def _thread(event: dict[str, Any]) -> dict[str, str]:
    return {"channel": event["channel"], "thread_ts": event["thread_ts"]}


def _reader(event: dict[str, Any]) -> dict[str, str]:
    return {"recipient_team_id": event["team"], "recipient_user_id": event["user"]}


def _files() -> dict[str, bytes]:
    """The zip and the single files, as the program attaches them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in FILES.items():
            archive.writestr(path, text)
    single = {path.replace("/", "__"): text.encode() for path, text in FILES.items()}
    return {"version.zip": packed.getvalue(), **single}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.bench.bare", description=__doc__)
    for name in ("slack_url", "bot_token", "app_token", "model_url", "model_key"):
        parser.add_argument(name)
    options = parser.parse_args()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as http:
        read = partial(texts, http, options.model_url, options.model_key)
        await Bare(http, options, read).listen()


if __name__ == "__main__":
    run(main())
