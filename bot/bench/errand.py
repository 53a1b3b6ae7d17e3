"""What the bench tells the measured processes of `streams` before they begin, as one line of JSON on their input."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from bot.bench.meter import Meter


@dataclass(frozen=True, slots=True)
class Corner:
    """Where one answer is written: ``workspace`` is Slack's team, or Discord's guild."""

    platform: str
    workspace: str
    channel: str
    user: str


@dataclass(frozen=True, slots=True)
class Errand:
    """``tokens``: Slack's, by workspace."""

    slack_url: str
    tokens: dict[str, str]
    discord_token: str
    discord_url: str
    gateway_url: str
    model_url: str
    model_key: str
    corners: tuple[Corner, ...]

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def parsed(line: str) -> Errand:
        told: dict[str, Any] = json.loads(line)
        return Errand(**{**told, "corners": tuple(Corner(**each) for each in told["corners"])})


async def heard() -> str:
    """The next line of the input."""
    return await asyncio.to_thread(sys.stdin.readline)


async def perform(answers: Callable[[asyncio.TaskGroup], Awaitable[None]], meter: Meter) -> None:
    """Has all answers written at once; measures from the next line on the input to the one after it and prints that,
    then a line once every answer is complete."""
    async with asyncio.TaskGroup() as watching:
        watch = watching.create_task(meter.watch_the_loop())
        async with asyncio.TaskGroup() as group:
            await answers(group)
            await heard()
            meter.begin()
            await heard()
            print(json.dumps(meter.end()), flush=True)
        print(json.dumps("complete"), flush=True)
        watch.cancel()
