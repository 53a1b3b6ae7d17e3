"""A process in which jobs run until they are stopped, for tests: ``python stoppable.py URL``.

Says `ready` once it hears the others; of each line on standard input it runs the jobs, says `runs JOB`, and when it was
stopped `stopped JOB SECONDS`, by the clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop

from core.storage.bus import open_bus
from core.work.stopping import Stopped, Stopping


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


async def run(stopping: Stopping, job: str) -> None:
    try:
        async with stopping.stoppable(job):
            say("runs", job)
            await asyncio.Event().wait()
    except Stopped:
        say("stopped", job, time.monotonic())


async def main(url: str) -> None:
    async with open_bus(url) as bus:
        stopping = Stopping(bus)
        bus.joined(lambda: say("ready"))
        async with asyncio.TaskGroup() as group:
            while line := await asyncio.to_thread(sys.stdin.readline):
                for job in line.split():
                    group.create_task(run(stopping, job))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
