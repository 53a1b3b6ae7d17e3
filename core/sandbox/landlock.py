"""The second choice on Linux, where namespaces are forbidden: Landlock, a stricter seccomp filter, limits, and a watch.

Weaker than namespaces: code sees that files of the host exist (not what is in them), has no network at all, not even
one of its own, and is kept from filling the disk by the watch alone, which may come a tenth of a second late.
"""

from __future__ import annotations

import os
import resource
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import landlockpy

from core.automations.model import File
from core.sandbox.confine import Confinement
from core.sandbox.model import DEFAULT, NOTHING, KilledBy, Limits, Outcome
from core.sandbox.seccomp import why_no_filter
from core.sandbox.staging import Stage, Unstageable, staged
from core.sandbox.supervising import nameless, supervise
from core.sandbox.tools import HOST_FOLDERS, HOST_LINKS, Tools
from core.sandbox.usage import deleted_but_open, disk_use, in_group, memory_exceeds, threads_of

NEEDED_ABI = 6
"""From here on signals and abstract sockets are kept in too (Linux 6.12). Source: the kernel's Landlock page."""

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FACTS = (
    "/proc/meminfo",
    "/proc/cpuinfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
)
"""Harmless, and runtimes size themselves by them; the rest of /proc would show the host's processes."""

_NOT_STARTED = b"it did not start"


@dataclass(frozen=True, slots=True)
class Landlock:
    tools: Tools
    name: str = "Landlock"
    reduced: bool = True

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        try:
            with staged(files, limits.disk_bytes) as stage:
                return await self._run(stage, command, limits, environment)
        except Unstageable as error:
            return Outcome(ran=False, reason=str(error))

    async def _run(
        self, stage: Stage, command: Sequence[str], limits: Limits, environment: Mapping[str, str]
    ) -> Outcome:
        self._add_packages(stage)
        variables = {**self._variables(stage), **environment}
        with nameless(_NOT_STARTED) as (trouble,):
            to = self._confinement(stage, command, variables, limits, trouble)
            with nameless(to.packed()) as (given,):
                start = [sys.executable, "-I", "-m", "core.sandbox.confine", str(given)]
                outcome = await supervise(start, (trouble, given), limits, partial(_exceeded, stage, limits))
            failed = os.pread(trouble, 300, 0).decode("utf-8", "replace")
            if outcome.ran and failed and not outcome.killed_by:
                return Outcome(
                    ran=False, reason=f"Landlock failed: {failed}; {outcome.stderr.strip()[-300:]}"
                )
            return outcome

    def _variables(self, stage: Stage) -> Mapping[str, str]:
        return self.tools.environment(str(self.tools.folder), str(stage.scratch))

    def _add_packages(self, stage: Stage) -> None:
        packages = stage.files / "node_modules"
        if self.tools.folder and self.tools.javascript and not packages.exists():
            packages.symlink_to(self.tools.folder / "node_modules")

    def _confinement(
        self, stage: Stage, command: Sequence[str], variables: Mapping[str, str], limits: Limits, trouble: int
    ) -> Confinement:
        own = [f"{self.tools.folder}/{part}" for part in self.tools.parts]
        return Confinement(
            command=command,
            variables=variables,
            folder=str(stage.files),
            writable=(str(stage.files), str(stage.scratch)),
            readable=(*HOST_FOLDERS, *HOST_LINKS, *_FACTS, *own),
            devices=_DEVICES,
            owner=stage.owner if os.geteuid() == 0 else None,
            limits=tuple(_resources(limits, stage.owner)),
            trouble=trouble,
        )


def find_landlock(tools: Tools) -> Landlock | str:
    """This way of confining, or why it cannot be had."""
    if reason := why_no_filter():
        return reason
    try:
        abi = landlockpy.abi_version()
    except OSError:
        return "the kernel has no Landlock, or it is switched off"
    if abi < NEEDED_ABI:
        return f"the kernel's Landlock is too old (ABI {abi}, needed {NEEDED_ABI}: Linux 6.12)"
    reachable = os.geteuid() != 0 or tools.folder is None or _open_to_all(tools.folder)
    return Landlock(tools if reachable else Tools(None))


def _without_places(outcome: Outcome, stage: Stage) -> Outcome:
    """Nobody needs to read where on the host it ran."""
    there = str(stage.files)
    return replace(
        outcome, stdout=outcome.stdout.replace(there, "/job"), stderr=outcome.stderr.replace(there, "/job")
    )


def _open_to_all(folder: Path) -> bool:
    """Whether somebody else than its owner gets there."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def _resources(limits: Limits, owner: int) -> Iterator[tuple[int, int, int]]:
    yield resource.RLIMIT_CORE, 0, 0
    yield resource.RLIMIT_NOFILE, 256, 256
    yield resource.RLIMIT_MEMLOCK, 2**16, 2**16
    yield resource.RLIMIT_MSGQUEUE, 0, 0
    processes = threads_of(owner) + limits.processes  # counts all of this user's, without namespaces
    yield resource.RLIMIT_NPROC, processes, processes
    yield resource.RLIMIT_DATA, limits.reserve_bytes, limits.reserve_bytes
    yield resource.RLIMIT_FSIZE, limits.disk_bytes, limits.disk_bytes
    yield resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1


def _exceeded(stage: Stage, limits: Limits, process: int) -> KilledBy | None:
    group = list(in_group(process))
    if memory_exceeds(group, limits.memory_bytes):
        return "memory"
    try:
        use = disk_use((stage.files, stage.scratch), limits.inodes)
    except OSError:  # made unreadable, or deeper than a path can be long
        return "inodes"
    if use.inodes > limits.inodes:
        return "inodes"
    return "disk" if use.size + deleted_but_open(group) > limits.disk_bytes else None
