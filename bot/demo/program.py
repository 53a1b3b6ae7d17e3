"""The real program as its own process: the same command that production runs, configured only by its environment."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

COMMAND = (sys.executable, "-m", "bot")
_ROOT = Path(__file__).parents[2]
_PATIENCE = 10.0
"""Seconds that it may take to drain and close."""


class ProgramEnded(Exception):
    """It ended by itself, or not in good order when it was asked to. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Program:
    """The process, as long as it is watched."""

    process: Process

    async def must_live(self) -> NoReturn:
        """Raises ProgramEnded when it ends."""
        code = await self.process.wait()
        raise ProgramEnded(f"The program ended by itself with exit code {code}.")

    async def stop(self) -> int:
        """Asks it to drain; after ten seconds it is ended. Returns its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.process.wait()
        except TimeoutError:
            self.process.kill()
            return await self.process.wait()
        except asyncio.CancelledError:
            self.process.kill()
            raise


@asynccontextmanager
async def running(environment: Mapping[str, str], log: Path) -> AsyncIterator[Program]:
    """Starts it with this environment and little else; it is stopped when the block ends. Raises ProgramEnded."""
    program = await _started(("run",), environment, log)
    try:
        yield program
    finally:
        code = await program.stop()
    if code != 0:
        raise ProgramEnded(f"The program did not stop in good order: its exit code is {code}.")


async def once(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    """Runs another of its commands to the end. Raises ProgramEnded when that is none in good order."""
    program = await _started(arguments, environment, log)
    try:
        code = await program.process.wait()
    finally:
        await program.stop()
    if code != 0:
        raise ProgramEnded(f"The command {' '.join(arguments)} failed with exit code {code}.")


async def _started(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Program:
    """It gets a process group of its own: Ctrl-C reaches us alone, and we ask it to stop."""
    clean = {"PATH": os.defpath, "HOME": str(Path.home()), "PYTHONUTF8": "1", "LOG_FORMAT": "console"}
    with log.open("ab") as lines:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *arguments,
            cwd=_ROOT,
            env={**clean, **environment},
            stdin=DEVNULL,
            stdout=lines,
            stderr=STDOUT,
            process_group=0,
        )
    return Program(process)


def tail(log: Path, lines: int = 20) -> str:
    """The end of the log."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
