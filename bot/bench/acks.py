"""How long an event waits for its ack while answers are being written."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.places import Place, Spot
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.stage import PLACES, Stage, open_stage, spots
from bot.bench.texts import FRAME, PACE, paced, prose
from bot.simulators.openrouter import Answer

_OPENING_SECONDS = 15.0
"""The answers are longer than the events by so much: the threads have to be opened first."""


LOAD = 100
"""Events a second."""


async def acks(size: Size) -> Report:
    return await _report("Ack of an event", size)


async def load(size: Size) -> Report:
    return await _report(f"Ack at {LOAD} events a second", replace(size, rate=LOAD))


async def _report(title: str, size: Size) -> Report:
    rows: list[Row] = []
    for opened in PLACES:
        async with open_stage(opened) as stage:
            for contestant in CONTESTANTS:
                async with next_one(contestant, stage):
                    values = await _measured(size, stage, contestant)
                aim = Aim(0.99, 100) if contestant is CONTESTANTS[0] else None
                rows.append(Row(f"{contestant.name}, {stage.place.name}", values, aim))
    return Report(title, "ms", tuple(rows), _notes(size, rows))


def _notes(size: Size, rows: list[Row]) -> str:
    slack, bare_slack, discord, bare_discord = rows
    return f"""\
From the moment at which the simulator sends an event to the arrival of its ack: {size.rate} events a second for
{size.seconds:g} s, evenly spaced, in the threads of {size.streams} sessions, in each of which an answer is being written
at {1 / PACE:.0f} frames a second. In Slack the events are messages of people, and the program stores each and its turn
before it acks. Discord wants no acks for messages; its events are the command `/automation status`, and the program
looks the answer up and acks with it. The bare client acks at once and stores nothing; it writes the same answers.
{ratio(slack, bare_slack)} {ratio(discord, bare_discord)}"""


async def _measured(size: Size, stage: Stage[Place], contestant: Contestant) -> tuple[float, ...]:
    text = prose(int((size.seconds + _OPENING_SECONDS) / PACE))
    stage.model.respond(lambda _: Answer(text, chunk=FRAME, pace=paced(stage.model.open_streams)))
    threads = [(spot, await contestant.begin(stage, spot)) for spot in spots(stage, size.streams)]
    await stage.model.until(lambda: stage.model.open_streams == size.streams)
    values = await _acked(size, stage.place, threads)
    if stage.model.open_streams != size.streams:
        raise RuntimeError(f"only {stage.model.open_streams} answers were being written at the end")
    return values


async def _acked(size: Size, place: Place, threads: list[tuple[Spot, str]]) -> tuple[float, ...]:
    async with asyncio.TaskGroup() as group:
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), []
        for number in range(int(size.rate * size.seconds)):
            await asyncio.sleep(began + number / size.rate - loop.time())
            spot, root = threads[number % len(threads)]
            sent.append(group.create_task(_ack(place, spot, root, number)))
    return tuple(task.result() for task in sent)


async def _ack(place: Place, spot: Spot, root: str, number: int) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    await place.event(spot, root, number)
    return 1000 * (time.perf_counter() - began)
