"""How long an event waits for its ack while answers are being written."""

from __future__ import annotations

import asyncio
import time

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.stage import Spot, Stage, open_stage, spots
from bot.bench.texts import FRAME, PACE, paced, prose
from bot.simulators.openrouter import Answer

_OPENING_SECONDS = 15.0
"""The answers are longer than the events by so much: the threads have to be opened first."""


async def acks(size: Size) -> Report:
    rows = []
    async with open_stage() as stage:
        for contestant in CONTESTANTS:
            async with next_one(contestant, stage):
                rows.append(Row(contestant.name, await _measured(size, stage, contestant)))
    program, bare = rows
    aimed = Row(program.name, program.values, Aim(0.99, 100))
    return Report("Ack of an event", "ms", (aimed, bare), _notes(size, program, bare))


def _notes(size: Size, program: Row, bare: Row) -> str:
    return f"""\
From the moment at which the Slack simulator makes an event's envelope to the arrival of its ack: {size.rate} events a
second for {size.seconds:g} s, evenly spaced, messages of people in the threads of {size.streams} sessions, in each of
which an answer is being written at {1 / PACE:.0f} frames a second. The program stores each message and its turn before
it acks. The bare client acks at once and stores nothing; it writes the same answers. {ratio(program, bare)}"""


async def _measured(size: Size, stage: Stage, contestant: Contestant) -> tuple[float, ...]:
    text = prose(int((size.seconds + _OPENING_SECONDS) / PACE))
    stage.model.respond(lambda _: Answer(text, chunk=FRAME, pace=paced(stage.model.open_streams)))
    threads = [(spot, await contestant.begin(stage, spot)) for spot in spots(stage, size.streams)]
    await stage.model.until(lambda: stage.model.open_streams == size.streams)
    values = await _spoken(size, stage, threads)
    if stage.model.open_streams != size.streams:
        raise RuntimeError(f"only {stage.model.open_streams} answers were being written at the end")
    return values


async def _spoken(size: Size, stage: Stage, threads: list[tuple[Spot, str]]) -> tuple[float, ...]:
    async with asyncio.TaskGroup() as group:
        loop = asyncio.get_running_loop()
        began, said = loop.time(), []
        for number in range(int(size.rate * size.seconds)):
            await asyncio.sleep(began + number / size.rate - loop.time())
            spot, root = threads[number % len(threads)]
            said.append(group.create_task(_acked(stage, spot, root, number)))
    return tuple(task.result() for task in said)


async def _acked(stage: Stage, spot: Spot, root: str, number: int) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await stage.slack.say(spot.user, spot.channel, f"And remember point {number}.", thread=root)
    return 1000 * (time.perf_counter() - began)
