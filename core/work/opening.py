"""Opening a session: the card, the thread made from it, and the agent's first words."""

from __future__ import annotations

from dataclasses import replace

import structlog

from core.delivery.card import card
from core.delivery.speech import sorry
from core.errors import ChannelGone, NotInChannel, PermissionMissing, ThreadwrightError
from core.generation.context import opening_prompt
from core.intake import conversation
from core.intake.decision import TURN
from core.intake.sessions import OPENING
from core.intents import Person, Place, Say, from_json
from core.ports import Attempt, ThreadRef
from core.sessions.model import Session
from core.storage.inbox import Work
from core.storage.unit_of_work import Unit
from core.work.people import name_people
from core.work.speaking import OUTPUT_TOKENS, Speech, speak
from core.work.workshop import Workshop, measure, model_of

_log = structlog.get_logger(__name__)


class Opening:
    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        async with self._shop.database.read() as unit:
            session = await unit.sessions.get(work.session_id or "")
        if session is None:
            return
        session = await name_people(self._shop, session)
        if session.thread is None:
            try:
                session = await self._make_thread(session)
            except (NotInChannel, PermissionMissing, ChannelGone) as error:
                _log.warning("not_opened", session=session.id, reference=error.reference, detail=error.detail)
                await tell_opener(self._shop, session, error)
                return
        await first_words(self._shop, session, "opening")

    async def _make_thread(self, session: Session) -> Session:
        place = Place(session.platform, session.workspace, session.channel)

        async def send(attempt: Attempt) -> str:
            platform = self._shop.courier.platform(session.platform)
            return (await platform.open_thread(place, card(session), attempt)).thread

        thread = await self._shop.courier.once(f"card:{session.id}", session.id, send)
        async with self._shop.database.write() as unit:
            await unit.sessions.settled(place)
            await unit.sessions.update(session.id, thread=thread)
            await _take_up_waiting(unit, session, thread)
            return await unit.sessions.get(session.id) or session


async def tell_opener(shop: Workshop, session: Session, error: ThreadwrightError) -> None:
    """There is no thread to say it in. Nothing typed is lost: the session is stored, and the button tries again."""
    place = Place(session.platform, session.workspace, session.channel)
    told = sorry(error, session.id)
    text = f"{told.text}\n\nWhat you typed for **{session.title}** is kept."
    platform = shop.courier.platform(session.platform)
    await platform.whisper(place, session.opened_by, replace(told, text=text))


async def _take_up_waiting(unit: Unit, session: Session, thread: str) -> None:
    """Somebody may have written in the thread before it was known here as a session's."""
    place = Place(session.platform, session.workspace, session.channel)
    still_opening = await unit.sessions.opening_in(place, unit.clock.now() - OPENING)
    for waiting in await unit.inbox.waiting(session.platform):
        said = from_json(waiting.args)
        there = said.origin.place
        if (there.workspace, there.channel) != (session.workspace, session.channel):
            continue
        if isinstance(said, Say) and there.thread == thread:
            await conversation.store(unit, session, said)
            await unit.inbox.become(waiting.id, TURN, session.id)
        elif not still_opening:
            await unit.inbox.become(waiting.id, "", None)


def first_key(session: Session, name: str) -> str:
    """Of the first words, in the outbox and in the account."""
    return f"{name}:{session.id}"


async def first_words(shop: Workshop, session: Session, name: str) -> None:
    """The agent restates what it understood and asks what would change the result."""
    thread: ThreadRef | None = session.thread
    if thread is None:
        return
    model = await model_of(shop, session)
    size = measure(await shop.model.limits(model), OUTPUT_TOKENS)
    prompt = opening_prompt(shop.prompts, session, size.room)
    audience: Person = session.opened_by
    await speak(shop, Speech(session, thread, first_key(session, name), audience, prompt, size.output, model))
