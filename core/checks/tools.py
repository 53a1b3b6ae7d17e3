"""Runs a tool over files as a child that can do little harm: limited in time, memory and output, with an empty
environment and a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import sysconfig
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.automations.model import File

_SHELL = "/bin/sh"
_LIMITED = (
    'ulimit -c 0; ulimit -t "$1" 2>/dev/null; ulimit -v "$2" 2>/dev/null; ulimit -f "$3" 2>/dev/null; '
    'shift 3; exec "$@"'
)
"""A shell sets the limits: `preexec_fn` is not safe beside threads."""
_BLOCK = 512
"""Bytes in a block of POSIX `ulimit -f`."""
_MISSING = 126, 127
"""The shell's exit codes for a command that cannot be started."""
_READ = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """``cpu`` and ``wall``: seconds. ``memory``: bytes of address space. ``output``: bytes of stdout, and of stderr."""

    cpu: int = 10
    wall: float = 20
    memory: int = 1 << 30
    output: int = 8_000_000


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Ran:
    """``code``: the exit code, negative for a signal. ``stopped``: it took too long or said too much."""

    code: int
    out: str
    err: str
    stopped: bool = False

    @property
    def crashed(self) -> bool:
        return self.stopped or self.code < 0 or self.code in _MISSING

    @property
    def end(self) -> str:
        """How it ended, half a sentence."""
        if self.stopped:
            return "it took too long or said too much"
        if self.code < 0:
            return f"it was ended by {signal.Signals(-self.code).name}"
        return f"it ended with code {self.code}"


def found(tool: str) -> str | None:
    """Where a tool is installed: beside this Python, or on the machine."""
    beside = Path(sysconfig.get_path("scripts")) / tool
    if beside.is_file():
        return str(beside)
    nearby = Path(sys.executable).with_name(tool)
    return str(nearby) if nearby.is_file() else shutil.which(tool)


@asynccontextmanager
async def laid_out(files: Sequence[File]) -> AsyncIterator[Path]:
    """The files, with safe paths, in a temporary folder of their own."""

    def lay(folder: Path) -> None:
        for file in files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content.encode())

    with TemporaryDirectory(prefix="threadwright-", ignore_cleanup_errors=True) as name:
        await asyncio.to_thread(lay, Path(name))
        yield Path(name)


async def run(command: Sequence[str], folder: Path, *, stdin: bytes = b"", limits: Limits = DEFAULT) -> Ran:
    """Runs `command` in `folder` to its end; never raises for what the command does."""
    argv = [str(limits.cpu), str(limits.memory // 1024), str(8 * limits.output // _BLOCK), *command]
    try:
        process = await asyncio.create_subprocess_exec(
            _SHELL,
            "-c",
            _LIMITED,
            "sh",
            *argv,
            cwd=folder,
            env=_environment(folder),
            stdin=PIPE if stdin else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return Ran(_MISSING[1], "", str(error))
    try:
        async with asyncio.timeout(limits.wall):
            return await _talk(process, stdin, limits.output)
    except TimeoutError:
        return Ran(0, "", "", stopped=True)
    finally:
        _kill(process)
        await process.wait()


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}


async def _talk(process: Process, stdin: bytes, limit: int) -> Ran:
    out, err, _ = await asyncio.gather(
        _taken(process, process.stdout, limit),
        _taken(process, process.stderr, limit),
        _given(process.stdin, stdin),
    )
    code = await process.wait()
    if out is None or err is None:
        return Ran(code, "", "", stopped=True)
    return Ran(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


async def _taken(process: Process, stream: asyncio.StreamReader | None, limit: int) -> bytes | None:
    """All that comes; None when it is too much, which ends the process."""
    assert stream is not None
    parts, size = [], 0
    while part := await stream.read(_READ):
        parts.append(part)
        size += len(part)
        if size > limit:
            _kill(process)
            return None
    return b"".join(parts)


async def _given(stream: asyncio.StreamWriter | None, data: bytes) -> None:
    if stream is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
        stream.close()
        await stream.wait_closed()


def _kill(process: Process) -> None:
    """The child and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
