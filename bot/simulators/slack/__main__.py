"""``python -m bot.simulators.slack``: a Slack to point a program at, driven by POST /_sim/<verb>."""

from __future__ import annotations

import argparse
import asyncio

from bot.simulators.shared.process import serve
from bot.simulators.slack.simulator import SlackSimulator


def where(simulator: SlackSimulator) -> dict[str, str]:
    return simulator.settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.simulators.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tiers", action="store_true", help="enforce the rate tiers")
    parser.add_argument("--stream-seconds", type=float, default=300.0, help="how long a native stream lives")
    asked = parser.parse_args()
    starting = SlackSimulator.start(tiers=asked.tiers, stream_seconds=asked.stream_seconds, port=asked.port)
    asyncio.run(serve(starting, where))


if __name__ == "__main__":
    main()
