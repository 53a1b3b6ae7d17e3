"""The team in a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters.discord.adapter import DiscordConfig
from adapters.discord.commands import sync_commands
from bot.simulators.discord import DiscordSimulator, Fault, Shown
from bot.simulators.openrouter import OpenRouterSimulator
from tests.scenarios.program import WAIT, Program, running
from tests.scenarios.team import Team
from tests.simulators.discord.official import SPEC, Official

PEOPLE = {"Ana": "101", "Ben": "102"}
CHANNEL = "301"


class DiscordTeam(Team):
    platform = "discord"
    longest = 4_000

    def __init__(
        self,
        discord: DiscordSimulator,
        model: OpenRouterSimulator,
        program: Program,
        people: Mapping[str, str] = PEOPLE,
        channel: str = CHANNEL,
    ) -> None:
        super().__init__(model, program, people, channel)
        self.discord = discord

    def elsewhere(self, number: int) -> DiscordTeam:
        user, channel = f"1000{number}", f"3000{number}"
        self.discord.add_person(user, "Ana")
        self.discord.add_channel(channel, f"automation-{number}")
        return DiscordTeam(self.discord, self.model, self.program, {"Ana": user}, channel)

    async def command(self, text: str) -> None:
        verb, _, rest = text.partition(" ")
        options = {"title": rest} if rest else {}
        await self.discord.slash(self.people["Ana"], self.channel, f"automation {verb}", options)

    def form_is_open(self) -> bool:
        return self.discord.modal(self.people["Ana"]) is not None

    async def fill(self, values: dict[str, str]) -> None:
        before = len(self.whispers("Ana"))
        await self.discord.submit(self.people["Ana"], values)
        (told,) = await self.see(lambda: self.whispers("Ana")[before:])
        assert told.buttons == (), told.text

    async def say(self, text: str, *, who: str = "Ana", mention: bool = False, copies: int = 1) -> None:
        await self.discord.say(self.people[who], self.root, text, mention=mention, copies=copies)

    async def click(self, message: Any, label: str, who: str) -> None:
        await self.discord.click(self.people[who], message, label)

    async def look(self, path: str) -> str:
        before = len(self.whispers("Ana"))
        await self.press("View code")
        (listed,) = self.whispers("Ana")[before:]
        await self.discord.select(self.people["Ana"], listed, listed.choices[0].label, path)
        (shown,) = self.whispers("Ana")[before:]
        return shown.text

    @property
    def bot(self) -> str:
        return self.discord.bot_user

    @property
    def cards(self) -> Sequence[Shown]:
        return self.discord.channel(self.channel)

    def thread_from(self, card: Any) -> str:
        return str(card.id)

    def messages(self, root: str) -> Sequence[Shown]:
        return [one for one in self.discord.thread(root) if not one.system]

    def handed(self, who: str) -> Sequence[Shown]:
        direct = self.discord.channel(self.discord.direct(self.people[who]))
        return [one for one in (*self.whispers(who), *direct) if one.files and not one.choices]

    def whispers(self, who: str) -> Sequence[Shown]:
        return self.discord.ephemerals(self.people[who])

    def alone(self, who: str) -> Sequence[Shown]:
        direct = self.discord.channel(self.discord.direct(self.people[who]))
        return [*self.whispers(who), *direct]

    def spoil(self, operation: str, code: str | int, *, times: int = 1, after: int = 0) -> None:
        self.discord.order(Fault(operation, "error", code=int(code), times=times, after_calls=after))

    def recover(self) -> None:
        self.discord.recover()

    async def until(self, condition: Callable[[], Any], timeout: float) -> Any:
        return await self.discord.until(condition, timeout)


@asynccontextmanager
async def open_discord(**simulator: Any) -> AsyncIterator[DiscordSimulator]:
    """A server with the team in it, with its rate limits on and the commands registered. At the end nothing was asked
    of it that does not exist or is wrong, by its official file where that is present. ``simulator``: arguments of
    `DiscordSimulator.start`."""
    async with DiscordSimulator.start(tiers=True, **simulator) as discord:
        official = Official() if SPEC.exists() else None
        if official is not None:
            discord.listeners.append(official.check)
        for name, user in PEOPLE.items():
            discord.add_person(user, name)
        discord.add_channel(CHANNEL, "automation")
        await sync_commands(DiscordConfig(discord.token, discord.api_url, discord.gateway_url))
        yield discord
        wrong = [*discord.unknown_routes, *discord.problems, *(official.violations if official else ())]
        assert wrong == []


@asynccontextmanager
async def discord_team(
    folder: Path, *, role: str = "all", key: str | None = None, **simulator: Any
) -> AsyncIterator[DiscordTeam]:
    """Everything started and connected. ``key``: another one than the right one for the model. ``simulator``: arguments
    of `DiscordSimulator.start`."""
    async with (
        open_discord(**simulator) as discord,
        OpenRouterSimulator.start() as model,
        running(folder, model, discord.settings, role=role, key=key) as program,
    ):
        await program.there(discord.connected(WAIT))
        yield DiscordTeam(discord, model, program)
