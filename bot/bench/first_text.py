"""How long people wait for the first text once the model has begun to speak."""

from __future__ import annotations

import asyncio
import time

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.places import Place, Said, Spot
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.stage import PLACES, Stage, open_stage, spots
from bot.bench.texts import END, FRAME, prose
from bot.simulators.openrouter import Answer

_FRAMES = 10


async def first_text(size: Size) -> Report:
    seen: dict[str, list[float]] = {}
    for opened in PLACES:
        for _ in range(size.rounds):
            async with open_stage(opened) as stage:
                for contestant in CONTESTANTS:
                    async with next_one(contestant, stage):
                        await _turns(size, stage, contestant, seen)
    rows = tuple(
        Row(name, tuple(values), None if name.startswith(_BARE) else _AIM) for name, values in seen.items()
    )
    return Report("First visible text", "ms", rows, f"{_NOTES} {_ratios(rows)}")


_NOTES = """\
From the moment at which the first token of a chat answer leaves the OpenRouter simulator, together with the answer's
headers, to the moment at which a text stands in the thread of the platform's simulator. Slack allows 20
chat.startStream a minute and workspace; the program keeps four of them back, and posts further answers as messages that
it edits: they have a row of their own. In Discord every answer is a message that is edited. The bare client calls
chat.startStream, or posts the message, with the first token."""
_AIM = Aim(0.99, 150)
_BARE = CONTESTANTS[1].name


def _ratios(rows: tuple[Row, ...]) -> str:
    """The program's first row of each platform beside the bare client's."""
    bare = {row.name.rpartition(", ")[2]: row for row in rows if row.name.startswith(_BARE)}
    programs = [next(row for row in rows if row.name.endswith(name) and row != bare[name]) for name in bare]
    return " ".join(ratio(row, bare[name]) for row, name in zip(programs, bare, strict=True))


async def _turns(
    size: Size, stage: Stage[Place], contestant: Contestant, seen: dict[str, list[float]]
) -> None:
    stage.model.respond(lambda _: Answer(prose(_FRAMES), chunk=FRAME))
    threads = []
    for spot in spots(stage, min(stage.place.threads, size.turns)):
        threads.append((spot, await contestant.begin(stage, spot)))
        await _ended(stage, *threads[-1], after=threads[-1][1])
        await asyncio.sleep(stage.place.pause)
    limited = contestant.name == _BARE and stage.place.starts is not None
    most = (stage.place.starts or 0) - len(threads) if limited else size.turns
    for number in range(min(most, size.turns)):
        shown, taken = await _turn(stage, contestant, *threads[number % len(threads)])
        seen.setdefault(_row(contestant, stage.place, shown), []).append(taken)
        await asyncio.sleep(stage.place.pause)


def _row(contestant: Contestant, place: Place, shown: Said) -> str:
    kind = "" if contestant.name == _BARE or place.starts is None else _KINDS[shown.native]
    return f"{contestant.name}{kind}, {place.name}"


_KINDS = {True: ", native stream", False: ", posted and edited"}


async def _turn(stage: Stage[Place], contestant: Contestant, spot: Spot, root: str) -> tuple[Said, float]:
    """The message as it was first seen, and how long it took, in milliseconds."""
    speak = asyncio.Event()
    stage.model.answer(Answer(prose(_FRAMES), chunk=FRAME, hold=speak))
    before = stage.place.thread(spot, root)[-1].id
    await contestant.ask(stage, spot, root)
    await stage.model.until(lambda: stage.model.open_streams == 1)
    began = time.perf_counter()
    speak.set()
    shown = await stage.place.until(lambda: _answer(stage, spot, root, before))
    taken = 1000 * (time.perf_counter() - began)
    await _ended(stage, spot, root, after=before)
    return shown, taken


async def _ended(stage: Stage[Place], spot: Spot, root: str, *, after: str) -> None:
    def over() -> bool:
        answer = _answer(stage, spot, root, after)
        return answer is not None and answer.text.endswith(END) and not answer.native

    await stage.place.until(over)
    await stage.model.until(lambda: stage.model.open_streams == 0)


def _answer(stage: Stage[Place], spot: Spot, root: str, after: str) -> Said | None:
    """The bot's answer that came after a message, once there is text in it."""
    said = (shown for shown in stage.place.thread(spot, root) if float(shown.id) > float(after))
    return next((shown for shown in said if shown.by_bot and shown.text), None)
