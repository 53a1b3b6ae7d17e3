"""Files: up into a thread or to a person; and down, the ones that people dropped into a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import aiohttp

from adapters.discord.blocks import DiscordMessage
from adapters.discord.calls import Call, Calls
from adapters.discord.threads import Json
from core.errors import PlatformRefused, PlatformUnavailable, TooLarge
from core.ports import Clock, OutFile

MEBIBYTE: Final = 1024 * 1024
OF_A_FILE: Final = 10 * MEBIBYTE
"""Bytes that one file may have, where nobody pays for more (docs.discord.com, uploading files)."""
_BOOSTED: Final = {2: 50 * MEBIBYTE, 3: 100 * MEBIBYTE}
"""The same by the guild's premium tier."""
OF_A_MESSAGE: Final = 10
_OF_A_REQUEST: Final = 25 * MEBIBYTE - 64 * 1024
"""Bytes of all files of a message: 25 MiB for the whole request (docs.discord.com), of which some is wrapping."""
_TIER_SECONDS: Final = 3600.0
_CHUNK: Final = 64 * 1024
_OK, _SERVER_ERROR = 200, 500


class Files:
    def __init__(self, calls: Calls, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._calls = calls
        self._http = http
        self._clock = clock
        self._limits: dict[str, tuple[int, float]] = {}

    async def check(self, workspace: str, files: Sequence[OutFile]) -> None:
        """Raises TooLarge when one of them is more than this guild takes; no guild: a direct message."""
        largest = max(files, key=lambda file: len(file.data))
        if len(largest.data) <= OF_A_FILE:
            return
        limit = await self._limit(workspace) if workspace else OF_A_FILE
        if len(largest.data) > limit:
            raise TooLarge(
                f"`{largest.name}` has {len(largest.data) / MEBIBYTE:.1f} MiB; Discord takes at most "
                f"{limit // MEBIBYTE} MiB per file here.",
                detail=f"{largest.name}: {len(largest.data)} bytes, limit {limit}",
            )

    async def read(self, handle: str, limit: int) -> bytes:
        """The first `limit` bytes of a dropped file. Its address is asked for anew, since addresses run out."""
        channel, message, attachment = handle.split("/")
        told: Json = await self._calls.must(
            Call(
                "GET message",
                "GET",
                "/channels/{channel_id}/messages/{message_id}",
                {"channel_id": channel, "message_id": message},
                needs="Read Message History",
                thread=True,
            )
        )
        for each in told.get("attachments") or ():
            if str(each["id"]) == attachment:
                return await self.download(str(each["url"]), limit)
        raise PlatformRefused("This file is not there any more.", detail=f"no attachment {handle}")

    async def download(self, url: str, limit: int, timeout: float = 30.0) -> bytes:
        """The first `limit` bytes of an attachment."""
        try:
            async with self._http.get(url, timeout=aiohttp.ClientTimeout(total=timeout)) as response:
                if response.status != _OK:
                    kind = PlatformUnavailable if response.status >= _SERVER_ERROR else PlatformRefused
                    raise kind(
                        "I could not read the file from Discord.", detail=f"download: {response.status}"
                    )
                data = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    data += chunk
                    if len(data) >= limit:
                        break
                return bytes(data[:limit])
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise PlatformUnavailable(
                "I could not read the file from Discord just now.", detail=f"download: {type(error).__name__}"
            ) from error

    async def _limit(self, workspace: str) -> int:
        known = self._limits.get(workspace)
        if known is None or known[1] <= self._clock.monotonic():
            told: dict[str, Any] = await self._calls.must(
                Call("GET guild", "GET", "/guilds/{guild_id}", {"guild_id": workspace})
            )
            limit = _BOOSTED.get(int(told.get("premium_tier") or 0), OF_A_FILE)
            known = self._limits[workspace] = (limit, self._clock.monotonic() + _TIER_SECONDS)
        return known[0]


def batches(files: Sequence[OutFile]) -> Iterator[DiscordMessage]:
    """As few messages as take them, in order. A file that is larger than a request goes alone."""
    batch: list[OutFile] = []
    for file in files:
        size = sum(len(each.data) for each in batch) + len(file.data)
        if batch and (len(batch) >= OF_A_MESSAGE or size > _OF_A_REQUEST):
            yield DiscordMessage("", files=tuple(batch))
            batch = []
        batch.append(file)
    if batch:
        yield DiscordMessage("", files=tuple(batch))
