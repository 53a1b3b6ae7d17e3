"""The script: a form, a conversation, a version that is repaired until it is proved, a look at the code, a download,
a second version, and what it changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.demo.replay import planned
from bot.demo.screen import Screen
from bot.demo.stage import NotShown
from bot.demo.team import BOT, NotPossible, Seen, SeenForm, Team, thread_of

T = TypeVar("T")

TITLE = "Watch competitor prices"
_FORM = {
    "title": TITLE,
    "agent_type": "web_crawler",
    "requirements": (
        "Visit each product page we list once per run, started by cron\n"
        "Ask a host at most once every two seconds, and obey robots.txt\n"
        "Keep every price change in SQLite; a run that finds the same price adds no row"
    ),
    "tech_stack": "Python 3.11, standard library only, SQLite",
    "constraints": "No browser; a page that fails must not stop the others",
}
_PATIENCE = 15.0
"""Seconds until something that has to appear counts as missing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """``hurry``: without the pauses that let a person follow. ``alone``: nobody else says anything, so that the agent's
    silence can be told."""

    team: Team
    screen: Screen
    hurry: bool = False
    alone: bool = True

    async def play(self) -> None:
        """Raises NotShown for whatever had to appear and did not."""
        try:
            await self._opening()
            await self._talking()
            await self._generating()
            await self._looking()
            await self._changing()
            await self._comparing()
        except NotPossible as refused:
            raise NotShown(
                f"on {self.team.platform}, the effect of what somebody did. {refused}"
            ) from refused
        except NotShown as missing:
            raise NotShown(f"on {self.team.platform}, {missing}") from missing

    # -- the acts

    async def _opening(self) -> None:
        self.screen.heading(f"{self.team.channel}: Ana opens a session")
        before = {each.id for each in self.team.seen()}
        self.screen.direction("Ana types /automation new")
        await self.team.command("Ana", "/automation new")
        form = await self._form("Ana", "the form of a new session")
        blank = _FORM | {"title": "   "}
        errors = await self.team.fill("Ana", blank)
        self._require("title" in errors, "the error at the field Title of a form without a title")
        self.screen.form("Ana", form, blank, errors)
        await self._pause(0.8)
        self.screen.direction(f"Ana types the title, “{TITLE}”, and submits again")
        self._require(not await self.team.fill("Ana", _FORM), "the form's acceptance")
        card = await self._bot_says(
            "the card with the requirements",
            lambda seen: "R3. Keep every" in seen.text and seen.id not in before,
        )
        for label in ("Generate", "Requirements", "Close"):
            self._require(card.button(label) is not None, f"the button {label} on the card")
        await self._bot_says("the agent's first words", lambda seen: "Two questions" in seen.text)

    async def _talking(self) -> None:
        self.screen.heading("The team talks")
        await self._says(
            "Ben", "Both `1.299,00 €` and `$1,299.00` occur. Please keep whole cents: floats bit us once."
        )
        await self._reply("the beginning of an answer to Ben", lambda seen: "Understood, Ben" in seen.text)
        await self._says(
            "Chiara", "For me only drops matter: five percent or more, one line that I can paste."
        )
        await self._accept("Ben", "Prices are kept", "R4")
        await self._accept("Chiara", "A price that has dropped", "R5")
        await self._says("Ana", "// Ben, lunch at half past twelve?")
        await self._pause(0.3)

    async def _generating(self) -> None:
        self.screen.heading(f"@{BOT} generate python")
        aside = self._thread[-1]
        await self._says("Ana", f"@{BOT} generate python")
        first = await self._appears("the progress message", lambda: self._after(aside, self._is_answer))
        self._require(first.button("Cancel") is not None, "silence of the agent about what begins with //")
        await self._version(1, first, repaired=True)
        names = [path.rpartition("/")[2] for path in planned(1)]
        await self._appears("the files of v1, each by itself", lambda: self._attached(1, names))

    async def _looking(self) -> None:
        self.screen.heading("View code, Download")
        delivery = self._delivery(1)
        await self._pause(0.4)
        self.screen.direction("Chiara presses View code")
        await self._press("Chiara", delivery, "View code")
        form = await self._form("Chiara", "the list of files")
        self._require(all(path in form.text for path in planned(1)), "every file in the list of files")
        at = planned(1).index("pricewatch/prices.py")
        self.screen.direction("Chiara chooses pricewatch/prices.py")
        await self.team.press("Chiara", form, form.buttons[at])
        code = await self._appears("the code of prices.py", lambda: self._code("Chiara", "def find_price"))
        self.screen.form("Chiara", code, lines=16)
        await self._pause(0.8)
        await self.team.dismiss("Chiara")
        self.screen.direction("Ben presses Download")
        await self._press("Ben", delivery, "Download")
        await self._appears("the zip for Ben alone", self._handed_to_ben)
        await self._pause(0.3)

    async def _changing(self) -> None:
        self.screen.heading("A change, and a second version")
        await self._says("Ben", "Sales wants the week as a file they can open in Excel.")
        await self._accept("Ben", "A command writes", "R6")
        self.screen.direction("Ana presses Regenerate")
        delivery = self._delivery(1)
        await self._press("Ana", delivery, "Regenerate")
        progress = await self._reply(
            "the progress message of v2", lambda seen: seen.button("Cancel") is not None
        )
        await self._version(2, progress)
        text = self._delivery(2).text
        for row in (
            r"report\.py\W+\d+\W+added \+\d+",
            r"store\.py\W+\d+\W+changed \+\d+ -\d+",
            "unchanged",
        ):
            self._require(re.search(row, text) is not None, f"the row “{row}” in the table of v2")

    async def _comparing(self) -> None:
        self.screen.heading("Diff")
        before = self._diffs()
        await self._pause(0.4)
        self.screen.direction("Chiara presses Diff")
        await self._press("Chiara", self._delivery(2), "Diff")
        await self._appears("v1-v2.diff in the thread", lambda: len(self._diffs()) > len(before))

    # -- what they are made of

    def _is_answer(self, seen: Seen) -> bool:
        """To the order: where somebody else takes part, the agent may answer them before."""
        return seen.by_bot and (self.alone or seen.button("Cancel") is not None)

    async def _says(self, who: str, text: str) -> None:
        await self._pause(0.3)
        await self.team.say(who, text)
        self.screen.refresh()

    async def _accept(self, who: str, proposal: str, number: str) -> None:
        """Somebody presses the button of a proposed requirement, and it becomes one."""
        label = f"Add: {proposal}"
        offer = await self._reply(f"the button “{label}”", lambda seen: seen.button(label) is not None)
        await self._pause(0.3)
        self.screen.refresh()
        self.screen.direction(f"{who} presses [{label}…]")
        await self._press(who, offer, label)
        await self._reply(
            f"the notice of {number}", lambda seen: f"{who} - added {number}" in _one_line(seen.text)
        )
        await self._bot_says(f"{number} on the card", lambda seen: f"{number}. " in seen.text)

    async def _version(self, number: int, progress: Seen, *, repaired: bool = False) -> None:
        """The progress message grows in place, then everything is there."""
        files = planned(number)
        for step in (f"of {len(files)},", "Checking|Running", *(["Repairing"] if repaired else [])):
            await self._grows(number, progress, step)
        await self._appears(f"the delivery of v{number}", lambda: self._delivered(number))
        status = self._judged(number, repaired=repaired)
        await self._appears(f"the zip of v{number}", lambda: self._attached(number, [f"-v{number}.zip"]))
        await self._appears(
            f"the end of the progress message of v{number}", lambda: not self._now(progress).growing
        )
        await self._bot_says(f"v{number} on the card", lambda seen: f"v{number} {status}" in seen.text)

    async def _grows(self, number: int, progress: Seen, step: str) -> None:
        """An edit may be dropped when the platform's rate is spent: then the delivery comes without it."""
        await self._appears(
            f"the progress of v{number}: {step}",
            lambda: bool(re.search(step, self._now(progress).text) or self._delivered(number)),
        )

    def _judged(self, number: int, *, repaired: bool) -> str:
        """`ready`, or `draft` on a host where nothing can be run safely: then the delivery has to say so."""
        text = _one_line(self._delivery(number).text)
        for path in planned(number):
            self._require(path in text, f"{path} in the table of v{number}")
        found = re.search(r"Evidence:\W+(ready|draft): ", text)
        status = found[1] if found else ""
        honest = status == "ready" or (status == "draft" and "tests not run: no safe sandbox" in text)
        self._require(honest, f"v{number} as proved, or why its tests could not be run")
        self._require(not repaired or "repaired in " in text, f"the rounds of repair of v{number}")
        return status

    async def _press(self, who: str, on: Seen, label: str) -> None:
        button = on.button(label)
        if button is None:
            raise NotShown(f"the button {label}")
        await self.team.press(who, on, button)

    async def _form(self, who: str, what: str) -> SeenForm:
        return await self._appears(what, lambda: self.team.form(who))

    def _code(self, who: str, text: str) -> SeenForm | None:
        form = self.team.form(who)
        return form if form is not None and text in form.text else None

    async def _bot_says(self, what: str, matches: Callable[[Seen], bool]) -> Seen:
        """Once it is whole, wherever in the thread it stands."""
        return await self._appears(what, lambda: self._find(lambda seen: not seen.growing and matches(seen)))

    async def _reply(self, what: str, matches: Callable[[Seen], bool]) -> Seen:
        """In the thread, even while it grows."""
        return await self._appears(what, lambda: self._find(matches))

    def _find(self, matches: Callable[[Seen], bool]) -> Seen | None:
        return next((each for each in reversed(self._thread) if each.by_bot and matches(each)), None)

    @property
    def _thread(self) -> list[Seen]:
        return thread_of(self.team.seen())

    def _after(self, seen: Seen, matches: Callable[[Seen], bool]) -> Seen | None:
        """The first message in the thread after another one."""
        ids = [each.id for each in self._thread]
        return next((each for each in self._thread[ids.index(seen.id) + 1 :] if matches(each)), None)

    def _now(self, seen: Seen) -> Seen:
        return next((each for each in self.team.seen() if each.id == seen.id), seen)

    def _delivered(self, number: int) -> Seen | None:
        return self._find(
            lambda seen: seen.text.startswith(f"v{number} · ") and seen.button("Download") is not None
        )

    def _delivery(self, number: int) -> Seen:
        found = self._delivered(number)
        if found is None:
            raise NotShown(f"the delivery of v{number}")
        return found

    def _attached(self, number: int, endings: Sequence[str]) -> bool:
        """Whether the files hang below the delivery."""
        delivery = self._delivery(number)
        thread = self._thread
        below = thread[[each.id for each in thread].index(delivery.id) :]
        names = [file.name for each in below for file in each.files if file.data]
        return all(any(name.endswith(ending) for name in names) for ending in endings)

    def _diffs(self) -> list[str]:
        """The messages below which the changes from v1 to v2 hang."""
        return [each.id for each in self._thread if any(file.name == "v1-v2.diff" for file in each.files)]

    def _handed_to_ben(self) -> bool:
        alone = [
            each for each in self.team.seen() if each.where in {"direct", "private"} and each.to == "Ben"
        ]
        return any(file.name.endswith("-v1.zip") for each in alone for file in each.files)

    async def _appears(self, what: str, condition: Callable[[], T | bool | None]) -> T:
        try:
            found = await self.team.until(condition, _PATIENCE)
        except TimeoutError:
            raise NotShown(what) from None
        self.screen.refresh()
        return found

    def _require(self, there: bool, what: str) -> None:
        if not there:
            raise NotShown(what)

    async def _pause(self, seconds: float) -> None:
        """Time to read; it waits for nothing."""
        if not self.hurry:
            await asyncio.sleep(seconds)


def _one_line(text: str) -> str:
    return " ".join(text.split())
