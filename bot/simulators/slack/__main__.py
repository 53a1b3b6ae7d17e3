"""``python -m bot.simulators.slack``: a Slack to point a program at, driven by POST /_sim/<verb>."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from bot.simulators.slack.simulator import SlackSimulator


async def serve(arguments: argparse.Namespace) -> None:
    """Prints where it listens as one line of JSON, then serves until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with SlackSimulator.start(
        tiers=arguments.tiers, stream_seconds=arguments.stream_seconds, port=arguments.port
    ) as simulator:
        where = {
            "SLACK_API_URL": simulator.api_url,
            "SLACK_BOT_TOKEN": simulator.bot_token,
            "SLACK_APP_TOKEN": simulator.app_token,
        }
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.simulators.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tiers", action="store_true", help="enforce the rate tiers")
    parser.add_argument("--stream-seconds", type=float, default=300.0, help="how long a native stream lives")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
