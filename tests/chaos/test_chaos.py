"""The command itself: the real program is killed once, and all is well."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.scenarios.program import ROOT
from tests.surroundings import unmeasured


async def test_one_kill_is_survived(tmp_path: Path) -> None:
    arguments = ("--kills", "1", "--seed", "1", "--lanes", "1", "--patience", "25", "--folder", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.chaos", *arguments,
        cwd=ROOT, env=unmeasured(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()
    assert "| kills                     |     1 |" in told.decode()
    assert (tmp_path / "slack.txt").exists()
