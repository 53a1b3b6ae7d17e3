"""The probe finds out what a sandbox lets through, and the choice falls on none rather than on a weak one."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seccompy.syscalls import AARCH64_SYSCALLS, X86_64_SYSCALLS

from core.automations.model import File
from core.sandbox.choosing import candidates, open_sandbox
from core.sandbox.model import DEFAULT, NOTHING, Limits, Outcome
from core.sandbox.probing import probe
from core.sandbox.seccomp import (
    FEIGNED,
    REFUSED,
    REFUSED_ON_SHARED_HOST,
    namespaced_filter,
    shared_host_filter,
)

_NOBODY = ("/usr/bin/setpriv", "--reuid=61200", "--regid=61200", "--clear-groups")


@dataclass(frozen=True, slots=True)
class Sieve:
    """No sandbox at all: our own attack runs beside this test, as a user without rights where root runs it."""

    name: str = "sieve"
    reduced: bool = False

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        become = _NOBODY if os.geteuid() == 0 else ()
        process = await asyncio.create_subprocess_exec(
            *become, "/usr/bin/python3", "-", *command[2:], stdin=PIPE, stdout=PIPE, env={"TELLTALE": "1"}
        )
        said, _ = await process.communicate(files[0].content.encode())
        return Outcome(ran=True, code=process.returncode, stdout=said.decode())


@dataclass(frozen=True, slots=True)
class Scripted:
    """Answers every attack with the same outcome."""

    outcome: Outcome
    name: str = "scripted"
    reduced: bool = False

    async def run(
        self,
        files: Sequence[File],
        command: Sequence[str],
        limits: Limits = DEFAULT,
        environment: Mapping[str, str] = NOTHING,
    ) -> Outcome:
        return self.outcome


async def test_names_what_gets_through() -> None:
    trouble = await probe(Sieve())
    assert trouble
    assert "a file of the host was read" in trouble
    assert "variables of the host were seen: " in trouble
    assert "TELLTALE" in trouble
    assert "the host's loopback was reached" in trouble


async def test_does_not_trust_what_does_not_run() -> None:
    assert await probe(Scripted(Outcome(ran=False, reason="no namespaces"))) == "no namespaces"
    silent = await probe(Scripted(Outcome(ran=True, code=1, stderr="bwrap: python3: no such file\n")))
    assert silent == "python3 does not run in it (it said: bwrap: python3: no such file)"


async def test_does_not_trust_a_sandbox_without_limits() -> None:
    """One that is only ever stopped by the clock has not kept anything in."""
    assert await probe(Scripted(Outcome(ran=True, killed_by="time")))
    assert (
        await probe(Scripted(Outcome(ran=True, code=0, stdout="64 MB were written\ndone\n")))
        == "64 MB were written"
    )


async def test_accepts_what_denies_everything() -> None:
    assert await probe(Scripted(Outcome(ran=True, code=0, stdout="done\n"))) is None


async def test_chooses_the_strongest(tmp_path: Path) -> None:
    chosen = await open_sandbox(tmp_path / "not-built")
    order = [name for name, _ in candidates(None, None)]
    assert order == ["bubblewrap", "Landlock", "Docker"]
    if chosen.name == "none":
        outcome = await chosen.run((), ("true",))
        assert not outcome.ran
        assert all(name in outcome.reason for name in order)
    else:
        assert chosen.name in order


def test_each_refused_call_exists() -> None:
    """A misspelled name would be left out as unknown, and the call allowed."""
    known = set(X86_64_SYSCALLS) | set(AARCH64_SYSCALLS)
    assert not set(f"{REFUSED} {REFUSED_ON_SHARED_HOST} {FEIGNED}".split()) - known


def test_filters_are_within_what_the_kernel_takes() -> None:
    for rules in (namespaced_filter(), shared_host_filter()):
        assert 0 < len(rules.program) // 8 <= 4096
