"""The simulator as a process of its own, driven over HTTP."""

from __future__ import annotations

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.process import driver, process


async def test_a_process_can_be_driven_from_outside() -> None:
    async with aiohttp.ClientSession(trust_env=False) as session, process("slack") as where:
        base = where["SLACK_API_URL"].removesuffix("/api/")
        sim = driver(session, base)
        assert await sim("add_person", user="U1", name="Ada") == (200, None)
        await sim("add_channel", channel="C1", name="general", members=["U1"])
        upload = [{"name": "a.txt", "text": "hi"}]
        status, ts = await sim("say", user="U1", channel="C1", text="hello", files=upload, wait=False)
        assert status == 200
        client = AsyncWebClient(where["SLACK_BOT_TOKEN"], where["SLACK_API_URL"], session=session)
        await client.chat_postMessage(channel="C1", text="hi *you*", thread_ts=ts)
        assert (await sim("wait_for", text="hi you"))[0] == 200
        _, shown = await sim("thread", channel="C1", ts=ts)
        assert [(each["name"], each["text"]) for each in shown] == [
            ("Ada", "hello"),
            ("Threadwright", "hi you"),
        ]
        assert shown[0]["files"][0]["data"] == "aGk="
        assert await sim("order", method="chat.postMessage", kind="500") == (200, None)
        assert (await sim("submit", user="U1", values={}))[0] == 409
        assert (await sim("dance"))[0] == 404
        assert (await sim("say", who="U1"))[0] == 400
        assert await sim("problems") == (200, [])
