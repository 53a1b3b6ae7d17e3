"""The team on a simulated Slack: workspace *acme*, channel #automation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from bot.demo.simulated import SimulatedTeam, addressed
from bot.demo.team import NotPossible, Seen, SeenButton, SeenField, SeenFile, SeenForm, Where
from bot.simulators.slack import ClientRefused, Shown, ShownButton, ShownView, SlackSimulator

_CHANNEL = "CAUTOMATION"
_PEOPLE = {"Ana": "UANA", "Ben": "UBEN", "Chiara": "UCHIARA"}


@asynccontextmanager
async def slack_team() -> AsyncIterator[SlackTeam]:
    """A workspace with the team in it and Slack's rate limits on, until the block ends."""
    async with SlackSimulator.start(tiers=True) as slack:
        for name, user in _PEOPLE.items():
            slack.add_person(user, name)
        slack.add_channel(_CHANNEL, "automation", members=list(_PEOPLE.values()))
        yield SlackTeam(slack, {name: slack.direct(user) for name, user in _PEOPLE.items()})


@dataclass(frozen=True, slots=True)
class SlackTeam(SimulatedTeam[SlackSimulator]):
    """Implements `Team`."""

    platform: ClassVar[str] = "Slack"

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads the program here."""
        return self.simulator.settings

    # -- acts

    async def command(self, who: str, text: str) -> None:
        name, _, rest = text.partition(" ")
        with self._acting():
            await self.simulator.slash(_PEOPLE[who], _CHANNEL, rest.strip(), name)

    async def fill(self, who: str, values: Mapping[str, str]) -> Mapping[str, str]:
        try:
            with self._acting():
                return await self.simulator.submit(_PEOPLE[who], values)
        except NotPossible as refused:
            if isinstance(refused.__cause__, ClientRefused) and refused.__cause__.errors:
                return refused.__cause__.errors
            raise

    async def dismiss(self, who: str) -> None:
        if self.simulator.view(_PEOPLE[who]) is not None:
            with self._acting():
                await self.simulator.dismiss(_PEOPLE[who])

    async def say(self, who: str, text: str) -> None:
        words, mention = addressed(text)
        with self._acting():
            await self.simulator.say(_PEOPLE[who], _CHANNEL, words, thread=self._root(), mention=mention)

    async def revise(self, who: str, text: str) -> None:
        own = [each for each in self.simulator.thread(_CHANNEL, self._root()) if each.user == _PEOPLE[who]]
        if not own:
            raise NotPossible(f"{who} has said nothing here yet.")
        with self._acting():
            await self.simulator.edit(_PEOPLE[who], _CHANNEL, own[-1].ts, text)

    async def press(self, who: str, on: Seen | SeenForm, button: SeenButton) -> None:
        view = self.simulator.view(_PEOPLE[who])
        where = view if isinstance(on, SeenForm) and view is not None else on.id
        with self._acting():
            await self.simulator.click(_PEOPLE[who], where, button.key)

    def _root(self) -> str:
        cards = [each for each in self.simulator.channel(_CHANNEL) if each.user == self.simulator.bot_user]
        if not cards:
            raise NotPossible("There is no session yet: /automation new opens one.")
        return cards[-1].ts

    # -- sight

    def form(self, who: str) -> SeenForm | None:
        view = self.simulator.view(_PEOPLE[who])
        return None if view is None else _form(view)

    def seen(self) -> tuple[Seen, ...]:
        return tuple(sorted(self._all(), key=lambda each: float(each.id)))

    def _all(self) -> Iterator[Seen]:
        for root in self.simulator.channel(_CHANNEL):
            first, *replies = self.simulator.thread(_CHANNEL, root.ts)
            yield _seen(first, "channel")
            yield from (_seen(each, "thread") for each in replies)
        for name, user in _PEOPLE.items():
            yield from (_seen(each, "private", name) for each in self.simulator.ephemerals(user))
            yield from (_seen(each, "direct", name) for each in self.simulator.channel(self.directs[name]))


def _seen(shown: Shown, where: Where, to: str = "") -> Seen:
    """Whatever can be cancelled is still growing, too."""
    buttons = _buttons(shown.buttons)
    growing = shown.streaming or any(each.label == "Cancel" for each in buttons)
    files = tuple(SeenFile(each.name, each.data) for each in shown.files)
    return Seen(shown.ts, where, shown.name, shown.text, buttons, files, growing, to)


def _buttons(buttons: Sequence[ShownButton]) -> tuple[SeenButton, ...]:
    return tuple(SeenButton(each.action_id, each.label) for each in buttons)


def _form(view: ShownView) -> SeenForm:
    fields = (
        SeenField(
            each.block_id, each.label, each.value, each.options, each.hint, "one per line" in each.label
        )
        for each in view.inputs
    )
    return SeenForm(view.id, view.title, view.text, tuple(fields), _buttons(view.buttons))
