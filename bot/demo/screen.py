"""A team's place as it changes, in the terminal. Where several share it, each line says whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from bot.demo import looks
from bot.demo.looks import Labels, plain_label
from bot.demo.team import Seen, SeenForm, Team
from bot.demo.terminal import Terminal, terminal

_FOREVER = 86_400.0


class Screen:
    """``labels``: what stands on buttons. ``shared``: with other teams, so that the platform stands before each
    line."""

    def __init__(
        self, team: Team, shown_on: Terminal, labels: Labels = plain_label, *, shared: bool = False
    ) -> None:
        self._team = team
        self._terminal = shown_on
        self._labels = labels
        self._shared = shared
        self._shown: dict[str, Seen] = {}
        self._prompt: Text | None = None

    # -- what happens by itself

    async def follow(self) -> None:
        """Shows every change, until it is cancelled."""
        last: tuple[Seen, ...] = ()
        while True:
            last = await self._team.until(partial(self._after, last), _FOREVER)
            self.refresh()

    def _after(self, last: tuple[Seen, ...]) -> tuple[Seen, ...] | None:
        """What is seen now, if it is something else."""
        seen = self._team.seen()
        return seen if seen != last else None

    def refresh(self) -> None:
        """Shows what stands there now."""
        known = [(seen, self._shown.get(seen.id)) for seen in self._team.seen()]
        news = [(seen, before) for seen, before in known if seen != before]
        if not news:
            return
        self._shown.update((seen.id, seen) for seen, _ in news)
        self._set_bottom()
        for seen, before in news:
            if seen.growing:
                self._in_words(seen, before)
            elif before is None or before.growing:
                self._out(looks.message(seen, self._labels))
            elif edit := looks.change(seen, before, self._labels):
                self._out(edit)

    def _in_words(self, seen: Seen, before: Seen | None) -> None:
        """Without a terminal a message that is edited in place gets a line for each step, one that streams a sign of
        its beginning."""
        if not self._terminal.is_live and (seen.buttons or before is None):
            self._out(looks.growing_line(seen))

    # -- what is said about it

    def say(self, text: str, style: str = "") -> None:
        self.refresh()
        self._out(Text(text, style=style))

    def direction(self, text: str) -> None:
        """What somebody does that leaves no message."""
        self.say(f"  · {text}", "italic dim")

    def heading(self, text: str) -> None:
        self.refresh()
        self._out(Rule(Text(text, style="bold"), align="left", style="dim"))

    def form(
        self,
        who: str,
        form: SeenForm,
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        lines: int | None = None,
    ) -> None:
        """What stands before a person, with what they typed; ``lines``: of its text, at most."""
        self.refresh()
        self._out(looks.form(who, form, values or {}, errors or {}, self._labels, lines=lines))

    def items(self, items: Sequence[str]) -> None:
        self.refresh()
        self._out(Text("\n".join(f"  {item}" for item in items)))

    def _out(self, what: RenderableType) -> None:
        self._terminal.out(self._marked(what))

    def _marked(self, what: RenderableType) -> RenderableType:
        return looks.Gutter(self._team.platform, what) if self._shared else what

    # -- the bottom of the terminal

    def prompt(self, before: str, typed: str) -> None:
        """Shows what is being typed; without a terminal there is no such line."""
        self._prompt = Text(before, style="bold").append(typed, "not bold").append("▏", "blink")
        self._set_bottom()

    def _set_bottom(self) -> None:
        """Before what is settled scrolls up, so that nothing is seen twice."""
        if not self._terminal.is_live:
            return
        parts = [looks.growing(each, self._labels) for each in self._shown.values() if each.growing]
        every = [*parts, *([self._prompt] if self._prompt else [])]
        self._terminal.set_bottom(self._team.platform, [self._marked(each) for each in every])


@contextmanager
def screen(team: Team, labels: Labels = plain_label) -> Iterator[Screen]:
    """The terminal for one team alone, until the block ends."""
    with terminal() as shown_on:
        yield Screen(team, shown_on, labels)


@contextmanager
def screens(teams: Sequence[Team]) -> Iterator[list[Screen]]:
    """One terminal for all of them, until the block ends."""
    with terminal() as shown_on:
        yield [Screen(team, shown_on, shared=len(teams) > 1) for team in teams]
