"""The team on a simulated Discord: server *acme*, channel #automation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import ClassVar

from bot.demo.simulated import SimulatedTeam, addressed
from bot.demo.team import NotPossible, Seen, SeenButton, SeenField, SeenFile, SeenForm, Where
from bot.simulators.discord import DiscordSimulator, Shown, ShownFile, ShownModal

_CHANNEL = "301"
_PEOPLE = {"Ana": "101", "Ben": "102", "Chiara": "103"}
_WORDS = {"new": "title", "rename": "title", "generate": "language"}
_NUMBERS = {
    "show": ("version",),
    "download": ("version",),
    "restore": ("version",),
    "diff": ("older", "newer"),
}
"""The options of a command that what stands behind it fills in."""
_FIX = "Fix"
_CANCEL = "Cancel"
_FENCED = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_MARKUP = re.compile(r"\*\*|^#{1,3} ", re.MULTILINE)


@asynccontextmanager
async def discord_team() -> AsyncIterator[DiscordTeam]:
    """A server with the team in it and Discord's rate limits on, until the block ends."""
    async with DiscordSimulator.start(tiers=True) as discord:
        for name, user in _PEOPLE.items():
            discord.add_person(user, name)
        discord.add_channel(_CHANNEL, "automation")
        yield DiscordTeam(discord, {name: discord.direct(user) for name, user in _PEOPLE.items()})


