"""A worker that is measured: ``python -m bot.bench.worked URL FOLDER SLOTS MODEL_URL KEY``. The program's own engine, bus and
client of the model, over works that do nothing but hold their slot for some seconds, or listen to the model until they are
stopped. Says each `begin` and `end` on standard output, with the time of the clock that all processes of a machine share."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from contextlib import aclosing
from pathlib import Path

import structlog

from bot.bench.loop import run
from core.jobs.engine import open_jobs
from core.jobs.home import Home, open_home
from core.jobs.queue import Slots
from core.openrouter.client import open_model
from core.openrouter.config import ModelConfig
from core.ports import LanguageModel, ModelMessage, ModelRequest
from core.storage.bus import open_bus
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.work.stopping import Stopped, Stopping


def say(what: str, work: int = 0) -> None:
    print(json.dumps({"what": what, "work": work, "at": time.monotonic()}), flush=True)


async def listen(model: LanguageModel, stopping: Stopping, work: Work) -> None:
    request = ModelRequest((ModelMessage("user", "go on"),), 1_000, 0.0, str(work.session_id))
    try:
        async with stopping.stoppable(str(work.id)), aclosing(model.stream(request)) as events:
            async for _ in events:
                pass
    except Stopped:
        return


async def main(home: Home, url: str, slots: str, model_url: str, key: str) -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    async with (
        open_engine(url) as connections,
        open_bus(url) as bus,
        open_model(ModelConfig(key, "anthropic/claude-sonnet-4.5", model_url)) as model,
    ):
        stopping = Stopping(bus)

        async def handle(work: Work) -> None:
            say("begin", work.id)
            if work.args["listen"]:
                await listen(model, stopping, work)
            else:
                await asyncio.sleep(float(work.args["seconds"]))
            say("end", work.id)

        async with (
            open_jobs(
                home,
                Database(connections, SystemClock(), TimeIds()),
                ordered={"turn": handle},
                errands={},
                slots=Slots(sessions=int(slots)),
            ) as jobs,
            asyncio.TaskGroup() as group,
        ):
            bus.hear("work", lambda _: jobs.nudge())
            group.create_task(jobs.run())
            say("ready")
            await asyncio.Event().wait()


if __name__ == "__main__":
    address, data, *others = sys.argv[1:]
    with open_home(address, Path(data)) as opened:
        run(main(opened, address, *others))
