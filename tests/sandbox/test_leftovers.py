"""Nothing that a run has started outlives it: strays, cancelled runs, and the death of the program itself."""

from __future__ import annotations

import asyncio
import os
import select
import sys
import tempfile
from pathlib import Path

import pytest

from core.automations.model import File
from core.sandbox.model import Sandbox
from core.sandbox.staging import staged
from tests.sandbox.inside import run_python

NAP = 3_407_113
"""Seconds that nobody else sleeps, by which a stray is known."""


def sleepers() -> list[int]:
    """The host's processes that sleep for `NAP` seconds."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if place.read_bytes() == f"sleep\0{NAP}\0".encode():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


def gone(process: int, seconds: float) -> bool:
    """Waits for the end of a process that need not be a child."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


async def appeared() -> int:
    async with asyncio.timeout(20):
        while not (found := await asyncio.to_thread(sleepers)):
            pass
    return found[0]


@pytest.mark.parametrize(
    "how",
    [
        f"subprocess.Popen(['sleep', '{NAP}'])",
        f"subprocess.Popen(['sleep', '{NAP}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)",
        f"""
if os.fork() == 0:
    for leave in (os.setsid, lambda: os.setpgid(0, 0)):
        try:
            leave()
        except OSError:
            pass
    if os.fork() == 0:
        os.execvp('sleep', ['sleep', '{NAP}'])
    os._exit(0)
time.sleep(0.2)
""",
    ],
    ids=["holds the output", "is silent", "is a daemon"],
)
async def test_strays_end_with_the_run(sandbox: Sandbox, how: str) -> None:
    outcome = await run_python(sandbox, f"{how}\nprint('over')")
    assert (outcome.code, outcome.stdout) == (0, "over\n")
    assert outcome.seconds < 10
    assert all(gone(process, 5) for process in sleepers())


async def test_a_cancelled_run_leaves_nothing(sandbox: Sandbox) -> None:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(run_python(sandbox, f"subprocess.run(['sleep', '{NAP}'])"))
        process = await appeared()
        running.cancel()
    assert gone(process, 5)


async def test_the_death_of_the_program_takes_the_run_along(sandbox: Sandbox, environment_dir: Path) -> None:
    if sandbox.name != "bubblewrap":
        pytest.skip("only bubblewrap ends with the program that started it")
    code = f"""
import asyncio, pathlib
from core.sandbox.bubblewrap import find_bubblewrap
from core.sandbox.tools import find_tools
asyncio.run(find_bubblewrap(find_tools(pathlib.Path({str(environment_dir)!r}))).run((), ["sleep", "{NAP}"]))
"""
    with tempfile.TemporaryDirectory() as place:  # what the dead program cannot take away itself
        os.chmod(place, 0o711)  # noqa: PTH101, S103 - the sandbox's user passes through
        program = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env={"TMPDIR": place})
        process = await appeared()
        program.kill()
        await program.wait()
        assert gone(process, 5)


def test_the_files_of_a_run_are_taken_away_whatever_has_become_of_them() -> None:
    with staged((File("a/b.txt", "hello"),), 1000) as stage:
        assert (stage.files / "a" / "b.txt").read_text("utf-8") == "hello"
        place = os.open(stage.files, os.O_RDONLY)
        for _ in range(1100):  # deeper than Python recurses and than a path may be long
            os.mkdir("deep", 0o700, dir_fd=place)
            deeper = os.open("deep", os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = deeper
        os.mkdir("hidden", 0o300, dir_fd=place)
        os.close(place)
        (stage.scratch / "hidden").mkdir(0o300)
    assert not stage.folder.exists()
