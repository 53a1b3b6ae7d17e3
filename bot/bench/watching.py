"""How long a message waits at the desk while answers are written and two hundred browsers watch them grow."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.bench.report import Aim, Report, Row, quantile
from bot.bench.size import Size
from bot.bench.stage import ROOT
from bot.bench.texts import PACE

WATCHERS = 200
_RISE = 1.2
_TURNS = 2
"""In so many pieces the time is cut."""
_LAST_SECONDS = 10.0
_LINE = 4 * 1024 * 1024


async def watching(size: Size) -> Report:
    """Both ways by turns in the same process, so that what else runs on the machine falls on both."""
    alone, watched, seen = Measured(), Measured(), list[int]()
    async with _measured() as (process, told):
        for _ in range(_TURNS * size.rounds):
            alone.add(await _acks(process, size))
            async with _watchers(told) as watchers:
                watched.add(await _acks(process, size))
                async with asyncio.timeout(_LAST_SECONDS):
                    for each in watchers:  # what they saw may be on its way
                        await each.seeing.wait()
                seen += [each.count for each in watchers]
    aim = Aim(0.99, _RISE * quantile(alone.values, 0.99))
    rows = (Row("nobody watches", tuple(alone.values)), Row(f"{WATCHERS} watch", tuple(watched.values), aim))
    shares = f"The process took {alone.share:.0%} of a processor when nobody watched, {watched.share:.0%} when they did."
    return Report(
        "A message at the desk while others watch", "ms", rows, f"{_notes(size, rows, seen)} {shares}"
    )


@dataclass
class Measured:
    """``values``: milliseconds of each message. ``shares``: of a processor, in each turn."""

    values: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> None:
        self.values += told["values"]
        self.shares.append(told["share"])

    @property
    def share(self) -> float:
        return sum(self.shares) / len(self.shares)


def _notes(size: Size, rows: tuple[Row, Row], seen: list[int]) -> str:
    alone, watched = (quantile(row.values, 0.99) for row in rows)
    return f"""\
From the moment at which the desk is given a message to the moment at which it is stored, which is when the platform gets
its ack: {size.rate} messages a second for {size.rounds} times {size.seconds:g} s, while answers are written in 20 sessions at
{1 / PACE:.0f} frames a second each, with a progress message in each. Those who watch hold {WATCHERS} event streams, from
another process; each got {min(seen)} to {max(seen)} events. The aim is {_RISE:g} times what it is when nobody watches;
it is {watched / alone:.2f} times at p99."""


@asynccontextmanager
async def _measured() -> AsyncIterator[tuple[Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.bench.watched", cwd=ROOT, env={}, stdin=PIPE, stdout=PIPE, limit=_LINE
    )
    try:
        yield process, await _line(process)
    finally:
        process.kill()
        await process.wait()


async def _acks(process: Process, size: Size) -> dict[str, Any]:
    assert process.stdin is not None
    process.stdin.write(f"{size.seconds / _TURNS} {size.rate}\n".encode())
    told: dict[str, Any] = await _line(process)
    return told


async def _line(process: Process) -> Any:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"the measured process ended with {await process.wait()}")
    return json.loads(line)


@dataclass
class Watcher:
    """``count``: events so far. ``ready``: the stream stands."""

    url: str
    token: str
    count: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    seeing: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self, http: aiohttp.ClientSession) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        forever = aiohttp.ClientTimeout(total=None)
        async with http.get(self.url, headers=headers, timeout=forever) as response:
            response.raise_for_status()
            async for line in response.content:
                self.ready.set()
                if line.startswith(b"event:"):
                    self.count += 1
                    self.seeing.set()


@asynccontextmanager
async def _watchers(told: dict[str, Any]) -> AsyncIterator[list[Watcher]]:
    sessions, tokens = told["sessions"], told["tokens"]
    root = f"http://127.0.0.1:{told['port']}/api/sessions"
    watchers = [
        Watcher(f"{root}/{sessions[number % len(sessions)]}/events", tokens[number * len(tokens) // WATCHERS])
        for number in range(WATCHERS)
    ]
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector, trust_env=False) as http,
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(each.watch(http)) for each in watchers]
        for each in watchers:
            await each.ready.wait()
        yield watchers
        for task in tasks:
            task.cancel()
