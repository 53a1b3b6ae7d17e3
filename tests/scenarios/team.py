"""A team, its Slack, its model and the real program beside them as a process of its own, as production starts it."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.manifest import EVENTS, SCOPES
from bot.simulators.openrouter import Answer, OpenRouterSimulator, Problem
from bot.simulators.slack import Shown, SlackSimulator
from tests.surroundings import measured

ROOT = Path(__file__).parents[2]
CHANNEL = "C1"
WAIT = 20.0
"""Seconds; on a busy machine everything is slow, and nothing waits so long that goes well."""

FORM = {
    "title": "Watch prices",
    "agent_type": "web_crawler",
    "requirements": "Crawl politely\nStore prices in SQLite",
    "tech_stack": "Python",
    "constraints": "no cloud",
}


class Program:
    """`python -m bot run` with nothing but its environment."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")


class Team:
    """What people do, and what they wait to see."""

    def __init__(self, slack: SlackSimulator, model: OpenRouterSimulator, program: Program) -> None:
        self.slack, self.model, self.program = slack, model, program
        self.root = ""

    async def open(self, **changes: str) -> None:
        """Ana fills in the form; the card is there and the agent has spoken."""
        await self.slack.slash("UANA", CHANNEL, "new")
        await self.slack.until(lambda: self.slack.view("UANA"), WAIT)
        before = len(self.slack.channel(CHANNEL))
        assert await self.slack.submit("UANA", {**FORM, **changes}) == {}
        card = await self.slack.until(lambda: self.slack.channel(CHANNEL)[before:], WAIT)
        self.root = card[0].ts
        await self.see(lambda: len(self.said()) == 1)

    async def say(self, text: str, *, user: str = "UANA", mention: bool = False, copies: int = 1) -> None:
        await self.slack.say(user, CHANNEL, text, thread=self.root, mention=mention, copies=copies)

    async def press(self, label: str, *, user: str = "UANA") -> None:
        message = next(one for one in reversed(self.thread) if any(b.label == label for b in one.buttons))
        await self.slack.click(user, message, label, channel=CHANNEL)

    async def see(self, condition: Callable[[], Any]) -> Any:
        try:
            return await self.slack.until(condition, WAIT)
        except TimeoutError as late:
            raise AssertionError(f"{late}\n--- the program's log ---\n{self.program.log[-6000:]}") from None

    async def delivered(self, count: int = 1) -> Shown:
        """The message with the files of the newest version, once the progress message has ended, too."""
        await self.see(lambda: len(self.attached) == count)
        await self.see(lambda: sum("✅" in one.text for one in self.thread) == count)
        return self.attached[-1]

    @property
    def thread(self) -> list[Shown]:
        return self.slack.thread(CHANNEL, self.root)

    @property
    def attached(self) -> list[Shown]:
        return [one for one in self.thread if one.files and one.user == self.slack.bot_user]

    def said(self) -> list[str]:
        """What the agent has said so far, without the card, the deliveries and the progress."""
        return [
            one.text
            for one in self.thread[1:]
            if one.user == self.slack.bot_user
            and not one.streaming
            and not one.files
            and not any(b.action_id.startswith(("view", "cancel", "regenerate")) for b in one.buttons)
            and not one.text.startswith(("⏳", "✅", "🛑"))
        ]


@asynccontextmanager
async def team(tmp_path: Path, *, tiers: bool = True, key: str | None = None) -> AsyncIterator[Team]:
    """Everything started and connected; Slack grants and sends what the manifest asks for, and no more. ``key``: another one than the right one for the model."""
    async with (
        SlackSimulator.start(tiers=tiers, scopes=SCOPES, events=EVENTS) as slack,
        OpenRouterSimulator.start() as model,
    ):
        for user, name in (("UANA", "Ana"), ("UBEN", "Ben")):
            slack.add_person(user, name)
        slack.add_channel(CHANNEL, "automation", members=("UANA", "UBEN"))
        program = Program(
            measured()
            | {
                "PATH": os.defpath,
                "DATA_DIR": str(tmp_path / "data"),
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
                "OPENROUTER_BASE_URL": model.base_url,
                "OPENROUTER_API_KEY": model.key if key is None else key,
            },
            tmp_path / "program.log",
        )
        await program.start()
        try:
            await slack.connected(WAIT)
            yield Team(slack, model, program)
            assert await program.end() == 0, program.log
        finally:
            await program.end(signal.SIGKILL)
        assert slack.unknown_routes == []
        assert slack.problems == [], slack.problems
        ours = [line for line in program.log.splitlines() if '"logger": "slack_' not in line]
        assert not [
            line for line in ours if "Traceback" in line
        ]  # Slack's SDK logs one for each dropped socket


def bundle(*files: tuple[str, str]) -> str:
    """An answer in the primary format."""
    tags = "".join(f'<file path="{path}">\n{content}</file>\n' for path, content in files)
    return (
        "A small crawler.\n<plan>\n" + "".join(f"{path}\n" for path, _ in files) + f"</plan>\n{tags}<done/>\n"
    )


def answers(
    *bundles: str | Answer | Problem, chat: str = "Understood."
) -> Callable[[dict[str, Any]], Answer | Problem]:
    """Decides by the request: an order to write files gets the next of `bundles` (the last one for ever)."""
    waiting = list(bundles)

    def respond(body: dict[str, Any]) -> Answer | Problem:
        if "<file path" not in _text(body["messages"][0]["content"]):
            return Answer(chat)
        one = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return Answer(one) if isinstance(one, str) else one

    return respond


def _text(content: str | Sequence[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def unzip(data: bytes) -> dict[str, bytes]:
    """Contents by path below the archive's folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
