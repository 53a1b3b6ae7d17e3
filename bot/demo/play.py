"""`demo`: sets the stage, plays the script, keeps what was delivered, and says whether all of it appeared."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.demo.keeping import claim, keep
from bot.demo.program import ProgramEnded, tail
from bot.demo.replay import scripted
from bot.demo.scene import TITLE, Scene
from bot.demo.screen import screen
from bot.demo.stage import NotShown, Stage, beside, set_up, until_stopped

_BEFORE = """\
The model's answers are replayed: they were written beforehand. Slack is a simulator on this machine.
What works between them is the real program, in a process of its own: python -m bot run
"""
_AFTER = """\
Everything that had to appear has appeared, in {seconds:.0f} seconds. Slack was a simulator on this machine, and the
model's answers were replayed; form, thread, files and versions came from the real program.

What was delivered:
{kept}
"""


def demo(out: Path, *, fast: bool) -> int:
    """Plays it; the exit code is 0 only if everything that had to appear did. ``fast``: without pauses.
    Raises RequestRefused when `out` is not the demo's to write in."""
    folder = claim(out, "slack")
    return until_stopped(lambda: _demo(folder, fast=fast))


async def _demo(folder: Path, *, fast: bool) -> int:
    started, log = time.monotonic(), folder / "program.log"
    print(_BEFORE, flush=True)
    try:
        async with set_up(log, scripted(fast=fast)) as stage:
            kept = await _play(stage, folder, fast=fast)
    except (NotShown, ProgramEnded) as trouble:
        _explain(trouble, log)
        return 1
    listed = "\n".join(f"  {path}" for path in kept)
    print("\n" + _AFTER.format(seconds=time.monotonic() - started, kept=listed), flush=True)
    return 0


async def _play(stage: Stage, folder: Path, *, fast: bool) -> Sequence[Path]:
    """What was kept. Raises NotShown, ProgramEnded."""
    with screen(stage.team) as shown:
        try:
            await beside(stage.program.must_live, shown.follow, Scene(stage.team, shown, fast).play)
            shown.refresh()
        finally:
            kept = keep(folder, TITLE, stage.team.seen())
    if complaints := stage.team.complaints():
        raise NotShown("a conversation with Slack without refusals. " + "; ".join(complaints))
    return kept


def _explain(trouble: NotShown | ProgramEnded, log: Path) -> None:
    missing = f"Missing: {trouble}" if isinstance(trouble, NotShown) else str(trouble)
    print(f"\n{missing}\nThe end of the program's log ({log}):\n{tail(log)}", file=sys.stderr, flush=True)
