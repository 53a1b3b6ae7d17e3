"""What a turn takes besides the model: from what a person says to the model's being asked, and from its last word to
the end of the answer."""

from __future__ import annotations

import asyncio
import time

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.places import Spot
from bot.bench.queueing import queueing
from bot.bench.report import Report, Row, ratio
from bot.bench.size import Size
from bot.bench.slack import Slack
from bot.bench.stage import Stage, slack_stage, spots
from bot.bench.texts import END, FRAME, prose
from bot.simulators.openrouter import Answer

_FRAMES = 10
_PARTS = ("said to model asked", "last word to end", "whole turn but the model")


async def turn(size: Size) -> Report:
    seen: dict[str, list[float]] = {}
    for _ in range(size.rounds):
        async with slack_stage() as stage:
            for contestant in CONTESTANTS:
                async with next_one(contestant, stage):
                    await _turns(size, stage, contestant, seen)
    rows = [Row(name, tuple(values)) for name, values in seen.items()]
    queue = await queueing(size)
    wholes = [row for row in rows if row.name.endswith(_PARTS[2])]
    return Report(
        "A turn without the model", "ms", (*queue, *rows), f"{_NOTES} {ratio(*queue)} {ratio(*wholes)}"
    )


_NOTES = """\
One turn after the other on a quiet program. Received to begun: from the moment at which the desk is given a message to
the first line of the handler of its turn, stored, queued and taken in between, in the process of the bench; beside it, a row
inserted and committed with sqlite3 and handed on by an asyncio.Queue. The others from outside, with the Slack
simulator: from the moment at which a person's message leaves it to the model's being asked; from the moment at which the
model says all that it has to say, in one go, to the answer's standing complete in the thread; and both together."""


async def _turns(
    size: Size, stage: Stage[Slack], contestant: Contestant, seen: dict[str, list[float]]
) -> None:
    stage.model.respond(lambda _: Answer(prose(_FRAMES), chunk=FRAME))
    threads = []
    for spot in spots(stage, min(stage.place.threads, size.turns)):
        threads.append((spot, await contestant.begin(stage, spot)))
        await _ended(stage, *threads[-1], after=threads[-1][1])
    most = stage.place.starts - len(threads) if contestant is CONTESTANTS[1] else size.turns
    for number in range(min(most, size.turns)):
        asked, ended = await _turn(stage, contestant, *threads[number % len(threads)])
        for part, value in zip(_PARTS, (asked, ended, asked + ended), strict=True):
            seen.setdefault(f"{contestant.name}, {part}", []).append(1000 * value)


async def _turn(stage: Stage[Slack], contestant: Contestant, spot: Spot, root: str) -> tuple[float, float]:
    """Seconds, before the model and after."""
    speak = asyncio.Event()
    stage.model.answer(Answer(prose(_FRAMES), chunk=FRAME, hold=speak))
    before = stage.place.thread(spot, root)[-1].id
    began = time.perf_counter()
    await contestant.ask(stage, spot, root)
    await stage.model.until(lambda: stage.model.open_streams == 1)
    asked, spoke = time.perf_counter() - began, time.perf_counter()
    speak.set()
    await _ended(stage, spot, root, after=before)
    return asked, time.perf_counter() - spoke


async def _ended(stage: Stage[Slack], spot: Spot, root: str, *, after: str) -> None:
    def over() -> bool:
        last = stage.place.thread(spot, root)[-1]
        return last.by_bot and not last.native and last.text.endswith(END) and float(last.id) > float(after)

    await stage.place.until(over)
    await stage.model.until(lambda: stage.model.open_streams == 0)
