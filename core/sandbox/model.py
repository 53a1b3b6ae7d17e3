"""What a sandbox is asked, what it answers, and the one that refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from core.automations.model import File

KilledBy = Literal["time", "cpu", "memory", "output", "disk", "inodes"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. Who goes beyond is killed, or told by the kernel that there is no more.

    ``cpu_seconds``: per process. ``wall_seconds``: all in all. ``memory_bytes``: of all processes together, measured ten
    times a second; one process alone cannot reserve more than `reserve_bytes`. ``output_bytes``: stdout and stderr
    together. ``processes``: threads count. ``disk_bytes``: in each of the two places that can be written to, the
    project's folder and the one for temporary files. ``inodes``: files and folders there.
    """

    cpu_seconds: int = 30
    wall_seconds: float = 60
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 64 * 2**10
    processes: int = 64
    disk_bytes: int = 64 * 2**20
    inodes: int = 20_000

    @property
    def reserve_bytes(self) -> int:
        """Far more than a process may use: Node.js reserves some 500 MB for each of its workers and fills little of it."""
        return 8 * self.memory_bytes


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    ``ran``: whether the command was started at all; if not, ``reason`` is half a sentence for people that goes on
    after "not run: ". ``code``: the exit code, 128 + N after signal N; ``None`` when not run or killed by a limit, which
    ``killed_by`` then names. ``stdout`` and ``stderr``: what came before `Limits.output_bytes` were reached.
    ``seconds``: of the clock on the wall.
    """

    ran: bool
    reason: str = ""
    code: int | None = None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0
    killed_by: KilledBy | None = None


class Sandbox(Protocol):
    """Runs a command over files of its own copy. Never raises for what the code inside does."""

    @property
    def name(self) -> str:
        """For people: which way of confining this is."""
        ...

    @property
    def reduced(self) -> bool:
        """Whether there is no network inside, not even one of its own, so that honest programs may fail for it."""
        ...

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        """Runs `command` in a folder that holds `files`, with `environment` added to a fixed, small one.

        Nothing of what it writes is kept. When cancelled, everything it started is dead before this returns.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoSandbox:
    """Where nothing safe is to be had nothing is run. ``reason``: why, half a sentence for people."""

    reason: str
    name: str = "none"
    reduced: bool = False

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        del files, command, limits, environment
        return Outcome(ran=False, reason=f"no safe sandbox on this host: {self.reason}")
