"""How long people wait for the first text once the model has begun to speak."""

from __future__ import annotations

import asyncio
import time

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.stage import Spot, Stage, open_stage, spots
from bot.bench.texts import END, FRAME, prose
from bot.simulators.openrouter import Answer
from bot.simulators.slack import Shown

_THREADS = 4
_STARTS = 20
"""Of native streams, a minute and workspace; after that Slack refuses the bare client's."""
_FRAMES = 10


async def first_text(size: Size) -> Report:
    seen: dict[str, list[float]] = {}
    for _ in range(size.rounds):
        async with open_stage() as stage:
            for contestant in CONTESTANTS:
                async with next_one(contestant, stage):
                    await _turns(size, stage, contestant, seen)
    rows = tuple(Row(name, tuple(values), _AIM if name != _BARE else None) for name, values in seen.items())
    program, bare = rows[0], next(row for row in rows if row.name == _BARE)
    return Report("First visible text", "ms", rows, f"{_NOTES} {ratio(program, bare)}")


_NOTES = f"""\
From the moment at which the first token of a chat answer leaves the OpenRouter simulator, together with the answer's
headers, to the moment at which a text stands in the thread of the Slack simulator. Slack allows {_STARTS}
chat.startStream a minute and workspace; the program keeps four of them back, and posts further answers as messages that
it edits: they have a row of their own. The bare client calls chat.startStream with the first token."""
_AIM = Aim(0.99, 150)
_BARE = CONTESTANTS[1].name


async def _turns(size: Size, stage: Stage, contestant: Contestant, seen: dict[str, list[float]]) -> None:
    stage.model.respond(lambda _: Answer(prose(_FRAMES), chunk=FRAME))
    threads = []
    for spot in spots(stage, min(_THREADS, size.turns)):
        threads.append((spot, await contestant.begin(stage, spot)))
        await _ended(stage, *threads[-1], after=threads[-1][1])
    most = _STARTS - len(threads) if contestant.name == _BARE else size.turns
    for number in range(min(most, size.turns)):
        spot, root = threads[number % len(threads)]
        shown, taken = await _turn(stage, contestant, spot, root)
        kind = (
            ""
            if contestant.name == _BARE
            else ", native stream"
            if shown.streaming
            else ", posted and edited"
        )
        seen.setdefault(contestant.name + kind, []).append(taken)


async def _turn(stage: Stage, contestant: Contestant, spot: Spot, root: str) -> tuple[Shown, float]:
    """The message as it was first seen, and how long it took, in milliseconds."""
    speak = asyncio.Event()
    stage.model.answer(Answer(prose(_FRAMES), chunk=FRAME, hold=speak))
    before = stage.slack.thread(spot.channel, root)[-1].ts
    await contestant.ask(stage, spot, root)
    await stage.model.until(lambda: stage.model.open_streams == 1)
    began = time.perf_counter()
    speak.set()
    shown = await stage.slack.until(lambda: _answer(stage, spot, root, before))
    taken = 1000 * (time.perf_counter() - began)
    await _ended(stage, spot, root, after=before)
    return shown, taken


async def _ended(stage: Stage, spot: Spot, root: str, *, after: str) -> None:
    def over() -> bool:
        answer = _answer(stage, spot, root, after)
        return answer is not None and answer.text.endswith(END) and not answer.streaming

    await stage.slack.until(over)
    await stage.model.until(lambda: stage.model.open_streams == 0)


def _answer(stage: Stage, spot: Spot, root: str, after: str) -> Shown | None:
    """The bot's answer that came after a message, once there is text in it."""
    said = (shown for shown in stage.slack.thread(spot.channel, root) if shown.ts > after)
    return next((shown for shown in said if shown.user == stage.slack.bot_user and shown.text), None)
