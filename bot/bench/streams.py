"""Five hundred answers at once in one process, spread over a hundred Slack workspaces and a Discord bot."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from bot.bench.errand import Corner, Errand
from bot.bench.exchanges import Exchanges
from bot.bench.pacer import Pacer
from bot.bench.report import Aim, Report, Row, figure, ratio
from bot.bench.size import Size
from bot.bench.stage import ROOT
from bot.bench.texts import END, PACE
from bot.simulators.discord import DiscordSimulator
from bot.simulators.slack import SlackSimulator

_PROGRAM, _BARE = ("Threadwright", "bot.bench.streamed"), ("bare client", "bot.bench.bare_streams")
_PLATFORMS = ("Slack", "Discord")
_GUILD = "200"
_ON_DISCORD = 5
"""One answer in so many is written on Discord."""
_OPENING_SECONDS = 60.0
_BEGIN_A_SECOND = 150
"""Answers whose first words come in the same second."""
_SETTLE = 3
"""Times as long is waited until it is measured."""
_ENDING_SECONDS = 60.0
_LINE = 64 * 1024 * 1024
_LATE = Aim(0.99, 50)
_AGE = Aim(0.99, 250)
"""A reader that falls behind is seconds late in the end."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``ages`` of chunks, ``late`` the loop, ``intervals`` by platform: milliseconds. ``cpu``: microseconds a chunk.
    ``share``: of a processor; ``around``: what the simulators took. ``rss``: megabytes. ``pace``: chunks a second that
    were sent, ``read``: that came."""

    ages: tuple[float, ...]
    late: tuple[float, ...]
    intervals: dict[str, tuple[float, ...]]
    cpu: float
    share: float
    around: float
    rss: float
    pace: float
    read: float
    calls: float
    limited: int


async def streams(size: Size) -> Report:
    program = await _measured(size, _PROGRAM[1])
    bare = await _measured(size, _BARE[1])
    rows = (*_rows(_PROGRAM[0], program, judged=True), *_rows(_BARE[0], bare, judged=False))
    return Report(
        f"{size.live} answers at once in one process",
        "ms",
        rows,
        f"{_notes(size)} {_told(program, bare, rows)}",
    )


def _rows(name: str, measured: Measured, *, judged: bool) -> list[Row]:
    edits = [
        Row(f"{name}, {where} edit interval", each)
        for where in _PLATFORMS
        if (each := measured.intervals.get(where))
    ]
    return [
        Row(f"{name}, age of a chunk", measured.ages, _AGE if judged else None),
        Row(f"{name}, event loop late by", measured.late, _LATE if judged else None),
        *edits,
    ]


def _notes(size: Size) -> str:
    discord = size.live // _ON_DISCORD
    return f"""\
{size.live} answers of {1 / PACE:.0f} frames a second each, {size.live - discord} in {size.towns} Slack workspaces and
{discord} on Discord, all in one process and on one event loop; measured for {size.span:g} s while all of them are being
written. The age of a chunk: from the moment at which it leaves the model to that at which its text is given to the
platform's live message. Event loop: a hundred times a second, how much later than asked for it wakes up. Edit interval:
between two changes of what a thread shows, as the platforms' simulators see them, their rate limits on."""


def _told(program: Measured, bare: Measured, rows: tuple[Row, ...]) -> str:
    told = [
        f"{name}: {figure(each.cpu)} µs of CPU a chunk, {each.share:.0%} of a processor, {each.rss:.0f} MB, "
        f"{each.read:,.0f} of {each.pace:,.0f} chunks a second read, {each.calls:.0f} calls a second of the "
        f"platforms, {each.limited} answers 429 (the simulators beside it: {each.around:.0%})."
        for name, each in ((_PROGRAM[0], program), (_BARE[0], bare))
    ]
    ages = [row for row in rows if row.name.endswith("chunk")]
    return f"{' '.join(told)} CPU {program.cpu / bare.cpu:.1f} times that of the bare client. {ratio(*ages)}"


