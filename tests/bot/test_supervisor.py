"""Signals, as an operating system sends them to a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, sys, time
from bot.supervisor import supervise
from core.errors import SettingsError, ThreadwrightError

async def serve():
    if sys.argv[1] == "fails":
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(60))
            raise ThreadwrightError("It broke.", detail="why")
    if sys.argv[1] == "ends":
        return
    try:
        print("up", flush=True)
        await asyncio.Event().wait()
    finally:
        print("draining", flush=True)
        if sys.argv[1] == "blocks":
            time.sleep(60)
        elif sys.argv[1] == "waits":
            await asyncio.sleep(60)
        print("drained", flush=True)

sys.exit(supervise(serve))
"""


@contextmanager
def program(behaviour: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, behaviour], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    assert any(read.strip() == line for read in process.stdout), f"ended without saying {line}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_exits_with_0(number: signal.Signals) -> None:
    with program("drains") as process:
        until(process, "up")
        process.send_signal(number)
        until(process, "drained")
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("behaviour", "number", "code"),
    [("waits", signal.SIGTERM, 143), ("blocks", signal.SIGINT, 130)],
)
def test_a_second_signal_ends_it_at_once(behaviour: str, number: signal.Signals, code: int) -> None:
    with program(behaviour) as process:
        until(process, "up")
        process.send_signal(number)
        until(process, "draining")
        process.send_signal(number)
        assert process.wait(10) == code


def test_an_end_without_signal_is_0() -> None:
    with program("ends") as process:
        assert process.wait(10) == 0


def test_a_failure_is_1_and_tells_sentence_and_reference() -> None:
    with program("fails") as process:
        said, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "It broke." in said
    assert "reference=" in said
    assert "detail=why" in said
