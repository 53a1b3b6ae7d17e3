"""A process with an engine, for tests that end it: ``python program.py URL FOLDER``.

Tells on standard output, and in FOLDER/told, what its handlers do: `begin ID`, `end ID`. A handler stays inside while
FOLDER/hold-ID exists at its beginning: until SIGTERM, or for ever if that file says so.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from core.jobs.engine import open_jobs
from core.jobs.home import Home, open_home
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds


async def main(home: Home, url: str, folder: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def tell(words: str) -> None:
        with (folder / "told").open("a") as told:
            told.write(f"{words}\n")
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    async def handle(work: Work) -> None:
        hold = folder / f"hold-{work.id}"
        held = (
            hold.read_text() if hold.exists() else ""
        )  # before it is said: whoever hears it may take the file away
        tell(f"begin {work.id}")
        if held:
            await (asyncio.Event() if held == "for ever" else stop).wait()
        tell(f"end {work.id}")

    async with open_engine(url) as connections:
        database = Database(connections, SystemClock(), TimeIds())
        async with (
            open_jobs(home, database, ordered={"turn": handle}, errands={}) as engine,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(engine.run())
            tell("ready")
            await stop.wait()
            running.cancel()


if __name__ == "__main__":
    address, place = sys.argv[1], Path(sys.argv[2])
    with open_home(address, place) as opened:
        asyncio.run(main(opened, address, place))
