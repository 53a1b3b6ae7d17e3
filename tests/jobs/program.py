"""A process with an engine, for tests that end it: ``python program.py FOLDER [ID:SESSION …]``.

Hands in the works, then tells on standard output, and in FOLDER/told, what its handlers do: `begin ID`, `end ID`. A
handler stays inside while FOLDER/hold-ID exists at its beginning: until SIGTERM, or for ever if that file says so.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from core.jobs.engine import open_jobs
from core.storage.boxes import Work


async def main(folder: Path, works: list[str]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def tell(words: str) -> None:
        with (folder / "told").open("a") as told:
            told.write(f"{words}\n")
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()

    async def handle(work: Work) -> None:
        tell(f"begin {work.id}")
        hold = folder / f"hold-{work.id}"
        if hold.exists():
            await (asyncio.Event() if hold.read_text() == "for ever" else stop).wait()
        tell(f"end {work.id}")

    url = f"sqlite:///{folder / 'app.sqlite'}"
    async with open_jobs(url, folder, ordered={"turn": handle}, errands={}) as engine:
        for number, session in (work.split(":") for work in works):
            await engine.dispatch(Work(int(number), "turn", session, {}))
        tell("ready")
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
