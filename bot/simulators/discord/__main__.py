"""``python -m bot.simulators.discord``: a Discord to point a program at, driven by POST /_sim/<verb>."""

from __future__ import annotations

import argparse
import asyncio

from bot.simulators.discord.simulator import DiscordSimulator
from bot.simulators.shared.process import serve


def where(simulator: DiscordSimulator) -> dict[str, str]:
    return simulator.settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.simulators.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tiers", action="store_true", help="enforce the rate limits")
    parser.add_argument(
        "--without-message-content", action="store_true", help="the intent is not switched on"
    )
    asked = parser.parse_args()
    privileged = () if asked.without_message_content else ("message_content",)
    starting = DiscordSimulator.start(tiers=asked.tiers, port=asked.port, privileged=privileged)
    asyncio.run(serve(starting, where))


if __name__ == "__main__":
    main()
