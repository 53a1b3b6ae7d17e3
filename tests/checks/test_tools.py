"""Children: limited, alone, and never taken for a success when they end badly."""

from __future__ import annotations

import sys
from pathlib import Path

from core.automations.model import File
from core.checks.tools import Limits, found, laid_out, run


async def test_a_child_is_told_what_to_do_and_answers(tmp_path: Path) -> None:
    ran = await run([sys.executable, "-c", "print(input()[::-1])"], tmp_path, stdin=b"abc\n")
    assert (ran.code, ran.out, ran.crashed) == (0, "cba\n", False)


async def test_it_sees_nothing_of_the_programs_environment(tmp_path: Path) -> None:
    ran = await run(["/usr/bin/env"], tmp_path)
    assert {line.partition("=")[0] for line in ran.out.split()} <= {
        "PATH",
        "LANG",
        "HOME",
        "TMPDIR",
        "PWD",
        "OLDPWD",
        "_",
        "SHLVL",
    }


async def test_a_signal_is_a_crash(tmp_path: Path) -> None:
    ran = await run([sys.executable, "-c", "import os; os.abort()"], tmp_path)
    assert ran.crashed
    assert ran.end == "it was ended by SIGABRT"


async def test_time_and_memory_have_an_end(tmp_path: Path) -> None:
    endless = await run([sys.executable, "-c", "while True: pass"], tmp_path, limits=Limits(wall=0.3))
    assert endless.crashed
    assert endless.stopped
    greedy = await run([sys.executable, "-c", "'a' * (1 << 30)"], tmp_path, limits=Limits(memory=300 << 20))
    assert greedy.code == 1
    assert "MemoryError" in greedy.err


async def test_who_says_too_much_is_stopped(tmp_path: Path) -> None:
    ran = await run(
        [sys.executable, "-c", "while True: print('x' * 1000)"], tmp_path, limits=Limits(output=10_000)
    )
    assert ran.stopped
    assert ran.out == ""


async def test_a_tool_that_is_not_there_is_a_crash(tmp_path: Path) -> None:
    assert (await run(["/nowhere/tool"], tmp_path)).crashed
    assert found("no-such-tool-anywhere") is None


async def test_files_are_laid_out_and_gone_after() -> None:
    async with laid_out([File("a/b.txt", "é\n")]) as folder:
        assert (folder / "a/b.txt").read_bytes() == "é\n".encode()
    assert not folder.exists()
