"""What goes wrong on order, and the rate limits with their headers."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.simulators.discord import DiscordSimulator, Fault
from tests.simulators.discord.program import Json, discord, rest, running

MESSAGES = "/channels/301/messages"


async def post(simulator: DiscordSimulator, path: str, body: Json) -> tuple[int, Any, Any]:
    """Status, headers, answer."""
    headers = {"Authorization": f"Bot {simulator.token}"}
    url = simulator.api_url + path
    async with (
        aiohttp.ClientSession(trust_env=False, headers=headers) as session,
        session.post(url, json=body) as got,
    ):
        return got.status, got.headers, await got.json()


@pytest.mark.parametrize(("kind", "stored"), [("cut_before", []), ("cut_after", ["hi"])])
async def test_a_connection_dies_before_or_after_the_effect(
    discord_: DiscordSimulator, kind: Any, stored: list[str]
) -> None:
    discord_.order(Fault("create_message", kind))
    async with rest(discord_) as call:
        with pytest.raises(aiohttp.ClientError):
            await call("POST", MESSAGES, {"content": "hi"})
        assert [each.text for each in discord_.channel("301")] == stored
        assert (await call("POST", MESSAGES, {"content": "again"}))[0] == 200


async def test_errors_before_and_after_and_how_often(discord_: DiscordSimulator) -> None:
    discord_.order(Fault("create_message", "500", times=2, status=503, after_calls=1))
    discord_.order(Fault("create_message", "500_after", after_calls=1))
    discord_.order(Fault("create_message", "error", code=50013, after_calls=1))
    async with rest(discord_) as call:
        answers = [await call("POST", MESSAGES, {"content": str(number)}) for number in range(6)]
    assert [status for status, _ in answers] == [200, 503, 503, 500, 403, 200]
    assert answers[4][1] == {"message": "Missing Permissions", "code": 50013}
    assert [each.text for each in discord_.channel("301")] == ["0", "3", "5"]


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_limit_on_order_says_how_long(discord_: DiscordSimulator, scope: Any) -> None:
    discord_.order(Fault("*", "ratelimited", retry_after=1.5, scope=scope))
    status, headers, body = await post(discord_, MESSAGES, {"content": "hi"})
    assert (status, body["retry_after"], body["global"]) == (429, 1.5, scope == "global")
    assert (headers["Retry-After"], headers["X-RateLimit-Scope"], "Via" in headers) == ("2", scope, True)


async def test_the_library_waits_as_it_is_told(discord_: DiscordSimulator) -> None:
    discord_.order(Fault("create_message", "ratelimited", retry_after=0.02, times=2))
    async with running(discord_) as program:
        await program.get_partial_messageable(301).send("patient")
    assert [each.text for each in discord_.channel("301")] == ["patient"]
    assert discord_.counts["create_message"] == 1


async def test_a_slow_answer_still_has_its_effect(discord_: DiscordSimulator) -> None:
    discord_.order(Fault("create_message", "slow", delay=0.05))
    async with rest(discord_) as call:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await call("POST", MESSAGES, {"content": "slow"})
        assert (await call("POST", MESSAGES, {"content": "quick"}))[0] == 200
        await discord_.until(lambda: [each.text for each in discord_.channel("301")] == ["quick", "slow"])


async def test_downloads_fail_too(discord_: DiscordSimulator) -> None:
    discord_.order(Fault("download", "500"))
    async with rest(discord_) as call, aiohttp.ClientSession(trust_env=False) as session:
        _, made = await call("POST", MESSAGES, {}, files=[("a.txt", b"a")])
        for status in (500, 200):
            async with session.get(made["attachments"][0]["url"]) as got:
                assert got.status == status


async def test_five_messages_in_five_seconds_and_channel(limited: DiscordSimulator) -> None:
    for left in (4, 3, 2, 1, 0):
        status, headers, _ = await post(limited, MESSAGES, {"content": "hi"})
        assert (status, headers["X-RateLimit-Remaining"], headers["X-RateLimit-Limit"]) == (
            200,
            str(left),
            "5",
        )
    status, headers, body = await post(limited, MESSAGES, {"content": "hi"})
    assert (status, headers["X-RateLimit-Scope"], body["global"]) == (429, "user", False)
    assert 0 < body["retry_after"] <= 5
    assert headers["X-RateLimit-Bucket"] == "fake-create_message"
    assert (await post(limited, "/channels/303/messages", {"content": "elsewhere"}))[0] == 200
    limited.advance(5)
    assert (await post(limited, MESSAGES, {"content": "hi"}))[0] == 200
    assert (len(limited.channel("301")), limited.invalid_requests) == (6, 1)


async def test_fifty_requests_a_second_in_all(limited: DiscordSimulator) -> None:
    limited.advance(10)
    async with rest(limited) as call:
        answers = await asyncio.gather(*(call("GET", f"/users/{101 + number % 2}") for number in range(51)))
    refused = [body for status, body in answers if status == 429]
    assert [body["global"] for body in refused] == [True]


async def test_two_renames_in_ten_minutes(limited: DiscordSimulator) -> None:
    async with rest(limited) as call:
        thread = (await call("POST", "/channels/301/threads", {"name": "a", "type": 11}))[1]["id"]
        statuses = [(await call("PATCH", f"/channels/{thread}", {"name": name}))[0] for name in "bcd"]
        assert statuses == [200, 200, 429]
        limited.advance(601)
        assert (await call("PATCH", f"/channels/{thread}", {"name": "e"}))[0] == 200


async def test_old_messages_can_be_edited_only_so_often(limited: DiscordSimulator) -> None:
    async with rest(limited) as call:
        made = (await call("POST", MESSAGES, {"content": "0"}))[1]["id"]
        limited.advance(3700)
        answers = [await call("PATCH", f"{MESSAGES}/{made}", {"content": str(number)}) for number in range(4)]
        assert [status for status, _ in answers] == [200, 200, 200, 429]
        assert answers[3][1]["code"] == 30046


async def test_without_tiers_nothing_is_limited_and_no_header_says_so(discord_: DiscordSimulator) -> None:
    for _ in range(8):
        status, headers, _ = await post(discord_, MESSAGES, {"content": "hi"})
        assert (status, "X-RateLimit-Limit" in headers) == (200, False)


async def test_a_server_error_reaches_the_program_when_it_is_503(discord_: DiscordSimulator) -> None:
    discord_.order(Fault("create_message", "500", status=503))
    async with running(discord_) as program:
        with pytest.raises(discord.DiscordServerError):
            await program.get_partial_messageable(301).send("hi")
