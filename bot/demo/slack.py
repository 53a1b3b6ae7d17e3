"""The team on a simulated Slack: workspace *acme*, channel #automation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from bot.demo.team import BOT, NotPossible, Seen, SeenButton, SeenField, SeenFile, SeenForm, Where
from bot.simulators.slack import ClientRefused, NotAcked, Shown, ShownButton, ShownView, SlackSimulator

T = TypeVar("T")

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
class SlackTeam:
    """Implements `Team`. ``directs``: each person's direct message with the bot."""

    slack: SlackSimulator
    directs: Mapping[str, str]

    @property
    def platform(self) -> str:
        return "Slack"

    @property
    def channel(self) -> str:
        return "#automation"

    @property
    def people(self) -> Sequence[str]:
        return tuple(_PEOPLE)

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads the program here."""
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
        }

    async def connected(self, timeout: float) -> None:
        """Returns when the program listens. Raises TimeoutError."""
        await self.slack.connected(timeout)

    # -- acts

    async def command(self, who: str, text: str) -> None:
        name, _, rest = text.partition(" ")
        with _translated():
            await self.slack.slash(_PEOPLE[who], _CHANNEL, rest.strip(), name)

    async def fill(self, who: str, values: Mapping[str, str]) -> Mapping[str, str]:
        try:
            with _translated():
                return await self.slack.submit(_PEOPLE[who], values)
        except NotPossible as refused:
            if isinstance(refused.__cause__, ClientRefused) and refused.__cause__.errors:
                return refused.__cause__.errors
            raise

    async def dismiss(self, who: str) -> None:
        if self.slack.view(_PEOPLE[who]) is not None:
            with _translated():
                await self.slack.dismiss(_PEOPLE[who])

    async def say(self, who: str, text: str) -> None:
        mention = text.startswith(f"@{BOT}")
        words = text.removeprefix(f"@{BOT}").strip() if mention else text
        with _translated():
            await self.slack.say(_PEOPLE[who], _CHANNEL, words, thread=self._root(), mention=mention)

    async def revise(self, who: str, text: str) -> None:
        own = [each for each in self.slack.thread(_CHANNEL, self._root()) if each.user == _PEOPLE[who]]
        if not own:
            raise NotPossible(f"{who} has said nothing here yet.")
        with _translated():
            await self.slack.edit(_PEOPLE[who], _CHANNEL, own[-1].ts, text)

    async def press(self, who: str, on: Seen | SeenForm, button: SeenButton) -> None:
        view = self.slack.view(_PEOPLE[who])
        where = view if isinstance(on, SeenForm) and view is not None else on.id
        with _translated():
            await self.slack.click(_PEOPLE[who], where, button.key)

    def _root(self) -> str:
        cards = [each for each in self.slack.channel(_CHANNEL) if each.user == self.slack.bot_user]
        if not cards:
            raise NotPossible("There is no session yet: /automation new opens one.")
        return cards[-1].ts

    # -- sight

    def form(self, who: str) -> SeenForm | None:
        view = self.slack.view(_PEOPLE[who])
        return None if view is None else _form(view)

    def seen(self) -> tuple[Seen, ...]:
        return tuple(sorted(self._all(), key=lambda each: float(each.id)))

    def _all(self) -> Iterator[Seen]:
        for root in self.slack.channel(_CHANNEL):
            first, *replies = self.slack.thread(_CHANNEL, root.ts)
            yield _seen(first, "channel")
            yield from (_seen(each, "thread") for each in replies)
        for name, user in _PEOPLE.items():
            yield from (_seen(each, "private", name) for each in self.slack.ephemerals(user))
            yield from (_seen(each, "direct", name) for each in self.slack.channel(self.directs[name]))

    async def until(self, condition: Callable[[], T | bool | None], timeout: float) -> T:
        return await self.slack.until(condition, timeout)

    def complaints(self) -> Sequence[str]:
        return [*self.slack.problems, *(f"unknown route {each}" for each in self.slack.unknown_routes)]


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NotAcked as error:
        raise NotPossible("The program did not react within three seconds.") from error
    except ClientRefused as error:
        raise NotPossible(f"Slack does not let you: {error}.") from error


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
