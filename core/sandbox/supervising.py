"""Starts one confined process and watches it: output is cut, limits are kept, nothing survives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from core.sandbox.model import KilledBy, Limits, Outcome

TICK = 0.1
"""Seconds between two looks at what a run uses."""

_BY_SIGNAL: dict[int, KilledBy] = {128 + signal.SIGXCPU: "cpu", 128 + signal.SIGXFSZ: "disk"}
_KILLED = 128 + signal.SIGKILL

Measure = Callable[[int], KilledBy | None]
"""What has been exceeded by the run whose first process has this id. Never raises, never takes long."""


@contextmanager
def nameless(*contents: bytes) -> Iterator[tuple[int, ...]]:
    """Descriptors of files without a name that hold `contents`, to be inherited by a child."""
    with ExitStack() as closing:
        files = [closing.enter_context(tempfile.TemporaryFile(buffering=0)) for _ in contents]
        for file, content in zip(files, contents, strict=True):
            file.write(content)
            file.seek(0)
        yield tuple(file.fileno() for file in files)


async def supervise(
    command: Sequence[str], descriptors: Sequence[int], limits: Limits, measure: Measure, stdin: bytes = b""
) -> Outcome:
    """Runs `command` with an empty environment until it ends or exceeds a limit. `command` must confine itself.

    All of its process group is dead afterwards, also when this is cancelled.
    """
    with nameless(stdin) as (given,):
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=given if stdin else asyncio.subprocess.DEVNULL,  # a file could be written to
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd="/",  # the sandbox may see where it was started
                env={},
                pass_fds=tuple(descriptors),
                start_new_session=True,
            )
        except OSError as error:
            return Outcome(ran=False, reason=f"the sandbox cannot be started: {error.strerror}")
    run = _Run(process, limits)
    await run.end(measure)
    return run.outcome()


@dataclass(slots=True)
class _Run:
    process: asyncio.subprocess.Process
    limits: Limits
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    killed_by: KilledBy | None = None
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    seconds: float = 0

    async def end(self, measure: Measure) -> None:
        assert self.process.stdout
        assert self.process.stderr
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(self.process.stdout, self.stdout))
                group.create_task(self._read(self.process.stderr, self.stderr))
                watching = group.create_task(self._watch(measure))
                await self.process.wait()
                self.seconds = self._elapsed()
                self._kill()  # what it has left behind, which may hold the pipes
                watching.cancel()
        finally:
            self._kill()
            await self.process.wait()

    def outcome(self) -> Outcome:
        code = self.process.returncode
        assert code is not None
        code = 128 - code if code < 0 else code
        killed_by = self.killed_by or _BY_SIGNAL.get(code)
        if (
            code == _KILLED and self.seconds > self.limits.cpu_seconds
        ):  # it was deaf to the signal that comes first
            killed_by = killed_by or "cpu"
        return Outcome(
            ran=True,
            code=None if killed_by else code,
            stdout=self.stdout.decode("utf-8", "replace"),
            stderr=self.stderr.decode("utf-8", "replace"),
            seconds=self.seconds,
            killed_by=killed_by,
        )

    async def _read(self, stream: asyncio.StreamReader, into: bytearray) -> None:
        while chunk := await stream.read(2**14):
            room = self.limits.output_bytes - len(self.stdout) - len(self.stderr)
            into += chunk[: max(room, 0)]
            if len(chunk) > room:
                self._stop("output")

    async def _watch(self, measure: Measure) -> None:
        while self.process.returncode is None:
            if self._elapsed() > self.limits.wall_seconds:
                self._stop("time")
            elif exceeded := measure(self.process.pid):
                self._stop(exceeded)
            await asyncio.sleep(TICK)
        self._kill()  # some versions of asyncio wait for the pipes too, which strays may hold

    def _stop(self, reason: KilledBy) -> None:
        self.killed_by = self.killed_by or reason
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.began
