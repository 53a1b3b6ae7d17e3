"""`try`: the same stage, and you are one of the team until you leave."""

from __future__ import annotations

import asyncio
import re
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from bot.demo.commands import Commands, Numbers
from bot.demo.keeping import claim, keep
from bot.demo.keyboard import Keyboard, typing
from bot.demo.playing import Play
from bot.demo.program import ProgramEnded, tail
from bot.demo.replay import Replay, anything
from bot.demo.scene import TITLE, Scene
from bot.demo.screen import screen
from bot.demo.stage import STOPPED, NotShown, Stage, beside, set_up, until_stopped
from bot.demo.team import Team
from bot.settings import Settings, read_settings
from core.errors import SettingsError
from core.openrouter.config import PUBLIC_URL

_REPLAYED = """\
The model's answers are replayed, whatever you say, and {platform} is a simulator on this machine. What works between
them is the real program, in a process of its own: python -m bot run. With `make try LIVE=1` a real model answers.
"""
_LIVE = """\
{platform} is a simulator on this machine; the model is a real one, {model} at {address}, and may cost money.
What works between them is the real program, in a process of its own: python -m bot run.
"""
_LINK = re.compile(r"https?://[^\s<>|)]+/sign-in/[\w-]+")
_PATIENCE = 15.0
_HOW = "Type /automation new Title, then talk in the thread. !help tells the rest, !quit or Ctrl-C ends it."
_PLAY = "Type !play to watch a team at work, here and in the browser."


def try_out(
    out: Path, platform: str = "slack", *, live: bool, fast: bool = False, browser: bool = False
) -> int:
    """Stays until Ctrl-C, `!quit` or the end of the input; the exit code is 0 then. ``platform``: of `TEAMS`.
    ``browser``: opens the dashboard. ``live``: with the real model of the settings; raises SettingsError when there is none. Raises RequestRefused when `out` is not the demo's."""
    model: Mapping[str, str] | Replay = (
        _real_model(read_settings()) if live else anything(fast=fast, scene=TITLE)
    )
    folder = claim(out, "try")
    code = until_stopped(lambda: _try(folder, platform, model, browser=browser))
    return 0 if code == STOPPED else code


def _real_model(settings: Settings) -> Mapping[str, str]:
    """What the program needs to know of it."""
    key = settings.openrouter_api_key
    if key is None and settings.openrouter_base_url == PUBLIC_URL:
        raise SettingsError(
            ("OPENROUTER_API_KEY: is missing; a real model needs it (README, “A model at OpenRouter”)",)
        )
    given = {
        "OPENROUTER_API_KEY": key.get_secret_value() if key else "",
        "OPENROUTER_BASE_URL": settings.openrouter_base_url,
        "OPENROUTER_MODEL": settings.openrouter_model,
        "OPENROUTER_FALLBACK_MODELS": ",".join(settings.openrouter_fallback_models),
    }
    return {name: value for name, value in given.items() if value}


async def _try(folder: Path, platform: str, model: Mapping[str, str] | Replay, *, browser: bool) -> int:
    log = folder / "program.log"
    print(_before(platform.capitalize(), model))
    print(_HOW)
    print(f"{_PLAY}\n" if isinstance(model, Replay) else "", flush=True)
    try:
        async with set_up(log, model, (platform,)) as stage:
            try:
                await _tell_address(stage.team, browser=browser)
                await _at_the_prompt(stage, model)
            finally:
                _keep(folder, stage)
    except (NotShown, ProgramEnded) as trouble:
        print(f"\n{trouble}\nThe end of the program's log ({log}):\n{tail(log)}", file=sys.stderr)
        return 1
    return 0


async def _tell_address(team: Team, *, browser: bool) -> None:
    """Asks for the dashboard as people do, by the slash command."""
    who = team.people[0]
    await team.command(who, "/automation dashboard")
    link = await team.until(lambda: _link(team, who), _PATIENCE)
    assert isinstance(link, str)
    print(f"The same in the browser, as {who}, for ten minutes and once: {link}")
    print("Another one: /automation dashboard\n", flush=True)
    if browser:
        await asyncio.to_thread(webbrowser.open, link)


def _link(team: Team, who: str) -> str | None:
    told = (each.text for each in reversed(team.seen()) if each.where == "private" and each.to == who)
    return next((found[0] for text in told if (found := _LINK.search(text))), None)


def _before(platform: str, model: Mapping[str, str] | Replay) -> str:
    if isinstance(model, Replay):
        return _REPLAYED.format(platform=platform)
    return _LIVE.format(
        platform=platform, model=model["OPENROUTER_MODEL"], address=model["OPENROUTER_BASE_URL"]
    )


async def _at_the_prompt(stage: Stage, model: Mapping[str, str] | Replay) -> None:
    numbers, patient = Numbers(), not sys.stdin.isatty()
    with screen(stage.team, numbers.label) as shown:
        keyboard = Keyboard()
        hurry = isinstance(model, Replay) and model.fast
        play = Play(Scene(stage.team, shown, hurry, alone=False), patient)
        begin = play.begin if isinstance(model, Replay) else None
        commands = Commands(stage.team, shown, keyboard, numbers, patient, begin)
        with typing(keyboard, commands.show_prompt):
            await beside(stage.program.must_live, shown.follow, play.serve, commands.serve)
            shown.refresh()


def _keep(folder: Path, stage: Stage) -> None:
    if any(each.files for each in stage.team.seen()):
        keep(folder, stage.team.channel, stage.team.seen())
        print(f"What was delivered lies in {folder}.")
