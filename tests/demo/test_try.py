"""`try` with the lines from a pipe, and how it ends."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from tests.bot.program import ROOT, piped, run


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_the_way_from_the_form_to_the_files(tmp_path: Path) -> None:
    form = ("/automation new", "   ", "crawl", "one", "two", "", "", "")
    again = ("A title",)
    talk = ("Hello there", "!as ben", "// lunch?", "!click Add", "@Threadwright generate python")
    after = ("!view", "!9", "!close", "!download", "!as nobody", "!99", "!help", "!quit", "never said")
    done = piped(_lines("hello?", *form, *again, *talk, *after), "try", "--fast", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    shown = done.stdout
    for text in (
        "replayed, whatever you say",
        "There is no session yet",
        "✗ Give the session a title",
        "R2. two",
        "[1 Generate] [2 Requirements] [3 Close]",
        "I am a replay",
        "added R3.",
        "a-title-v1.zip",
        "Version 1 (only Ben sees this)",
        "lines 1 to",
        "(direct message to Ben)",
        "The team is Ana, Ben, Chiara.",
        "There is no button 99",
        "!edit TEXT",
    ):
        assert text in shown, f"{text} is not in\n{shown}"
    assert shown.index("// lunch?") < shown.index("added R3.") < shown.index("a-title-v1.zip")
    assert "never said" not in shown
    assert (tmp_path / "try" / "v1" / "prices.py").stat().st_size


def test_the_requirements_can_be_changed_in_their_form(tmp_path: Path) -> None:
    opened = ("/automation new A title", "", "", "one", "", "", "")
    changed = ("!click Requirements", "R1. one and a half", "two", "", "!edit nothing")
    done = piped(_lines(*opened, *changed), "try", "--fast", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed R1. one and a half" in done.stdout
    assert "added R2. two" in done.stdout
    assert "Ana has said nothing here yet." in done.stdout


def test_the_team_can_be_on_discord(tmp_path: Path) -> None:
    opened = ("/automation new A title", "", "", "one", "", "", "")
    done = piped(
        _lines(*opened, "// aside"), "try", "--fast", "--platform", "discord", "--out", str(tmp_path)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Discord is a simulator" in done.stdout
    assert (
        done.stdout.index("R1. one") < done.stdout.index("I am a replay") < done.stdout.index("Ana> // aside")
    )


def test_a_team_plays_its_scene_and_then_the_thread_is_ours(tmp_path: Path) -> None:
    opened = ("/automation new A title", "", "", "one", "", "", "")
    lines = _lines(*opened, "!play", "What now?", "!quit")
    done = piped(lines, "try", "--fast", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout
    for text in (
        "Type !play to watch a team at work, here and in the browser.",
        "Ana opens a session",
        "added R6",
        "v1-v2.diff",
        "The team has finished.",
        "What now?",
    ):
        assert text in shown, f"{text} is not in\n{shown}"
    assert shown.index("A title") < shown.index("Ana opens a session") < shown.index("The team has finished.")
    assert "Your message was stored, and a mo" in shown[shown.index("What now?") :]
    assert (
        (tmp_path / "try" / "v2" / "watch-competitor-prices-v2" / "pricewatch" / "report.py").stat().st_size
    )


async def test_at_a_terminal_one_talks_while_the_team_plays(tmp_path: Path) -> None:
    terminal, its_end = pty.openpty()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "try", "--fast", "--out", str(tmp_path),
        cwd=ROOT, env={}, stdin=its_end, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    os.close(its_end)
    assert program.stdout is not None

    async def until(words: str) -> None:
        assert program.stdout is not None
        while words.encode() not in (line := await program.stdout.readline()):
            assert line, f"it ended before {words}"

    async with asyncio.timeout(55):
        await until("Another one: /automation dashboard")
        os.write(terminal, b"!play\n")
        await until("Ana opens a session")
        os.write(terminal, b"!play\n")
        await until("The team is playing already.")
        await until("The team talks")
        os.write(terminal, b"Somebody else is here.\n")
        await until("Somebody else is here.")
        await until("The team has finished.")
        os.write(terminal, b"!quit\n")
        _, wrong = await program.communicate()
    os.close(terminal)
    assert (program.returncode, wrong) == (0, b"")


def test_without_a_key_there_is_no_real_model(tmp_path: Path) -> None:
    done = run("try", "--live", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "OPENROUTER_API_KEY" in done.stderr
    assert not (tmp_path / "out").exists()


async def test_the_real_model_is_that_of_the_settings(tmp_path: Path) -> None:
    async with OpenRouterSimulator.start() as model:
        model.respond(lambda _: Answer("I am the model itself."))
        environment = {"OPENROUTER_BASE_URL": model.base_url, "OPENROUTER_API_KEY": model.key}
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "try", "--live", "--out", str(tmp_path),
            cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        async with asyncio.timeout(40):
            said = _lines("/automation new A title", "", "", "", "", "", "!play")
            shown, wrong = await program.communicate(said)
        assert program.returncode == 0, wrong.decode()
        assert "I am the model itself." in shown.decode()
        assert "the model is a real one" in shown.decode()
        assert "Type !play" not in shown.decode()
        assert "The team knows its lines only with the replayed model" in shown.decode()


async def test_ctrl_c_ends_it_in_good_order(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "try", "--fast", "--out", str(tmp_path),
        cwd=ROOT, env={}, stdin=PIPE, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdin is not None
    program.stdin.write(_lines("!help"))
    async with asyncio.timeout(40):
        while b"!quit" not in (line := await program.stdout.readline()) or b"Ctrl-C" in line:
            assert line, "it ended by itself"
        program.send_signal(signal.SIGINT)
        _, wrong = await program.communicate()
    assert (program.returncode, wrong) == (0, b"")
    assert "stopped" in (tmp_path / "try" / "program.log").read_text()
