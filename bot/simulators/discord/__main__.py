"""``python -m bot.simulators.discord``: a Discord to point a program at, driven by POST /_sim/<verb>."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from bot.simulators.discord.simulator import DiscordSimulator


async def serve(arguments: argparse.Namespace) -> None:
    """Prints where it listens as one line of JSON, then serves until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    privileged = () if arguments.without_message_content else ("message_content",)
    async with DiscordSimulator.start(
        tiers=arguments.tiers, port=arguments.port, privileged=privileged
    ) as simulator:
        where = {
            "DISCORD_API_URL": simulator.api_url,
            "DISCORD_GATEWAY_URL": simulator.gateway_url,
            "DISCORD_TOKEN": simulator.token,
        }
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.simulators.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tiers", action="store_true", help="enforce the rate limits")
    parser.add_argument(
        "--without-message-content", action="store_true", help="the intent is not switched on"
    )
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