@dataclass(frozen=True, slots=True)
class DiscordTeam(SimulatedTeam[DiscordSimulator]):
    """Implements `Team`. ``closed``: what only one person saw and has dismissed.

    *View code* is a message with a menu; it counts as a form here, with the files as buttons."""

    platform: ClassVar[str] = "Discord"

    closed: set[str] = field(default_factory=set)

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads the program here."""
        return self.simulator.settings

    # -- acts

    async def command(self, who: str, text: str) -> None:
        name, verb, rest = [*text.removeprefix("/").split(None, 2), "", ""][:3]
        with self._acting():
            await self.simulator.slash(_PEOPLE[who], _CHANNEL, f"{name} {verb}", given(verb, rest))

    async def fill(self, who: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """Discord shows no errors at fields: a message names the field, and its button opens the form again."""
        with self._acting():
            await self.simulator.submit(_PEOPLE[who], values)
        refused = next((each for each in self._whispers(who) if _has(each, _FIX)), None)
        if refused is None:
            return {}
        with self._acting():
            await self.simulator.click(_PEOPLE[who], refused, _FIX)
        label, _, sentence = plain(refused.text).partition("\n")[0].partition(": ")
        form = self.form(who)
        at = [each.key for each in form.fields if each.label == label] if form else []
        return {at[0] if at else "": sentence or label}

    async def dismiss(self, who: str) -> None:
        if self.simulator.modal(_PEOPLE[who]) is not None:
            await self.simulator.dismiss(_PEOPLE[who])
        elif view := self._code_view(who):
            self.closed.add(view.id)

    async def say(self, who: str, text: str) -> None:
        words, mention = addressed(text)
        with self._acting():
            await self.simulator.say(_PEOPLE[who], self._thread(), words, mention=mention)

    async def revise(self, who: str, text: str) -> None:
        own = [each for each in self.simulator.thread(self._thread()) if each.user == _PEOPLE[who]]
        if not own:
            raise NotPossible(f"{who} has said nothing here yet.")
        with self._acting():
            await self.simulator.edit(_PEOPLE[who], self._thread(), own[-1].id, text)

    async def press(self, who: str, on: Seen | SeenForm, button: SeenButton) -> None:
        message = self.simulator.message(on.id)
        menus = message.choices if message else ()
        menu = next((each for each in menus if button.key in (value for _, value in each.options)), None)
        with self._acting():
            if menu is not None:
                await self.simulator.select(_PEOPLE[who], on.id, menu.custom_id, button.key)
            else:
                await self.simulator.click(_PEOPLE[who], on.id, button.key)

    def _thread(self) -> str:
        """The newest one that was started from a card."""
        threads = [each.thread for each in self.simulator.channel(_CHANNEL) if each.thread is not None]
        if not threads:
            raise NotPossible("There is no session yet: /automation new opens one.")
        return threads[-1]

    # -- sight

    def form(self, who: str) -> SeenForm | None:
        modal = self.simulator.modal(_PEOPLE[who])
        if modal is not None:
            return _form(modal)
        view = self._code_view(who)
        return None if view is None else _code(view)

    def _code_view(self, who: str) -> Shown | None:
        return next((each for each in self._whispers(who) if each.choices), None)

    def _whispers(self, who: str) -> list[Shown]:
        """What only this person sees, newest first."""
        every = self.simulator.ephemerals(_PEOPLE[who])
        return [each for each in reversed(every) if each.id not in self.closed]

    def seen(self) -> tuple[Seen, ...]:
        return tuple(sorted(self._all(), key=lambda each: int(each.id)))

    def _all(self) -> Iterator[Seen]:
        for root in self.simulator.channel(_CHANNEL):
            yield _seen(root, "channel")
            replies = self.simulator.thread(root.id)[1:]
            yield from (_seen(each, "thread") for each in replies if not each.system)
        for name in _PEOPLE:
            alone = (each for each in self._whispers(name) if not each.choices)
            yield from (_seen(each, "private", name) for each in alone)
            yield from (_seen(each, "direct", name) for each in self.simulator.channel(self.directs[name]))


def given(verb: str, rest: str) -> Mapping[str, str | int]:
    """The options of a command as a person fills them in."""
    if rest and verb in _WORDS:
        return {_WORDS[verb]: rest}
    numbers = [int(word) for word in re.findall(r"\bv?(\d+)\b", rest)]
    return dict(zip(_NUMBERS.get(verb, ()), numbers, strict=False))


def plain(text: str) -> str:
    """Without bold and headings; code stays as it is."""
    parts = _FENCED.split(text)
    return "".join(part if number % 2 else _MARKUP.sub("", part) for number, part in enumerate(parts))


def file_name(file: ShownFile) -> str:
    """As people read it: Discord takes leading dots and underscores off a name, and shows what it was called."""
    return file.title + PurePosixPath(file.name).suffix if file.title else file.name


def _has(shown: Shown, label: str) -> bool:
    return any(each.label == label for each in shown.buttons)


def _seen(shown: Shown, where: Where, to: str = "") -> Seen:
    """Whatever can be cancelled is still growing. That an answer is, nobody can see on Discord: it is only edited."""
    growing = shown.loading or _has(shown, _CANCEL)
    files = tuple(SeenFile(file_name(each), each.data) for each in shown.files)
    return Seen(shown.id, where, shown.name, plain(shown.text), _buttons(shown), files, growing, to)


def _buttons(shown: Shown) -> tuple[SeenButton, ...]:
    return tuple(SeenButton(each.custom_id, each.label) for each in shown.buttons)


def _form(modal: ShownModal) -> SeenForm:
    fields = (
        SeenField(
            each.custom_id,
            each.label,
            each.value,
            each.options,
            each.description or each.placeholder,
            "one per line" in each.label,
        )
        for each in modal.inputs
    )
    return SeenForm(modal.custom_id, modal.title, plain(modal.text), tuple(fields))


def _code(view: Shown) -> SeenForm:
    """The menu's files stand in the text until one is chosen."""
    [menu, *_] = view.choices
    files = tuple(SeenButton(value, label) for label, value in menu.options)
    if menu.chosen:
        return SeenForm(view.id, "Code", plain(view.text), buttons=_buttons(view))
    listed = "\n".join([plain(view.text), *(f"`{each.label}`" for each in files)])
    return SeenForm(view.id, "Code", listed, buttons=(*files, *_buttons(view)))
