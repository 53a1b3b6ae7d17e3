"""Runs a piece of Python in a sandbox. `attempt(what)` in it prints "denied" with the error, or "BREACH" with the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.automations.model import File
from core.sandbox.model import DEFAULT, Limits, Outcome, Sandbox

BREACH = "BREACH"

_PRELUDE = """
import ctypes, errno, os, resource, signal, socket, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)

def attempt(what):
    try:
        result = what()
    except OSError as error:
        print("denied", errno.errorcode.get(error.errno, error))
    else:
        print("BREACH", repr(result)[:200])

def call(*arguments):
    result = libc.syscall(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result

"""


async def run_python(
    sandbox: Sandbox, code: str, limits: Limits = DEFAULT, files: Sequence[File] = ()
) -> Outcome:
    outcome = await sandbox.run(
        (*files, File("attack.py", _PRELUDE + code)), ("python3", "attack.py"), limits
    )
    assert outcome.ran, outcome.reason
    return outcome


async def attack(sandbox: Sandbox, code: str, limits: Limits = DEFAULT) -> str:
    """What the attack printed; fails where something was not denied, or where nothing was tried."""
    outcome = await run_python(sandbox, code, limits)
    assert BREACH not in outcome.stdout, f"{sandbox.name}: {outcome.stdout}"
    assert "denied" in outcome.stdout, f"{sandbox.name}: {outcome}"
    return outcome.stdout


async def attack_each(sandbox: Sandbox, ways: Iterable[str]) -> dict[str, str]:
    """Tries each expression; what each was denied with, by its text. Fails as `attack` does."""
    tried = list(ways)
    code = "".join(
        f"print(end={f'{number} '!r})\nattempt(lambda: {way})\n" for number, way in enumerate(tried)
    )
    outcome = await run_python(sandbox, code)
    answers = [line.split(" ", 2)[1:] for line in outcome.stdout.splitlines()]
    breaches = {way: answer[1] for way, answer in zip(tried, answers, strict=False) if answer[0] == BREACH}
    assert not breaches, f"{sandbox.name} let through: {breaches}"
    assert len(answers) == len(tried), f"{sandbox.name}: {outcome}"
    return {way: answer[1] for way, answer in zip(tried, answers, strict=True)}
