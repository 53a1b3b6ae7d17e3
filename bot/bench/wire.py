"""The least that reads a model's stream: aiohttp, whole lines, one JSON decoder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import orjson

MODEL = "anthropic/claude-sonnet-4.5"
_DATA = b"data: {"


async def texts(http: aiohttp.ClientSession, url: str, key: str) -> AsyncIterator[str]:
    """The text of each frame. ``url``: the API root."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Go on."}], "stream": True}
    async with http.post(
        f"{url}/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"}
    ) as response:
        tail = b""
        async for chunk in response.content.iter_any():
            *lines, tail = (tail + chunk).split(b"\n")
            for line in lines:
                if line.startswith(_DATA):
                    choices = orjson.loads(line[len(_DATA) - 1 :])["choices"]
                    if choices and (text := choices[0]["delta"]["content"]):
                        yield text
