"""`python -m bot.simulators.openrouter`: a model service to try a client against, until SIGTERM or Ctrl-C.

Prints one line of JSON with the two settings that lead a client here.
"""

from __future__ import annotations

import asyncio

from bot.simulators.openrouter.simulator import OpenRouterSimulator
from bot.simulators.shared.process import serve


def where(simulator: OpenRouterSimulator) -> dict[str, str]:
    return {"OPENROUTER_BASE_URL": simulator.base_url, "OPENROUTER_API_KEY": simulator.key}


if __name__ == "__main__":
    asyncio.run(serve(OpenRouterSimulator.start(), where))
