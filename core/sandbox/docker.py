"""Where an operator has named an image: a container without network, rights, or a disk, under the kernel's accounting."""

from __future__ import annotations

import dataclasses
import io
import secrets
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.automations.model import File
from core.sandbox.model import DEFAULT, NOTHING, Limits, Outcome
from core.sandbox.staging import Placed, Unstageable, placed
from core.sandbox.supervising import supervise
from core.sandbox.tools import Tools

_TOOLS = "/env"
_NOBODY = 65534
_STARTING = 10
"""Seconds that the daemon may take before the command runs."""


@dataclass(frozen=True, slots=True)
class Docker:
    """``program``: the client. ``image``: on the host already, with bash, tar and the C library that `tools` expects."""

    tools: Tools
    program: str
    image: str
    name: str = "Docker"
    reduced: bool = False

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        try:
            archive = _archive(placed(files, limits.disk_bytes))
        except Unstageable as error:
            return Outcome(ran=False, reason=str(error))
        container = f"threadwright-{secrets.token_hex(8)}"
        variables = {**self.tools.environment(_TOOLS, "/tmp"), **environment}  # noqa: S108 - the container's own
        start = [self.program, "run", "--name", container, *_walls(limits), *self._shown()]
        start += [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
        start += [self.image, "bash", "-c", self._script(), "bash", *command]
        patient = dataclasses.replace(limits, wall_seconds=limits.wall_seconds + _STARTING)
        try:
            outcome = await supervise(start, (), patient, lambda _: None, archive)
            return await self._explained(outcome, container)
        finally:
            await self._ask("rm", "--force", container)

    async def _explained(self, outcome: Outcome, container: str) -> Outcome:
        """What the client cannot tell: whether the container ran at all, and whether the kernel ended it for memory."""
        if outcome.killed_by or not outcome.ran:
            return outcome
        state = await self._ask("inspect", "--format", "{{.State.StartedAt}} {{.State.OOMKilled}}", container)
        started, _, short_of_memory = state.partition(" ")
        if not started or started.startswith("0001-"):
            return Outcome(ran=False, reason=f"Docker failed: {outcome.stderr.strip()[:300]}")
        if short_of_memory == "true" and outcome.code:
            return dataclasses.replace(outcome, code=None, killed_by="memory")
        return outcome

    async def _ask(self, *arguments: str) -> str:
        """One more call of the client; "" when it fails or takes long."""
        answer = await supervise(
            [self.program, *arguments], (), Limits(wall_seconds=_STARTING), lambda _: None
        )
        return answer.stdout.strip() if answer.code == 0 else ""

    def _shown(self) -> list[str]:
        return [f"--volume={self.tools.folder}/{part}:{_TOOLS}/{part}:ro" for part in self.tools.parts]

    def _script(self) -> str:
        packages = f"ln -sfn {_TOOLS}/node_modules node_modules && " if self.tools.javascript else ""
        return f'tar -x -f - && {packages}exec "$@" < /dev/null'


def find_docker(tools: Tools, image: str | None) -> Docker | str:
    """This way of confining, or why it cannot be had."""
    if image is None:
        return "no image is configured"
    program = shutil.which("docker")
    return Docker(tools, program, image) if program else "its client is not installed"


def _walls(limits: Limits) -> Iterator[str]:
    yield from ("--interactive", "--init", "--pull=never", "--network=none", "--read-only", "--cap-drop=ALL")
    yield from ("--security-opt=no-new-privileges", f"--user={_NOBODY}:{_NOBODY}", "--hostname=sandbox")
    yield from (f"--memory={limits.memory_bytes}", f"--memory-swap={limits.memory_bytes}", "--shm-size=16m")
    yield from (f"--pids-limit={limits.processes}", "--ulimit=core=0", "--ulimit=nofile=256")
    yield from (f"--ulimit=cpu={limits.cpu_seconds}:{limits.cpu_seconds + 1}",)
    size = f"size={limits.disk_bytes},nr_inodes={limits.inodes},uid={_NOBODY},gid={_NOBODY},mode=0700,exec"
    yield from (f"--tmpfs=/job:{size}", f"--tmpfs=/tmp:{size}", "--workdir=/job")


def _archive(files: Sequence[Placed]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for file in files:
            entry = tarfile.TarInfo(file.path)
            entry.size, entry.mode = len(file.data), file.mode
            archive.addfile(entry, io.BytesIO(file.data))
    return packed.getvalue()
