"""The people of one channel: they open sessions, talk, have files written, and try again when the application is silent."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.chaos import words
from bot.chaos.place import PATIENCE, Place, Spot
from bot.chaos.plan import Dice, Step
from bot.chaos.seen import Question, Seen, Times
from bot.simulators.shared.outcomes import ClientRefused, NotAcked

_PERSISTENCE = 90.0
"""Seconds for which people try the same thing again."""
_WAIT = 25.0
"""Seconds for which they wait for an answer before they go on with something else."""
_LOOK = 0.25
_PROGRESS = re.compile(r"[⏳✅📝🛑]|⚠️ \W*v\d")
_TWO = 2
"""Versions that there must be before an old one can come back."""


class GaveUp(Exception):
    """Somebody tried the same thing for so long in vain. The message names it."""


@dataclass(slots=True)
class Session:
    """What was asked for in one session so far. ``submitted``: its form was accepted, so that a card is due."""

    title: str
    spot: Spot
    root: str = ""
    submitted: bool = False
    questions: list[Question] = field(default_factory=list)
    generated: Times = field(default_factory=Times)
    restored: Times = field(default_factory=Times)
    downloaded: Times = field(default_factory=Times)
    pressed: set[str] = field(default_factory=set)
    progresses: set[str] = field(default_factory=set)


class Company:
    """``lane``: the number of the channel. ``sessions``: all that they have opened, the current one last. ``gave_up``:
    what they could not get done at all."""

    def __init__(self, place: Place, lane: int, dice: Dice) -> None:
        self.place = place
        self.sessions: list[Session] = []
        self.gave_up: list[str] = []
        self._lane = lane
        self._dice = dice
        self._spot = place.spot(lane)

    async def play(self, over: Callable[[], bool]) -> None:
        """Session after session, until it is over; then nothing new is begun."""
        while not over():
            number = len(self.sessions)
            session = Session(words.title(self._lane, number).split()[1], self._spot)
            self.sessions.append(session)
            try:
                await self._open(session)
                for step in self._dice.session(self._lane, number):
                    if over():
                        return
                    await asyncio.sleep(step.pause)
                    await self._do(session, number, step)
            except GaveUp as vain:
                self.gave_up.append(f"{session.title}: {vain}")

    async def _do(self, session: Session, number: int, step: Step) -> None:
        who = self._spot.people[step.who]
        match step.verb:
            case "say" | "burst":
                await self._talk(session, number, step)
            case "generate":
                await self._generate(session, who, patient=True)
            case "cancel":
                await self._cancel(session, who)
            case "download":
                await self._download(session, who)
            case "restore":
                await self._restore(session, who)

    # -- opening

    async def _open(self, session: Session) -> None:
        user = self._spot.people[0]
        title = {"title": f"Watch {session.title}"}
        await self._insist("the form", lambda: self._form(user))
        await self._insist("the submission", lambda: self._submit(user, title))
        session.submitted = True
        session.root = await self._await(
            lambda: self._thread_of(session), _PERSISTENCE, "the card and its thread"
        )

    async def _form(self, user: str) -> bool:
        if not self.place.form(user):
            await self.place.ask_form(user, self._spot.channel)
            with suppress(TimeoutError):
                await self.place.until(lambda: self.place.form(user), PATIENCE)
        return self.place.form(user)

    async def _submit(self, user: str, title: dict[str, str]) -> bool:
        if not self.place.form(user):
            return True
        await self.place.submit(user, title)
        return True

    def _thread_of(self, session: Session) -> str | None:
        """Where one can speak; in Discord the card is there first."""
        cards = self.place.cards(session.spot, session.title)
        return next((each for each in cards if self.place.thread(session.spot, each)), None)

    # -- talking

    async def _talk(self, session: Session, number: int, step: Step) -> None:
        for each in range(step.number):
            who = self._spot.people[(step.who + each) % 2]
            await self._say(session, number, who, step)
        if step.patient:
            await self._look(lambda: self._answered(session))

    async def _say(self, session: Session, number: int, who: str, step: Step) -> None:
        word = words.question(self._lane, number, len(session.questions))
        said = time.time()
        session.questions.append(Question(word, said, None))
        place = len(session.questions) - 1
        with suppress(NotAcked):
            await self.place.say(who, self._spot, session.root, f"What of {word}?", copies=step.copies)
            session.questions[place] = Question(word, said, time.time() if self.place.acks else said)

    def _answered(self, session: Session) -> bool:
        thread = self.thread(session)
        ended = {word for each in thread if each.by_bot for word in words.ends(each.text)}
        return ended.issuperset(one.word for one in session.questions)

    # -- generating

    async def _generate(self, session: Session, who: str, *, patient: bool) -> None:
        await self._look(lambda: self._settled(session))
        if not self._settled(session):
            return  # it would be refused; what is missing is found at the end
        before = self._progresses(session)
        await self._press_until(
            session, who, "Generate", session.generated, lambda: self._progresses(session) > before
        )
        if patient:
            await self._look(lambda: not self._running(session))

    async def _cancel(self, session: Session, who: str) -> None:
        await self._generate(session, who, patient=False)
        with suppress(NotAcked, ClientRefused):  # too late, or nobody is there: it goes on
            if running := self._running(session):
                await self.place.click(who, self._spot, running[-1].id, "Cancel")
        await self._look(lambda: not self._running(session))

    async def _download(self, session: Session, who: str) -> None:
        with_button = [each for each in self.thread(session) if "Download" in each.buttons]
        if not with_button:
            return
        session.downloaded.most += 1
        with suppress(NotAcked, ClientRefused):
            await self.place.click(who, self._spot, with_button[-1].id, "Download")
            session.downloaded.least += 1

    async def _restore(self, session: Session, who: str) -> None:
        delivered = sum("Download" in each.buttons for each in self.thread(session))
        if delivered < _TWO or self._running(session):
            return  # it would be refused
        session.restored.most += 1
        with suppress(NotAcked):
            await self.place.say(who, self._spot, session.root, "restore 1", mention=True)
            session.restored.least += 1

    def thread(self, session: Session) -> tuple[Seen, ...]:
        return self.place.thread(session.spot, session.root) if session.root else ()

    def _settled(self, session: Session) -> bool:
        """The agent has spoken; every generation that was ordered has shown its progress and come to its end."""
        spoken = any(each.by_bot for each in self.thread(session)[1:])
        settled = self._progresses(session) >= session.generated.least and not self._running(session)
        return spoken and settled

    def _progresses(self, session: Session) -> int:
        """How many progress messages there are; one that has become a failure is still known by its id."""
        session.progresses |= {
            each.id for each in self.thread(session)[1:] if each.by_bot and _PROGRESS.match(each.text)
        }
        return len(session.progresses)

    def _running(self, session: Session) -> list[Seen]:
        return [each for each in self.thread(session) if each.by_bot and "Cancel" in each.buttons]

    # -- insisting

    async def retry_failures(self) -> None:
        """Presses every *Try again* once, for ever."""
        while True:
            for session in self.sessions:
                for each in self.thread(session):
                    if "Try again" in each.buttons and each.id not in session.pressed:
                        await self._try_again(session, each)
            await asyncio.sleep(1.0)

    async def _try_again(self, session: Session, failed: Seen) -> None:
        session.generated.most += 1  # perhaps it was a generation that failed
        with suppress(NotAcked, ClientRefused):
            await self.place.click(self._spot.people[0], self._spot, failed.id, "Try again")
            session.pressed.add(failed.id)

    async def _press_until(
        self, session: Session, who: str, label: str, times: Times, shown: Callable[[], bool]
    ) -> None:
        """A click that was acked happened; after another one people look first whether something came of it."""

        async def press() -> bool:
            if shown():
                return True
            times.most += 1
            await self.place.click(who, self._spot, session.root, label)
            return True

        await self._insist(label, press)
        times.least += (
            not session.pressed
        )  # a failed one may just have been ordered again, and one more is refused
        await self._look(shown)

    async def _insist(self, what: str, act: Callable[[], Awaitable[bool]]) -> None:
        """Again and again while the application does not respond. Raises GaveUp."""
        ends = time.monotonic() + _PERSISTENCE
        while time.monotonic() < ends:
            try:
                if await act():
                    return
            except (NotAcked, ClientRefused):
                await self._look(self.place.connected, PATIENCE)
                await asyncio.sleep(_LOOK)
        raise GaveUp(f"{what}: {_PERSISTENCE:.0f} s in vain")

    async def _look(self, condition: Callable[[], object], timeout: float = _WAIT) -> None:
        with suppress(TimeoutError):
            await self.place.until(lambda: bool(condition()), timeout)

    async def _await(self, condition: Callable[[], str | None], timeout: float, what: str) -> str:
        try:
            return await self.place.until(condition, timeout)
        except TimeoutError:
            raise GaveUp(f"{what}: {timeout:.0f} s in vain") from None
