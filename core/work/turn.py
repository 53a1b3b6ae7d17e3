"""Answering what people said. Messages that came meanwhile are answered together in the next turn, in order."""

from __future__ import annotations

from collections.abc import Sequence

from core.generation.context import conversation_prompt
from core.messages.model import Message
from core.sessions.model import Session, SessionStatus
from core.storage.inbox import Work
from core.work.opening import first_key, first_words
from core.work.people import name_people, read_files
from core.work.speaking import OUTPUT_TOKENS, Speech, speak
from core.work.workshop import Workshop, measure, model_of


class Turn:
    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        turn, name = f"turn:{work.id}", f"opening:{work.id}"
        async with self._shop.database.write() as unit:
            session = await unit.sessions.get(work.session_id or "")
            if session is None or session.thread is None or session.status is SessionStatus.CLOSED:
                return
            post = await unit.outbox.get(turn)
            if post is not None and post.result is not None:
                # What it came to is shown: if that was a failure, its questions are open again, and are not its own.
                await unit.questions.settle(session.id, turn)
                return
            # First words that were begun may be stored already, and still have to be shown whole.
            begun = await unit.outbox.get(first_key(session, name)) is not None
            # An answer that was begun by an earlier attempt takes up no question that came since.
            held = await unit.messages.held(session.id, turn)
            questions = held or (() if begun else await unit.messages.claim(session.id, turn))
            silent = begun or not await unit.messages.spoken(session.id)
        if questions:
            await self._answer(session, turn, questions)
        elif silent and work.args.get("again"):
            await first_words(self._shop, session, name)

    async def _answer(self, session: Session, turn: str, questions: Sequence[Message]) -> None:
        if session.thread is None:
            return
        await read_files(self._shop, session)
        session = await name_people(self._shop, session)
        async with self._shop.database.read() as unit:
            messages = _questions_last(await unit.messages.of(session.id), questions)
            versions = await unit.automations.heads(session.id)
        model = await model_of(self._shop, session)
        size = measure(await self._shop.model.limits(model), OUTPUT_TOKENS)
        prompt = conversation_prompt(self._shop.prompts, session, messages, versions, size.room)
        thread = session.thread
        if thread is not None:
            speech = Speech(session, thread, turn, questions[-1].person, prompt, size.output, model)
            await speak(self._shop, speech)


def _questions_last(messages: Sequence[Message], questions: Sequence[Message]) -> Sequence[Message]:
    """What somebody wrote while the agent was answering stands before that answer; it is still what comes next.
    What was written since this turn took its questions is left to the next one."""
    asked, last = {question.id for question in questions}, questions[-1].seq
    before = [one for one in messages if one.id not in asked and (one.seq < last or one.answered)]
    return [*before, *(one for one in messages if one.id in asked)]
