"""The bare client of `streams`: reads every answer with aiohttp and edits its message, at a pace that the platforms
allow. It stores nothing, checks nothing and forgets everything."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator

import aiohttp

from bot.bench import bare, bare_discord
from bot.bench.errand import Corner, Errand, heard, perform
from bot.bench.loop import run
from bot.bench.meter import Meter
from bot.bench.wire import texts


async def main() -> None:
    errand, meter = Errand.parsed(await heard()), Meter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def read() -> AsyncIterator[str]:
            async for text in texts(http, errand.model_url, errand.model_key):
                meter.read(text)
                yield text

        towns = {workspace: _slack(http, errand, token, read) for workspace, token in errand.tokens.items()}
        town = _discord(http, errand, read)

        async def answer(corner: Corner) -> None:
            if corner.platform == "slack":
                await towns[corner.workspace].answer_in(corner.workspace, corner.channel, corner.user)
            else:
                await town.answer_in(corner.channel)

        async def answers(group: asyncio.TaskGroup) -> None:
            for corner in errand.corners:
                group.create_task(answer(corner))

        await perform(answers, meter)


def _slack(http: aiohttp.ClientSession, errand: Errand, token: str, read: bare.Read) -> bare.Bare:
    return bare.Bare(http, Namespace(slack_url=errand.slack_url, bot_token=token), read)


def _discord(http: aiohttp.ClientSession, errand: Errand, read: bare.Read) -> bare_discord.Bare:
    return bare_discord.Bare(http, Namespace(api_url=errand.discord_url, token=errand.discord_token), read)


if __name__ == "__main__":
    run(main())
