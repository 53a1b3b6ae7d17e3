"""`demo`: sets the stage, plays the script on every platform at once, keeps what was delivered, and says whether all
of it appeared."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.demo.keeping import claim, keep
from bot.demo.program import ProgramEnded, tail
from bot.demo.replay import scripted
from bot.demo.scene import TITLE, Scene
from bot.demo.screen import screens
from bot.demo.stage import TEAMS, NotShown, Stage, beside, set_up, together, until_stopped

_BEFORE = """\
The model's answers are replayed: they were written beforehand. {simulated} on this machine.
What works between them is the real program, in one process of its own: python -m bot run
"""
_AFTER = """\
Everything that had to appear has appeared, in {seconds:.0f} seconds. {simulated} on this machine, and the
model's answers were replayed; form, thread, files and versions came from the real program.

What was delivered:
{kept}
"""


def demo(out: Path, platforms: Sequence[str] = tuple(TEAMS), *, fast: bool) -> int:
    """Plays it on all of them at once; the exit code is 0 only if everything that had to appear did. ``fast``: without
    pauses. Raises RequestRefused when `out` is not the demo's to write in."""
    folders = {platform: claim(out, platform) for platform in platforms}
    log = out / "program.log"
    log.unlink(missing_ok=True)
    return until_stopped(lambda: _demo(folders, log, fast=fast))


async def _demo(folders: Mapping[str, Path], log: Path, *, fast: bool) -> int:
    started = time.monotonic()
    print(_BEFORE.format(simulated=_simulated(folders, "is", "are")), flush=True)
    try:
        async with set_up(log, scripted(fast=fast), list(folders)) as stage:
            kept = await _play(stage, list(folders.values()), fast=fast)
            seconds = time.monotonic() - started
    except (NotShown, ProgramEnded) as trouble:
        _explain(trouble, log)
        return 1
    listed = "\n".join(f"  {path}" for path in dict.fromkeys(kept))
    told = _simulated(folders, "was", "were")
    print("\n" + _AFTER.format(seconds=seconds, simulated=told, kept=listed), flush=True)
    return 0


def _simulated(platforms: Iterable[str], one: str, several: str) -> str:
    names = [each.capitalize() for each in platforms]
    return f"{' and '.join(names)} " + (f"{one} a simulator" if len(names) == 1 else f"{several} simulators")


async def _play(stage: Stage, folders: Sequence[Path], *, fast: bool) -> Sequence[Path]:
    """What was kept. Raises NotShown, ProgramEnded."""
    with screens(stage.teams) as shown:
        scenes = [Scene(team, on, fast).play for team, on in zip(stage.teams, shown, strict=True)]
        followers = [each.follow for each in shown]
        try:
            await beside(stage.program.must_live, *followers, lambda: together(scenes))
            for each in shown:
                each.refresh()
        finally:
            places = zip(folders, stage.teams, strict=True)
            kept = [path for folder, team in places for path in keep(folder, TITLE, team.seen())]
    for team in stage.teams:
        if complaints := team.complaints():
            raise NotShown(f"a conversation with {team.platform} without refusals. " + "; ".join(complaints))
    return kept


def _explain(trouble: NotShown | ProgramEnded, log: Path) -> None:
    missing = f"Missing: {trouble}" if isinstance(trouble, NotShown) else str(trouble)
    print(f"\n{missing}\nThe end of the program's log ({log}):\n{tail(log)}", file=sys.stderr, flush=True)
