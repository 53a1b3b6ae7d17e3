"""A review of a version: the model reads it, and its suggestions stand in the thread, each with *Apply*. Once."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

import structlog

from core.automations.model import Automation
from core.delivery.review import GONE, NO_VERSION, not_reviewed, review, review_text, reviewing
from core.errors import AnswerUnusable, ModelError
from core.generation.context import review_prompt
from core.generation.reviews import Review, suggestions
from core.messages.model import AGENT, Speaker
from core.ports import Attempt, Completed, LiveMessage, ModelRequest, TextDelta, ThreadRef
from core.replies import Reply
from core.sessions.model import Session
from core.storage.inbox import Work
from core.storage.questions import Question
from core.storage.unit_of_work import Unit
from core.work.asking import ask, settle
from core.work.people import name_people, read_files
from core.work.speaking import AGENT_NAME
from core.work.workshop import Workshop, measure, model_of

_log = structlog.get_logger(__name__)

OUTPUT_TOKENS = 8_000
"""Seven suggestions take a tenth of it; models that reason need the rest."""
TEMPERATURE = 0.2


@dataclass(frozen=True, slots=True)
class _Task:
    """``key``: of this review, for ever: in the thread, in the store and in the account of model calls."""

    key: str
    session: Session
    version: Automation


class Reviewing:
    """Handles `REVIEW`."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        """Raises PlatformError only; what the model failed at is said in the thread."""
        key, thread = f"review:{work.id}", ThreadRef(*work.args["thread"])
        async with self._shop.database.read() as unit:
            session = await unit.sessions.get(work.session_id or "")
            version = await unit.automations.get(str(work.args["automation"]))
            begun = await unit.outbox.get(key) is not None
        if session is None and not begun:
            return  # nothing of it stands in the thread

        async def send(attempt: Attempt) -> str:
            platform = self._shop.courier.platform(thread.platform)
            audience = AGENT if session is None else session.opened_by
            async with platform.live(thread, audience, attempt) as live:
                if session is None or version is None:
                    reply = GONE if session is None else NO_VERSION
                else:
                    reply = await self._reply(_Task(key, session, version), live)
                return (await live.close(reply)).id

        await self._shop.courier.once(key, work.session_id, send)
        if session is not None:
            await settle(self._shop, session.id, key)

    async def _reply(self, task: _Task, live: LiveMessage) -> Reply:
        async with self._shop.database.read() as unit:
            if (stored := await _stored(unit, task)) is not None:
                return stored
        live.write(reviewing(task.version.number))
        try:
            found, cut = await self._ask(task)
        except (ModelError, AnswerUnusable) as error:
            _log.warning("review_failed", key=task.key, reference=error.reference, detail=error.detail)
            return not_reviewed(error, task.version.number)
        async with self._shop.database.write() as unit:
            if await unit.sessions.get(task.session.id) is None:
                return GONE
            return await self._store(unit, task, found, cut=cut)

    async def _ask(self, task: _Task) -> tuple[Review, bool]:
        """What the model found, and whether its answer was cut. Raises ModelError and AnswerUnusable."""
        shop = self._shop
        await read_files(shop, task.session)
        session = await name_people(shop, task.session)
        async with shop.database.read() as unit:
            messages = await unit.messages.of(session.id)
        model = await model_of(shop, session)
        size = measure(await shop.model.limits(model), OUTPUT_TOKENS)
        prompt = review_prompt(shop.prompts, session, messages, task.version, size.room)
        request = ModelRequest(prompt, size.output, TEMPERATURE, session.id, model)
        text, reason = "", "stop"
        async with aclosing(ask(shop, Question(session.id, task.key), request)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    text += event.text
                elif isinstance(event, Completed):
                    reason = event.reason
        found = suggestions(text, task.version.files)
        if not (found.said or found.suggestions or found.left_out):
            raise AnswerUnusable("The model's answer holds no review.", detail=f"{len(text)} characters")
        return found, reason in ("length", "content_filter")

    async def _store(self, unit: Unit, task: _Task, found: Review, *, cut: bool) -> Reply:
        """The review is also a message of the agent: people may talk about it, and a retry finds that it was made
        even where nothing was found."""
        session_id, version = task.session.id, task.version
        rows = [(one.path, one.line, one.text) for one in found.suggestions]
        await unit.reviews.add(session_id, version.id, task.key, rows)
        await unit.questions.settle(session_id, task.key)
        kept = await unit.reviews.of(task.key)
        text = review_text(version.number, found.said, kept, left_out=found.left_out, cut=cut)
        await unit.messages.add(
            session_id,
            speaker=Speaker.AGENT,
            author=AGENT_NAME,
            person=AGENT,
            platform_message=task.key,
            text=text,
            at=self._shop.clock.now(),
            turn=task.key,
        )
        return review(text, kept)


async def _stored(unit: Unit, task: _Task) -> Reply | None:
    """The review as it was stored, by this attempt or an earlier one."""
    said = await unit.messages.answer(task.session.id, task.key)
    return None if said is None else review(said.text, await unit.reviews.of(task.key))
