"""What people say, change and take back in a session's thread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.intake.decision import DUPLICATE, ECHO, IGNORED, OFFER_LATE, TURN, Decision, Task, accepted, refused
from core.intake.finding import NO_SESSION, session_meant
from core.intake.sessions import OPENING
from core.intents import AnswerNow, Attachment, Erase, Revise, Say, to_json
from core.messages.model import Speaker
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.inbox import WAITING
from core.storage.unit_of_work import Unit

LATE = timedelta(hours=1)
"""Older messages are offered, not answered: nobody waits for them any more."""
ASIDE = "//"
_NAME = 200


async def say(unit: Unit, intent: Say) -> Decision:
    if intent.by_bot:
        return IGNORED
    session = await unit.sessions.at(intent.origin.place)
    if session is None:
        # The thread may be that of a card that is being posted at this moment.
        await unit.sessions.settled(intent.origin.place)
        session = await unit.sessions.at(intent.origin.place)
    if session is None:
        waiting = await unit.sessions.opening_in(intent.origin.place, unit.clock.now() - OPENING)
        return accepted(Task(WAITING, None, to_json(intent))) if waiting else IGNORED
    if await unit.messages.known(session.id, intent.message):
        return DUPLICATE  # the inbox forgets its events after some days, the session its messages never
    late = unit.clock.now() - intent.origin.at > LATE
    await store(unit, session, intent, late=late)
    shown = _echo(session, intent)
    if session.status is SessionStatus.CLOSED:
        return _closed(session, *shown) if intent.mentioned or intent.via else accepted(*shown)
    if intent.text.startswith(ASIDE):
        return accepted(*shown)
    return accepted(*shown, Task(OFFER_LATE if late else TURN, session.id))


def _echo(session: Session, intent: Say) -> tuple[Task, ...]:
    """What was not written in the chat is shown there, where there is one. The task names the message: what somebody
    takes back before it is shown, is not."""
    if not intent.via or session.thread is None or session.platform == intent.via:
        return ()
    return (Task(ECHO, session.id, {"message": intent.message}),)


async def store(unit: Unit, session: Session, intent: Say, *, late: bool = False) -> None:
    """The author's name, where it did not come along, is asked of the platform later: an ack does not wait for it."""
    await unit.messages.add(
        session.id,
        speaker=Speaker.PERSON,
        author=intent.name[:_NAME],
        person=intent.origin.person,
        platform_message=intent.message,
        text=intent.text,
        at=intent.origin.at,
        aside=intent.text.startswith(ASIDE),
        late=late,
        files=[_file(attachment) for attachment in intent.attachments],
    )


def _file(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "size": attachment.size,
        "mimetype": attachment.mimetype,
        "handle": attachment.handle,
    }


def _closed(session: Session, *tasks: Task) -> Decision:
    """The message is stored all the same; it will be answered when the session is open again."""
    text = f"**{session.title}** is closed. I kept what you wrote; reopen the session and I will answer."
    return accepted(*tasks, say=Reply(text, (Button(Action.REOPEN, "Reopen", session.id),)))


async def revise(unit: Unit, intent: Revise) -> Decision:
    session = await unit.sessions.at(intent.origin.place)
    if session is None:
        return IGNORED
    await unit.messages.revise(session.id, intent.message, intent.text)
    return accepted()


async def erase(unit: Unit, intent: Erase) -> Decision:
    session = await unit.sessions.at(intent.origin.place)
    if session is None:
        return IGNORED
    await unit.messages.erase(session.id, intent.message)
    return accepted()


async def answer_now(unit: Unit, intent: AnswerNow) -> Decision:
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    if not await unit.messages.late(session.id):
        return refused("Those messages have been taken up already.")
    await unit.messages.take_up_late(session.id)
    return accepted(Task(TURN, session.id))
