"""The team in a simulated Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.manifest import EVENTS, SCOPES
from bot.simulators.openrouter import OpenRouterSimulator
from bot.simulators.slack import Fault, Shown, SlackSimulator
from tests.scenarios.program import WAIT, Program, running
from tests.scenarios.team import Team

PEOPLE = {"Ana": "UANA", "Ben": "UBEN"}
CHANNEL = "C1"


class SlackTeam(Team):
    platform = "slack"
    longest = 40_000

    def __init__(
        self,
        slack: SlackSimulator,
        model: OpenRouterSimulator,
        program: Program,
        people: Mapping[str, str] = PEOPLE,
        channel: str = CHANNEL,
    ) -> None:
        super().__init__(model, program, people, channel)
        self.slack = slack

    def elsewhere(self, number: int) -> SlackTeam:
        user, channel = f"UANA{number}", f"C1{number}"
        self.slack.add_person(user, "Ana")
        self.slack.add_channel(channel, f"automation-{number}", members=(user,))
        return SlackTeam(self.slack, self.model, self.program, {"Ana": user}, channel)

    async def command(self, text: str) -> None:
        await self.slack.slash(self.people["Ana"], self.channel, text)

    def form_is_open(self) -> bool:
        return self.slack.view(self.people["Ana"]) is not None

    async def fill(self, values: dict[str, str]) -> None:
        assert await self.slack.submit(self.people["Ana"], values) == {}

    async def say(self, text: str, *, who: str = "Ana", mention: bool = False, copies: int = 1) -> None:
        await self.slack.say(
            self.people[who], self.channel, text, thread=self.root, mention=mention, copies=copies
        )

    async def click(self, message: Any, label: str, who: str) -> None:
        await self.slack.click(self.people[who], message, label, channel=self.channel)

    async def look(self, path: str) -> str:
        await self.press("View code")
        view = await self.see(lambda: self.slack.view(self.people["Ana"]))
        assert path in view.text
        return str(view.text)

    @property
    def bot(self) -> str:
        return self.slack.bot_user

    @property
    def cards(self) -> Sequence[Shown]:
        return self.slack.channel(self.channel)

    def thread_from(self, card: Any) -> str:
        return str(card.ts)

    def messages(self, root: str) -> Sequence[Shown]:
        return self.slack.thread(self.channel, root)

    def handed(self, who: str) -> Sequence[Shown]:
        direct = self.slack.direct(self.people[who])
        return [one for one in self.slack.channel(direct) if one.files]

    def whispers(self, who: str) -> Sequence[Shown]:
        return self.slack.ephemerals(self.people[who])

    def alone(self, who: str) -> Sequence[Shown]:
        direct = self.slack.direct(self.people[who])
        return [*self.whispers(who), *self.slack.channel(direct)]

    def spoil(self, operation: str, code: str | int, *, times: int = 1, after: int = 0) -> None:
        self.slack.order(Fault(operation, "error", error=str(code), times=times, after_calls=after))

    def recover(self) -> None:
        self.slack.recover()

    def growing(self, message: Any) -> bool:
        return bool(message.streaming)

    async def until(self, condition: Callable[[], Any], timeout: float) -> Any:
        return await self.slack.until(condition, timeout)


@asynccontextmanager
async def open_slack() -> AsyncIterator[SlackSimulator]:
    """A workspace with the team in it, with its rate limits on; it grants and sends what the manifest asks for, and no
    more. At the end nothing was asked of it that does not exist or is wrong."""
    async with SlackSimulator.start(tiers=True, scopes=SCOPES, events=EVENTS) as slack:
        for name, user in PEOPLE.items():
            slack.add_person(user, name)
        slack.add_channel(CHANNEL, "automation", members=tuple(PEOPLE.values()))
        yield slack
        assert slack.unknown_routes == []
        assert slack.problems == [], slack.problems


@asynccontextmanager
async def slack_team(folder: Path, *, role: str = "all", key: str | None = None) -> AsyncIterator[SlackTeam]:
    """Everything started and connected. ``key``: another one than the right one for the model."""
    async with (
        open_slack() as slack,
        OpenRouterSimulator.start() as model,
        running(folder, model, slack.settings, role=role, key=key) as program,
    ):
        await program.there(slack.connected(WAIT))
        yield SlackTeam(slack, model, program)
