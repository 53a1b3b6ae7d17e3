"""The simulator as a process of its own, driven over HTTP."""

from __future__ import annotations

import aiohttp

from tests.simulators.process import driver, process


async def test_a_process_can_be_driven_from_outside() -> None:
    async with aiohttp.ClientSession(trust_env=False) as session, process("discord") as where:
        assert where["DISCORD_API_URL"].endswith("/api/v10")
        assert where["DISCORD_GATEWAY_URL"].startswith("ws://127.0.0.1:")
        base = where["DISCORD_API_URL"].removesuffix("/api/v10")
        sim = driver(session, base)
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
