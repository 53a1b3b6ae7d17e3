"""`python -m bot.simulators.openrouter`: a model service to try a client against, until SIGTERM or Ctrl-C.

Prints one line of JSON with the two settings that lead a client here.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys

from bot.simulators.openrouter.simulator import OpenRouterSimulator


async def serve() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with OpenRouterSimulator.start() as simulator:
        line = {"OPENROUTER_BASE_URL": simulator.base_url, "OPENROUTER_API_KEY": simulator.key}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve())