async def _measured(size: Size, module: str) -> Measured:
    async with (
        Pacer.start() as pacer,
        SlackSimulator.start(tiers=True) as slack,
        DiscordSimulator.start(tiers=True) as discord,
        _running(module) as process,
    ):
        seen = Exchanges()
        slack.listeners.append(seen.slack)
        discord.listeners.append(seen.discord)
        corners = [_corner(size, slack, discord, number) for number in range(size.live)]
        await _tell(process, _errand(pacer, slack, discord, corners).line())
        await _until(lambda: pacer.open == size.live, _OPENING_SECONDS)
        spread = size.live / _BEGIN_A_SECOND
        pacer.begin(spread)
        await asyncio.sleep(_SETTLE * spread)
        told = await _window(size, process, pacer, seen)
        pacer.end()
        async with asyncio.timeout(_ENDING_SECONDS):
            await _line(process)
        _check(slack, discord, corners)
        return Measured(**{**told, "limited": len(seen.limited)})


async def _window(size: Size, process: Process, pacer: Pacer, seen: Exchanges) -> dict[str, Any]:
    began, cpu, frames = time.perf_counter(), time.process_time(), pacer.frames
    seen.on = True
    await _tell(process, b"begin\n")
    await asyncio.sleep(size.span)
    await _tell(process, b"end\n")
    seen.on = False
    seconds = time.perf_counter() - began
    around = (time.process_time() - cpu) / seconds
    pace = (pacer.frames - frames) / seconds
    told = await _line(process)
    ages = tuple(float(age) for age, count in told["ages"] for _ in range(count))
    return {
        "ages": ages,
        "late": tuple(told["late"]),
        "intervals": {where: tuple(each) for where, each in seen.intervals.items()},
        "cpu": 1e6 * told["cpu"] / len(ages),
        "share": told["cpu"] / told["seconds"],
        "around": around,
        "rss": told["rss"],
        "pace": pace,
        "read": len(ages) / told["seconds"],
        "calls": seen.calls / seconds,
    }


def _corner(size: Size, slack: SlackSimulator, discord: DiscordSimulator, number: int) -> Corner:
    """A new person in a new channel."""
    if number % _ON_DISCORD == 0:
        user, channel = f"1000{number}", f"3000{number}"
        discord.add_person(user, f"Person {number}")
        discord.add_channel(channel, f"channel-{number}")
        return Corner("discord", _GUILD, channel, user)
    of_slack = number - number // _ON_DISCORD - 1
    workspace, user, channel = f"TP{of_slack % size.towns}", f"UP{number}", f"CP{number}"
    slack.add_person(user, f"Person {number}", workspace=workspace)
    slack.add_channel(channel, f"channel-{number}", members=[user], workspace=workspace)
    return Corner("slack", workspace, channel, user)


def _errand(pacer: Pacer, slack: SlackSimulator, discord: DiscordSimulator, corners: list[Corner]) -> Errand:
    workspaces = {each.workspace for each in corners if each.platform == "slack"}
    tokens = {each: slack.token_of(each) for each in sorted(workspaces)}
    there = (discord.token, discord.api_url, discord.gateway_url)
    return Errand(slack.api_url, tokens, *there, pacer.base_url, pacer.key, tuple(corners))


def _check(slack: SlackSimulator, discord: DiscordSimulator, corners: list[Corner]) -> None:
    """Raises RuntimeError unless every answer is complete."""
    incomplete = 0
    for corner in corners:
        if corner.platform == "slack":
            last = slack.thread(corner.channel, slack.channel(corner.channel)[0].ts)[-1].text
        else:
            last = discord.thread(discord.threads(corner.channel)[0].id)[-1].text
        incomplete += not last.endswith(END)
    if incomplete:
        raise RuntimeError(f"{incomplete} answers are not complete")


@asynccontextmanager
async def _running(module: str) -> AsyncIterator[Process]:
    with TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, cwd=ROOT, env={}, stdin=PIPE, stdout=PIPE, stderr=log, limit=_LINE
        )
        try:
            yield process
        except Exception as error:
            log.seek(0)
            error.add_note(log.read().decode(errors="replace")[-3_000:])
            raise
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _tell(process: Process, line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line)
    await process.stdin.drain()


async def _line(process: Process) -> Any:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"the measured process ended with {await process.wait()}")
    return json.loads(line)


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it looks at belongs to several, and tells nobody
            await asyncio.sleep(0.05)
