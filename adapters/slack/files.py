"""Files: up into a channel, once; and down, the ones that people dropped into a thread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from adapters.slack.calls import Calls, Json
from adapters.slack.failures import code_of
from core.errors import (
    AnswerLost,
    PermissionMissing,
    PlatformRefused,
    PlatformUnavailable,
)
from core.ports import Attempt, Clock, OutFile

_AT_ONCE: Final = 10
"""Uploads side by side."""
_CHUNK: Final = 64 * 1024
_OK, _SERVER_ERROR = 200, 500
_WAITS: Final = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 10.0)
"""Seconds between looks at whether a shared file is shown: Slack shares asynchronously, after a scan."""
_WAITS_AGAIN: Final = _WAITS[:6]
"""The same before files are shared once more, as the first time may only be slow."""
_GONE: Final = frozenset({"file_not_found", "file_deleted", "invalid_arguments", "file_update_failed"})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where files go: a channel, and a thread in it."""

    channel: str
    thread: str | None = None
    comment: str = ""


class Files:
    """``token``: the bot's, needed to read what people drop."""

    def __init__(self, calls: Calls, http: aiohttp.ClientSession, clock: Clock, token: str) -> None:
        self._calls = calls
        self._http = http
        self._clock = clock
        self._token = token

    async def deliver(
        self, files: Sequence[OutFile], to: Destination, attempt: Attempt, *, until_shown: bool
    ) -> None:
        """One message with all `files`; empty ones are left out, since Slack refuses them. The ids of the uploaded
        files are the ticket: the next attempt asks what became of them before it shares them again."""
        files = [file for file in files if file.data]
        if not files:
            return
        ids = _ids(attempt.ticket)
        if ids and await self._comes_to_show(ids[0], to, _WAITS_AGAIN):
            return
        if not ids:
            ids = await self._upload(files)
            await attempt.keep(json.dumps({"files": ids}))
        try:
            await self._share(ids, files, to)
        except PlatformRefused as error:
            if code_of(error) not in _GONE or not attempt.ticket:
                raise
            ids = await self._upload(files)  # what was uploaded long ago is not kept for ever
            await attempt.keep(json.dumps({"files": ids}))
            await self._share(ids, files, to)
        if until_shown and not await self._comes_to_show(ids[0], to, _WAITS):
            raise AnswerLost(
                "Slack took the files but does not show them yet.", detail=f"no share of {ids[0]}"
            )

    async def read(self, file_id: str, limit: int) -> bytes:
        """The first `limit` bytes of a file at Slack."""
        answer = await self._calls.must("files.info", lambda client: client.files_info(file=file_id))
        file = answer["file"]
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("is_external") or not url:
            raise PlatformRefused("This file is not kept at Slack, so I cannot read it.", detail=file_id)
        try:
            return await self._download(url, limit, str(file.get("mimetype") or ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PlatformUnavailable(
                "I could not read the file from Slack just now.", detail=f"download: {type(error).__name__}"
            ) from error

    # -- up

    async def _upload(self, files: Sequence[OutFile]) -> list[str]:
        """Ids in the order of `files`. Nothing is visible yet, so any failure may simply be tried again."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(file: OutFile) -> str:
            async with gate:
                return await self._upload_one(file)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(file)) for file in files]
        except ExceptionGroup as failures:  # each is what one upload raised
            raise failures.exceptions[0] from failures
        return [task.result() for task in tasks]

    async def _upload_one(self, file: OutFile) -> str:
        granted = await self._calls.must(
            "files.getUploadURLExternal",
            lambda client: client.files_getUploadURLExternal(filename=file.name, length=len(file.data)),
        )
        try:
            async with self._http.post(granted["upload_url"], data=file.data) as response:
                if response.status != _OK:
                    raise PlatformUnavailable(
                        "Slack did not take the file.", detail=f"upload: {response.status}"
                    )
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PlatformUnavailable("Slack did not take the file.", detail=f"upload: {error!r}") from error
        return str(granted["file_id"])

    async def _share(self, ids: Sequence[str], files: Sequence[OutFile], to: Destination) -> None:
        """Not by the SDK's method of the same name, which puts all of it into the address: too long for 60 files."""
        titles = [{"id": file_id, "title": file.name} for file_id, file in zip(ids, files, strict=False)]
        form = {"files": json.dumps(titles), "channel_id": to.channel}
        if to.thread:
            form["thread_ts"] = to.thread
        if to.comment:
            form["initial_comment"] = to.comment
        await self._calls.must(
            "files.completeUploadExternal",
            lambda client: client.api_call("files.completeUploadExternal", data=form),
        )

    async def _comes_to_show(self, file_id: str, to: Destination, waits: Sequence[float]) -> bool:
        for wait in waits:
            if wait:
                await self._clock.sleep(wait)
            if await self._shown(file_id, to):
                return True
        return False

    async def _shown(self, file_id: str, to: Destination) -> bool:
        try:
            answer = await self._calls.must("files.info", lambda client: client.files_info(file=file_id))
        except PlatformRefused as error:
            if code_of(error) in _GONE:  # also what Slack says of a file that was uploaded and never shared
                return False
            raise
        return any(
            to.thread in (None, share.get("thread_ts")) for share in _shares(answer["file"], to.channel)
        )

    # -- down

    async def _download(self, url: str, limit: int, mimetype: str) -> bytes:
        async with self._http.get(url, headers={"Authorization": f"Bearer {self._token}"}) as response:
            if response.status != _OK:
                kind = PlatformUnavailable if response.status >= _SERVER_ERROR else PlatformRefused
                raise kind("I could not read the file from Slack.", detail=f"download: {response.status}")
            if response.content_type == "text/html" and mimetype != "text/html":
                raise PermissionMissing(
                    "I lack the Slack permission `files:read`, so I cannot read files. Whoever runs me adds it to the "
                    "app under *OAuth & Permissions* and installs the app again.",
                    needed="files:read",
                    detail="download: a login page",
                )
            data = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK):
                data += chunk
                if len(data) >= limit:
                    break
            return bytes(data[:limit])


def _ids(ticket: str | None) -> list[str]:
    return [str(file_id) for file_id in json.loads(ticket)["files"]] if ticket else []


def _shares(file: Json, channel: str) -> list[Mapping[str, Any]]:
    """Every message of `channel` that carries `file`."""
    shares = file.get("shares") or {}
    return [share for side in shares.values() for share in side.get(channel, ())]
