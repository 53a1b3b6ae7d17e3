"""What a streamed chunk costs in CPU: the client of the model alone, and the whole program."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from pathlib import Path

from bot.bench.contestants import CONTESTANTS, Contestant, next_one
from bot.bench.report import Report, Row, ratio
from bot.bench.size import Size
from bot.bench.slack import Slack
from bot.bench.stage import Stage, output, slack_stage, spots
from bot.bench.texts import END, FRAME, PACE, paced, prose
from bot.simulators.openrouter import Answer, OpenRouterSimulator

_ROUNDS = 2
"""Of the readers, in one of all: they are quick."""
_READERS = {"core": "core/openrouter", "bare": "bare aiohttp reader"}


async def chunks(size: Size) -> Report:
    seen: dict[str, list[float]] = {name: [] for name in _READERS.values()}
    for _, (kind, name) in itertools.product(range(_ROUNDS * size.rounds), _READERS.items()):
        seen[name].append(await _read(size, kind))
    for _ in range(size.rounds):
        async with slack_stage() as stage:
            for contestant in CONTESTANTS:
                async with next_one(contestant, stage) as number:
                    cost = await _whole(size, stage, contestant, number)
                seen.setdefault(f"whole {contestant.name}", []).append(cost)
    rows = tuple(Row(name, tuple(values)) for name, values in seen.items())
    return Report("CPU per streamed chunk", "µs", rows, _notes(size, rows))


def _notes(size: Size, rows: tuple[Row, ...]) -> str:
    core, bare, program, client = rows
    return f"""\
One value a round. A chunk is a frame of {FRAME} characters, {1 / PACE:.0f} a second in each stream. The first two:
{size.readers} streams of {size.frames} chunks at once in a process that does nothing else; its own CPU time from the
first request to the end of the last answer; both decode the JSON and take the text. {ratio(core, bare)} The last two:
{size.streams} answers of {size.length} chunks at once that go through to Slack; CPU time of the whole process, all
threads, from the first token to the last answer that stands complete in its thread. {ratio(program, client)}"""


async def _read(size: Size, kind: str) -> float:
    """Microseconds of CPU per chunk."""
    async with OpenRouterSimulator.start() as model:
        text = prose(size.frames)
        model.respond(lambda _: Answer(text, chunk=FRAME, pace=paced(model.open_streams)))
        told = json.loads(
            await output("-m", "bot.bench.readers", kind, model.base_url, model.key, str(size.readers))
        )
    if told["chunks"] != size.readers * size.frames:
        raise RuntimeError(f"{kind} read {told['chunks']} chunks")
    return 1e6 * float(told["cpu"]) / (size.readers * size.frames)


async def _whole(size: Size, stage: Stage[Slack], contestant: Contestant, process: int) -> float:
    """Microseconds of CPU per chunk."""
    text, speak = prose(size.length), asyncio.Event()
    stage.model.respond(lambda _: Answer(text, chunk=FRAME, pace=paced(stage.model.open_streams), hold=speak))
    threads = [(spot, await contestant.begin(stage, spot)) for spot in spots(stage, size.streams)]
    await stage.model.until(lambda: stage.model.open_streams == size.streams)
    await asyncio.sleep(1)
    before = cpu_seconds(process)
    speak.set()
    await stage.place.until(
        lambda: all(stage.place.thread(spot, root)[-1].text.endswith(END) for spot, root in threads),
        60 + size.length * PACE,
    )
    return 1e6 * (cpu_seconds(process) - before) / (size.streams * size.length)


def cpu_seconds(process: int) -> float:
    """What a process has used so far, all its threads, in steps of a tick of usually 10 ms (proc(5), utime and stime)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
