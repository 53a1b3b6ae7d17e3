"""Fifty answers at once in one Slack workspace: how long until all of them are complete."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from bot.bench.contestants import BareClient, Contestant, Program, next_one
from bot.bench.exchanges import Exchanges
from bot.bench.places import Place, Spot
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.slack import Slack
from bot.bench.stage import Stage, slack_stage, spots
from bot.bench.texts import END, FRAME, PACE, prose
from bot.simulators.openrouter import Answer

_GREETING = 10
"""Frames of the agent's first words."""
_OPENING_SECONDS = 120.0
_ENDING_SECONDS = 600.0
_AIM = Aim(1, 25)


class Eager(BareClient):
    """Edits every second."""

    name = "bare client, an edit a second"

    async def ask(self, stage: Stage[Place], spot: Spot, root: str) -> None:
        await stage.place.say(spot, root, "edit")


async def fifty(size: Size) -> Report:
    rows, told = [], []
    for contestant, aim in ((Program(), _AIM), (Eager(), None)):
        async with slack_stage() as stage:
            seen = Exchanges()
            stage.place.listeners.append(seen.slack)
            async with next_one(contestant, stage):
                values = await _completed(size, stage, contestant)
        rows.append(Row(contestant.name, values, aim))
        told.append(f"{contestant.name}: {_refusals(seen.limited)}.")
    program, bare = rows
    times = max(bare.values) / max(program.values)
    return Report(
        f"{size.crowd} answers at once in one Slack workspace",
        "s",
        (program, bare),
        f"{_notes(size)} {' '.join(told)} The last answer of the bare client takes {times:.1f} times as long. "
        f"{ratio(program, bare)}",
    )


def _refusals(limited: list[str]) -> str:
    by_method = ", ".join(f"{method} {count}" for method, count in Counter(limited).most_common())
    return f"{len(limited)} answers 429" + (f" ({by_method})" if by_method else "")


def _notes(size: Size) -> str:
    return f"""\
{size.crowd} people in as many channels say something at the same moment, in threads that were quiet for a minute; the
model speaks for {size.thought:g} s to each. From that moment until the answer stands complete in its thread; the largest
value is when all are. Slack's rate tiers are on: 20 native streams begun and as many ended, 100 appends, 50 edits a minute.
The bare client posts a message with the first word, edits it every second, and once more at the end; when it gets a 429
it waits as long as that says."""


async def _completed(size: Size, stage: Stage[Slack], contestant: Contestant) -> tuple[float, ...]:
    """Seconds, of each answer."""
    threads = await _opened(size, stage, contestant)
    text = prose(int(size.thought / PACE))
    stage.model.respond(lambda _: Answer(text, chunk=FRAME, pace=PACE))
    waiting = {spot: (root, _last(stage, spot, root)) for spot, root in threads}
    began, taken = time.perf_counter(), list[float]()

    def all_complete() -> bool:
        for spot, (root, before) in list(waiting.items()):
            if _complete(stage, spot, root, before):
                del waiting[spot]
                taken.append(time.perf_counter() - began)
        return not waiting

    async with asyncio.TaskGroup() as group:
        for spot, root in threads:
            group.create_task(contestant.ask(stage, spot, root))
    await stage.place.until(all_complete, _ENDING_SECONDS)
    return tuple(taken)


async def _opened(size: Size, stage: Stage[Slack], contestant: Contestant) -> list[tuple[Spot, str]]:
    """Threads in which nothing is being said, and has not been for a while."""
    places = spots(stage, size.crowd)
    if isinstance(contestant, BareClient):
        return [(spot, await stage.place.begin(spot)) for spot in places]
    stage.model.respond(lambda _: Answer(prose(_GREETING), chunk=FRAME))
    threads = [(spot, await contestant.begin(stage, spot)) for spot in places]
    for spot, root in threads:
        await stage.place.until(lambda at=spot, of=root: _complete(stage, at, of, of), _OPENING_SECONDS)  # type: ignore[misc]  # mypy does not infer lambdas with defaults
    await asyncio.sleep(size.rest)
    return threads


def _complete(stage: Stage[Slack], spot: Spot, root: str, before: str) -> bool:
    """Whether the last message is a whole answer, and came after `before`."""
    last = stage.place.thread(spot, root)[-1]
    return last.by_bot and not last.native and last.text.endswith(END) and float(last.id) > float(before)


def _last(stage: Stage[Slack], spot: Spot, root: str) -> str:
    return stage.place.thread(spot, root)[-1].id
