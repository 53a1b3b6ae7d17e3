"""The simulator as a process of its own, driven over HTTP."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process() -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, str]]]:
    command = (sys.executable, "-m", "bot.simulators.discord")
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    try:
        yield running, json.loads(await asyncio.wait_for(running.stdout.readline(), 20))
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.wait(), 10)


async def test_a_process_can_be_driven_from_outside() -> None:
    async with process() as (running, where), aiohttp.ClientSession(trust_env=False) as session:
        assert where["DISCORD_API_URL"].endswith("/api/v10")
        assert where["DISCORD_GATEWAY_URL"].startswith("ws://127.0.0.1:")
        base = where["DISCORD_API_URL"].removesuffix("/api/v10")

        async def sim(verb: str, **arguments: Any) -> tuple[int, Any]:
            async with session.post(f"{base}/_sim/{verb}", json=arguments) as got:
                return got.status, (await got.json()).get("result")

        assert await sim("add_person", user="101", name="Ada") == (200, None)
        await sim("add_channel", channel="301", name="general")
        upload = [{"name": "a.txt", "text": "hi"}]
        status, message = await sim("say", user="101", channel="301", text="hello", files=upload)
        assert status == 200
        headers = {"Authorization": f"Bot {where['DISCORD_TOKEN']}"}
        url = f"{where['DISCORD_API_URL']}/channels/301/messages"
        async with session.post(url, json={"content": "hi <@101>"}, headers=headers) as got:
            assert got.status == 200
        assert (await sim("wait_for", text="hi @Ada"))[0] == 200
        _, shown = await sim("channel", channel="301")
        assert [(each["name"], each["text"]) for each in shown] == [
            ("Ada", "hello"),
            ("Threadwright", "hi @Ada"),
        ]
        assert (shown[0]["id"], shown[0]["files"][0]["data"]) == (message, "aGk=")
        assert await sim("order", operation="create_message", kind="500") == (200, None)
        assert await sim("forbid", channel="301", permissions=["attach_files"]) == (200, None)
        assert (await sim("submit", user="101", values={}))[0] == 409
        assert (await sim("select", user="101", message=message, menu="m", values=["1"]))[0] == 409
        assert (await sim("dance"))[0] == 404
        assert (await sim("say", who="101"))[0] == 400
        assert await sim("problems") == (200, [])
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 10) == 0
