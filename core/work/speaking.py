"""The agent speaks: an answer streams into the thread, is stored, and is made final. Once per turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from core.delivery.card import shorten
from core.delivery.speech import fenced_off, sorry
from core.errors import AnswerUnusable, ModelError
from core.generation.proposals import ProposalFilter
from core.intents import Person
from core.messages.model import AGENT, Speaker
from core.ports import Attempt, Completed, LiveMessage, ModelMessage, ModelRequest, TextDelta, ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session
from core.storage.questions import Question
from core.storage.unit_of_work import Unit
from core.work.asking import ask, settle
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

OUTPUT_TOKENS = 4_000
TEMPERATURE = 0.4
AGENT_NAME = "Threadwright"
_CUT = {
    "length": "*(My answer was cut at the length limit. Say “go on” for the rest.)*",
    "content_filter": "*(The model's provider stopped this answer. Put it in other words.)*",
}


@dataclass(slots=True)
class _Words:
    """What has been said so far."""

    text: str = ""
    proposals: tuple[str, ...] = ()
    filter: ProposalFilter = field(default_factory=ProposalFilter)


@dataclass(frozen=True, slots=True)
class Speech:
    """``turn``: the key of this answer, for ever. ``audience``: whom the stream is for."""

    session: Session
    thread: ThreadRef
    turn: str
    audience: Person
    prompt: tuple[ModelMessage, ...]
    output_tokens: int
    model: str | None = None


async def speak(shop: Workshop, speech: Speech) -> None:
    """Raises PlatformError only; what the model failed at is said in the thread and its questions are open again."""

    async def send(attempt: Attempt) -> str:
        platform = shop.courier.platform(speech.session.platform)
        async with platform.live(speech.thread, speech.audience, attempt) as live:
            return (await live.close(await _reply(shop, speech, live))).id

    await shop.courier.once(speech.turn, speech.session.id, send)
    await settle(
        shop, speech.session.id, speech.turn
    )  # of one that failed; a stored answer took its own along


async def _reply(shop: Workshop, speech: Speech, live: LiveMessage) -> Reply:
    async with shop.database.read() as unit:
        stored = await unit.messages.answer(speech.session.id, speech.turn)
    if stored is not None:
        return await _stored(shop, speech, stored.text)
    words = _Words()
    try:
        await _listen(shop, speech, words, live)
    except (ModelError, AnswerUnusable) as error:
        _log.warning("turn_failed", turn=speech.turn, reference=error.reference, detail=error.detail)
        async with shop.database.write() as unit:
            await unit.messages.release(speech.session.id, speech.turn)
        return sorry(error, speech.session.id, kept=words.text)
    async with shop.database.write() as unit:
        if await unit.sessions.get(speech.session.id) is None:
            return Reply(words.text)  # somebody deleted the session meanwhile: what was said ends in order
        await _store(unit, speech, words, shop)
    return await _stored(shop, speech, words.text)


async def _listen(shop: Workshop, speech: Speech, words: _Words, live: LiveMessage) -> None:
    request = ModelRequest(speech.prompt, speech.output_tokens, TEMPERATURE, speech.session.id, speech.model)
    reason = "stop"
    async with aclosing(ask(shop, Question(speech.session.id, speech.turn), request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                _add(words, words.filter.feed(event.text), live)
            elif isinstance(event, Completed):
                reason = event.reason
    rest, words.proposals = words.filter.finish()
    _add(words, rest, live)
    if not words.text.strip() and not words.proposals:
        raise AnswerUnusable(
            "The model answered with nothing. Press **Try again**, or put it in other words."
        )
    if reason in _CUT:
        _add(words, f"{fenced_off(words.text)[len(words.text.rstrip()) :]}\n\n{_CUT[reason]}", live)


def _add(words: _Words, text: str, live: LiveMessage) -> None:
    if text:
        words.text += text
        live.write(text)


async def _store(unit: Unit, speech: Speech, words: _Words, shop: Workshop) -> None:
    await unit.messages.add(
        speech.session.id,
        speaker=Speaker.AGENT,
        author=AGENT_NAME,
        person=AGENT,
        platform_message=speech.turn,
        text=words.text,
        at=shop.clock.now(),
        turn=speech.turn,
    )
    await unit.questions.settle(speech.session.id, speech.turn)
    known = await unit.sessions.bound_texts(speech.session.id)
    for text in words.proposals:
        if text.casefold() not in known:  # the model does not see its earlier proposals and may repeat them
            await unit.sessions.add_proposal(speech.session.id, speech.turn, text)


async def _stored(shop: Workshop, speech: Speech, text: str) -> Reply:
    async with shop.database.read() as unit:
        return Reply(text, await _offers(unit, speech))


async def _offers(unit: Unit, speech: Speech) -> tuple[Button, ...]:
    """A button per proposed requirement that nobody has confirmed yet."""
    proposals: Sequence[tuple[str, str]] = await unit.sessions.proposals_of(speech.session.id, speech.turn)
    return tuple(
        Button(Action.ADD_REQUIREMENT, shorten(f"Add: {text.replace('`', '')}", 75), proposal)
        for proposal, text in proposals
    )
