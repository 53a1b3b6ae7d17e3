"""How long people wait for their files once the model has said its last word."""

from __future__ import annotations

import asyncio
import time

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.places import Spot
from bot.bench.report import Report, Row, ratio
from bot.bench.size import Size
from bot.bench.slack import Slack
from bot.bench.stage import Stage, slack_stage, spots
from bot.bench.texts import FILES, prose, version
from bot.simulators.openrouter import Answer

ATTACHED = len(FILES) + 1
"""The files, and the zip."""
_CHUNK, _PACE = 100, 0.01
_SETTLE_SECONDS = 0.3
_FAR = 0.1


async def delivery(size: Size) -> Report:
    seen: dict[str, list[float]] = {}
    for _ in range(size.rounds):
        await _round(seen, size.deliveries, "", 0)
    await _round(seen, size.deliveries, f", {_FAR * 1000:.0f} ms a call", _FAR)
    rows = tuple(Row(name, tuple(values)) for name, values in seen.items())
    near, bare_near, far, bare_far = rows
    ratios = f"{ratio(near, bare_near)} {ratio(far, bare_far)}"
    return Report("Delivery of a version", "ms", rows, f"{_NOTES} {ratios}")


_NOTES = f"""\
From the moment at which the last token leaves the OpenRouter simulator to the moment at which all {ATTACHED}
attachments, {len(FILES)} files and their zip, stand in the thread of the Slack simulator, which shares files at once.
The bare client makes the fewest calls there are: chat.postMessage, {ATTACHED} times files.getUploadURLExternal and
upload, all at the same time, files.completeUploadExternal. Its files lie ready: it neither parses, checks, packs nor
stores anything. The lower half: the same with a Slack that takes {_FAR * 1000:.0f} ms for every call, as far away as the
real one; it shows how many calls wait for each other."""


async def _round(seen: dict[str, list[float]], deliveries: int, named: str, delay: float) -> None:
    """``delay``: seconds that Slack takes for every call, besides its work."""
    async with slack_stage() as stage:
        if delay:
            stage.place.slow(delay)
        for contestant in CONTESTANTS:
            async with next_one(contestant, stage):
                values = await _deliveries(deliveries, stage, contestant)
            seen.setdefault(contestant.name + named, []).extend(values)


async def _deliveries(number: int, stage: Stage[Slack], contestant: Contestant) -> list[float]:
    """In one thread after the other, since a channel takes one message a second."""
    values = []
    for spot in spots(stage, number):
        root = await _opened(stage, contestant, spot)
        await asyncio.sleep(_SETTLE_SECONDS)
        values.append(await _delivered(stage, contestant, spot, root))
        await asyncio.sleep(_SETTLE_SECONDS)  # the progress message and the card are brought up to date
    return values


async def _opened(stage: Stage[Slack], contestant: Contestant, spot: Spot) -> str:
    """The root of a thread in which the bot has spoken."""

    def spoken() -> bool:
        last = stage.place.thread(spot, root)[-1]
        return last.by_bot and last.id != root and not last.native

    stage.model.answer(Answer(prose(3)))
    root = await contestant.begin(stage, spot)
    await stage.place.until(spoken)
    return root


async def _delivered(stage: Stage[Slack], contestant: Contestant, spot: Spot, root: str) -> float:
    """Milliseconds."""
    text, last_word = version(), asyncio.Event()
    before_last = -(-len(text) // _CHUNK) - 1
    stage.model.answer(Answer(text, chunk=_CHUNK, pace=_PACE, hold=last_word, hold_after=before_last))
    await contestant.generate(stage, spot, root)
    await stage.model.until(lambda: stage.model.open_streams == 1)
    await asyncio.sleep(before_last * _PACE * 1.5 + _SETTLE_SECONDS)
    began = time.perf_counter()
    last_word.set()
    await stage.place.until(
        lambda: sum(shown.files for shown in stage.place.thread(spot, root)) >= ATTACHED, 30
    )
    return 1000 * (time.perf_counter() - began)
