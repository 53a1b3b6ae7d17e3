"""What can be typed at the prompt of `try`, and what it does in the thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.demo.asking import CLOSE, Line, ask_form
from bot.demo.keyboard import Keyboard
from bot.demo.screen import Screen
from bot.demo.team import NotPossible, Seen, SeenButton, SeenForm, Team, thread_of

HELP = (
    "text                      say it in the thread; // at the beginning: for the humans only",
    "@Threadwright …           mention the bot: generate python, cancel, versions, requirements, show, close …",
    "/automation new [title]   open a session; the form is asked field by field. Also: list, status, help",
    "!play                     watch a team at work in a session of its own, here and in the browser",
    "!1, !2 …                  press the button with that number",
    "!click LABEL              press the newest button that begins so",
    "!view, !download          press View code, Download",
    "!buttons                  list the buttons that are there",
    "!edit TEXT                edit what you said last",
    "!as NAME                  go on as somebody else of the team",
    f"{CLOSE}                    close what is open before you",
    "!help, !quit              this list; leave",
)
_PRESSES = {"view": "View code", "download": "Download"}
_FORM_SECONDS = 1.0
_EFFECT_SECONDS = 5.0
_HERALD_SECONDS = 2.0
_REST_SECONDS = 600.0

Target = tuple[Seen | SeenForm, SeenButton]


class Numbers:
    """Every button gets a number when it is first seen, and keeps it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def of(self, on: str, button: SeenButton) -> int:
        return self._known.setdefault((on, button.key), len(self._known) + 1)

    def label(self, on: str, button: SeenButton) -> str:
        return f"{self.of(on, button)} {button.label}"


@dataclass(slots=True)
class Commands:
    """Reads lines and obeys them. ``patient``: the lines come from a pipe, where nobody waits for the thread, so each
    command lets it come to rest. ``play``: begins the script; ``None`` where a real model answers."""

    team: Team
    screen: Screen
    keyboard: Keyboard
    numbers: Numbers
    patient: bool
    play: Callable[[], Awaitable[None]] | None = None
    who: str = ""
    _question: str = ""
    _before: tuple[tuple[Seen, ...], SeenForm | None] = field(default=((), None))

    async def serve(self) -> None:
        """Until `!quit` or the end of the input."""
        self.who = self.team.people[0]
        while (line := await self._ask(f"{self.who}> ")) is not None:
            self._before = self._now()
            try:
                if not await self._obey(line.strip()):
                    return
            except NotPossible as refused:
                self.screen.say(str(refused), "yellow")

    def show_prompt(self, typed: str) -> None:
        self.screen.prompt(self._question, typed)

    async def _ask(self, question: str) -> Line:
        """The next line. It stays on the screen, except for what shows up in the thread by itself."""
        self._question = question
        self.show_prompt(self.keyboard.typed)
        line = await self.keyboard.line()
        if line is not None and (self.patient or not question.startswith(self.who)):
            self.screen.say(f"{question}{line}", "bold")
        return line

    async def _obey(self, line: str) -> bool:
        """Whether to go on."""
        if line.startswith("!"):
            return await self._inside(line[1:])
        if line.startswith("/") and not line.startswith("//"):
            await self.team.command(self.who, line)
            await self._look_at_form()
            await self._rest()
        elif line:
            await self.team.say(self.who, line)
            await self._rest()
        return True

    async def _inside(self, text: str) -> bool:
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        match word.lower():
            case "quit" | "exit":
                return False
            case "buttons":
                self.screen.items([self.numbers.label(on.id, each) for on, each in self._buttons()])
            case "click":
                await self._press(rest)
            case "view" | "download" as verb:
                await self._press(_PRESSES[verb])
            case "edit":
                await self.team.revise(self.who, rest)
            case "as":
                self._become(rest)
            case "play":
                await self._play()
            case "close":
                await self.team.dismiss(self.who)
            case number if number.isdecimal():
                await self._press_number(int(number))
            case _:
                self.screen.items(HELP)
        return True

    async def _play(self) -> None:
        if self.play is None:
            raise NotPossible(
                "The team knows its lines only with the replayed model: `make try` without LIVE=1."
            )
        await self.play()

    def _become(self, name: str) -> None:
        found = [each for each in self.team.people if each.lower() == name.lower()]
        if not found:
            raise NotPossible(f"The team is {', '.join(self.team.people)}.")
        self.who = found[0]

    # -- buttons and what they open

    def _buttons(self) -> list[Target]:
        """Those that this person sees, the newest last; of a form that is open, at the end."""
        form = self.team.form(self.who)
        mine = [each for each in self.team.seen() if not each.to or each.to == self.who]
        places: list[Seen | SeenForm] = [*mine, *([form] if form else [])]
        return [(place, each) for place in places for each in place.buttons]

    async def _press(self, label: str) -> None:
        found = [each for each in self._buttons() if each[1].label.lower().startswith(label.lower())]
        if not found:
            raise NotPossible(f"There is no button “{label}”; !buttons lists those there are.")
        await self._click(found[-1])

    async def _press_number(self, number: int) -> None:
        found = [each for each in self._buttons() if self.numbers.of(each[0].id, each[1]) == number]
        if not found:
            raise NotPossible(f"There is no button {number}; !buttons lists those there are.")
        await self._click(found[0])

    async def _click(self, target: Target) -> None:
        await self.team.press(self.who, *target)
        await self._look_at_form()
        await self._rest()

    async def _look_at_form(self) -> None:
        """Shows what the last act has opened, if anything, and asks for what is to be filled in."""
        before = self._before[1]
        try:
            await self.team.until(lambda: self.team.form(self.who) != before, _FORM_SECONDS)
        except TimeoutError:
            return
        form = self.team.form(self.who)
        if form is not None and form.fields:
            await ask_form(self.team, self.screen, self.who, form, self._ask)
        elif form is not None:
            self.screen.form(self.who, form)

    # -- coming to rest

    def _now(self) -> tuple[tuple[Seen, ...], SeenForm | None]:
        return self.team.seen(), self.team.form(self.who)

    async def _rest(self) -> None:
        """For the patient: until the last act has had an effect, and nothing is being written or awaited any more."""
        if not self.patient:
            return
        try:
            await self.team.until(lambda: self._now() != self._before, _EFFECT_SECONDS)
            await self._heralded()
            await self.team.until(self._calm, _REST_SECONDS)
        except TimeoutError:
            self.screen.say("(nothing more has happened)", "dim")

    async def _heralded(self) -> None:
        """What only one person sees may say that something is on its way."""
        if all(each.where == "private" for each in self._news()):
            with suppress(TimeoutError):
                await self.team.until(
                    lambda: any(each.where != "private" for each in self._news()), _HERALD_SECONDS
                )

    def _news(self) -> list[Seen]:
        """What the last act has brought or changed."""
        return [each for each in self.team.seen() if each not in self._before[0]]

    def _calm(self) -> bool:
        """Nothing grows, the agent has spoken first, and has answered what was said last, unless that was an aside."""
        seen = self.team.seen()
        if any(each.growing for each in seen) or len(thread_of(seen)) == 1:
            return False
        return not seen or seen[-1].by_bot or seen[-1].text.startswith("//")
