"""Attacks a sandbox before it is trusted: that a program is installed does not mean that it confines anything here."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.automations.model import File
from core.sandbox.model import Limits, Outcome, Sandbox
from core.sandbox.tools import Tools

_NAME = "attacks.py"
_DONE = "done\n"
_RIGHTLY = ("memory", "disk", "inodes")
_LIMITS = Limits(
    cpu_seconds=5, wall_seconds=10, memory_bytes=96 * 2**20, processes=16, disk_bytes=8 * 2**20, inodes=500
)


async def probe(sandbox: Sandbox) -> str | None:
    """Half a sentence about what this sandbox lets through, or why it does not work here; ``None``: it holds."""
    if trouble := await _surroundings(sandbox):
        return trouble
    attacks = (
        ("processes", 2 * _LIMITS.processes),  # not exact where other processes of the user count too
        ("memory", _LIMITS.memory_bytes // 2),
        ("disk", _LIMITS.disk_bytes),
    )
    for name, size in attacks:
        if trouble := _trouble(await _attack(sandbox, name, str(size)), may_be_killed=True):
            return trouble
    return None


async def _surroundings(sandbox: Sandbox) -> str | None:
    """A file that everybody may read, and a port that everybody may reach: what denies them is the sandbox."""
    known = ",".join((*Tools(Path()).environment("", ""), "LD_LIBRARY_PATH"))
    with _secret() as secret:
        async with await asyncio.start_server(_hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            outcome = await _attack(sandbox, "surroundings", str(secret), str(port), str(os.getpid()), known)
    return _trouble(outcome, may_be_killed=False)


@contextmanager
def _secret() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        secret = Path(folder, "secret")
        secret.write_text("of the host", "utf-8")
        yield secret


def _hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _attack(sandbox: Sandbox, name: str, *arguments: str) -> Outcome:
    code = Path(__file__).with_name(_NAME).read_text("utf-8")
    command: Sequence[str] = ("python3", _NAME, name, *arguments)
    return await sandbox.run((File(_NAME, code),), command, _LIMITS)


def _trouble(outcome: Outcome, *, may_be_killed: bool) -> str | None:
    if not outcome.ran:
        return outcome.reason
    if breaches := outcome.stdout.removesuffix(_DONE).strip():
        return breaches.replace("\n", "; ")
    if outcome.stdout == _DONE or (may_be_killed and outcome.killed_by in _RIGHTLY):
        return None
    said = (outcome.stderr.strip() or "nothing").splitlines()[-1]
    return f"python3 does not run in it (it said: {said[:200]})"
