"""Opening sessions and keeping them: ledger, title, state, erasure."""

from __future__ import annotations

import re
from datetime import timedelta

from core.delivery.card import counted
from core.intake.decision import (
    FAREWELL,
    IGNORED,
    NOTICE,
    OPEN,
    TURN,
    Decision,
    Task,
    accepted,
    offered,
    refused,
)
from core.intake.finding import NO_SESSION, session_meant
from core.intents import (
    ChangeRequirements,
    Close,
    Delete,
    ForgetMe,
    OpenSession,
    Person,
    Rename,
    Reopen,
    ThreadLost,
)
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.unit_of_work import Unit
from core.vocabulary import FIELD_LIMIT, TITLE_LIMIT

REQUIREMENT_LIMIT = 1000
"""Characters of one requirement."""
LEDGER_LIMIT = 500
"""Requirements of one session."""
OPENING = timedelta(minutes=10)
"""So long a message in a thread that nobody knows may belong to a card on its way; then it is forgotten."""
SOMEBODY = "somebody"
_BULLET = re.compile(r"\A(?:[-*•]|\d{1,3}[.)])\s+")


async def open_session(unit: Unit, intent: OpenSession) -> Decision:
    title = " ".join(intent.title.split())
    wrong = _wrong_title(title)
    if wrong:
        return refused(wrong, field="title")
    for name, words, value in (
        ("requirements", "The requirements", intent.requirements),
        ("tech_stack", "The tech stack", intent.tech_stack),
        ("constraints", "The constraints", intent.constraints),
    ):
        if len(value) > FIELD_LIMIT:
            return refused(_too_long(words, len(value), FIELD_LIMIT), field=name)
    lines = _lines(intent.requirements)
    if len(lines) > LEDGER_LIMIT:
        return refused(
            f"A session holds at most {LEDGER_LIMIT} requirements. Join some of them into one line.",
            field="requirements",
        )
    await unit.inbox.drop_waiting(unit.clock.now() - OPENING)
    session_id = await unit.sessions.add(intent, "", title)
    for line in lines:
        await unit.sessions.add_requirement(session_id, line, "", intent.origin.person)
    return accepted(Task(OPEN, session_id))


def _wrong_title(title: str) -> str:
    if not title:
        return "Give the session a title, for example: Watch the price list."
    return _too_long("The title", len(title), TITLE_LIMIT) if len(title) > TITLE_LIMIT else ""


def _too_long(what: str, length: int, limit: int) -> str:
    verb = "has" if what.endswith(("title", "stack", "requirement")) else "have"
    return (
        f"{what} {verb} {length:,} characters; at most {limit:,} fit here. "
        "Shorten it; more can follow in the thread."
    )


def _lines(text: str) -> list[str]:
    """One requirement per line, without the bullets and numbers that people type."""
    lines = (_BULLET.sub("", line.strip()).strip() for line in text.splitlines())
    return [line for line in lines if line]


async def change_requirements(unit: Unit, intent: ChangeRequirements) -> Decision:
    if intent.proposal is not None:
        return await _accept_proposal(unit, intent, intent.proposal)
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    wrong = _wrong_ledger(session, intent)
    if wrong:
        return refused(wrong, field="requirements")
    said = await _apply(unit, session, intent)
    if not said:
        return accepted(say="Nothing was changed.")
    return accepted(Task(NOTICE, session.id, {"text": "\n".join(said), "by": _by(intent.origin.person)}))


def _wrong_ledger(session: Session, intent: ChangeRequirements) -> str:
    for text in (*intent.add, *(text for _, text in intent.edit)):
        if len(text) > REQUIREMENT_LIMIT:
            return _too_long("A requirement", len(text), REQUIREMENT_LIMIT)
    if len(session.requirements) + len(intent.add) > LEDGER_LIMIT:
        return f"A session holds at most {LEDGER_LIMIT} requirements. Join some of them into one line."
    return ""


async def _apply(unit: Unit, session: Session, intent: ChangeRequirements) -> list[str]:
    """Changes the ledger; returns what people are told, one line per change."""
    known = {one.number: one for one in session.requirements}
    said = []
    for number in intent.withdraw:
        if number in known and not known[number].withdrawn:
            await unit.sessions.change_requirement(session.id, number, withdrawn=True)
            said.append(f"- withdrew ~~R{number}. {known[number].text}~~")
    for number, text in intent.edit:
        line = " ".join(text.split())
        if number in known and line and line != known[number].text:
            await unit.sessions.change_requirement(session.id, number, text=line, withdrawn=False)
            said.append(f"- changed R{number}. {line}")
    person = intent.origin.person
    for line in (found for text in intent.add for found in _lines(text)):
        number = await unit.sessions.add_requirement(session.id, line, "", person)
        said.append(f"- added R{number}. {line}")
    return said


async def _accept_proposal(unit: Unit, intent: ChangeRequirements, proposal_id: str) -> Decision:
    found = await unit.sessions.proposal(proposal_id)
    session = await session_meant(unit, intent.origin.place, found[0]) if found else None
    if found is None or session is None:
        return refused("That proposal is gone.")
    _, text, number = found
    if number is not None:
        return refused(f"That is R{number} already.")
    number = await unit.sessions.add_requirement(session.id, text, "", intent.origin.person)
    await unit.sessions.accept_proposal(proposal_id, number)
    said = {"text": f"- added R{number}. {text}", "by": _by(intent.origin.person)}
    return accepted(Task(NOTICE, session.id, said))


async def manage(unit: Unit, intent: Rename | Close | Reopen | Delete) -> Decision:
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    match intent:
        case Rename():
            return await _rename(unit, session, intent)
        case Close():
            return await _close(unit, session, intent.origin.person)
        case Reopen():
            return await _reopen(unit, session, intent.origin.person)
        case Delete():
            return await _delete(unit, session, intent)


async def _rename(unit: Unit, session: Session, intent: Rename) -> Decision:
    title = " ".join(intent.title.split())
    wrong = _wrong_title(title)
    if wrong:
        return refused(wrong, field="title")
    await unit.sessions.update(session.id, title=title)
    said = {"text": f"renamed this session to **{title}**.", "by": _by(intent.origin.person)}
    return accepted(Task(NOTICE, session.id, said))


async def _close(unit: Unit, session: Session, person: Person) -> Decision:
    if session.status is SessionStatus.CLOSED:
        return refused("This session is closed already.")
    await unit.sessions.update(session.id, status=SessionStatus.CLOSED)
    job = await unit.automations.active_job(session.id)
    if job is not None:
        await unit.automations.ask_cancel(job.id)
    said = {"text": "closed this session. **Reopen** on the card opens it again.", "by": _by(person)}
    return accepted(Task(NOTICE, session.id, said), cancels=[job.id] if job else [])


async def _reopen(unit: Unit, session: Session, person: Person) -> Decision:
    if session.status is SessionStatus.OPEN:
        return refused("This session is open already.")
    if session.thread is None:
        return refused("This session's thread is gone. Open a new one with `/automation new`.")
    await unit.sessions.update(session.id, status=SessionStatus.OPEN)
    tasks = [Task(NOTICE, session.id, {"text": "reopened this session.", "by": _by(person)})]
    if await unit.messages.open(session.id):
        tasks.append(Task(TURN, session.id))
    return accepted(*tasks)


async def _delete(unit: Unit, session: Session, intent: Delete) -> Decision:
    if not intent.confirmed:
        return offered(
            Reply(
                f"Delete **{session.title}** with its conversation and all its versions? This cannot be undone. "
                "Messages in the thread stay until you delete them here.",
                (Button(Action.DELETE, "Delete for good", session.id, "danger"),),
            )
        )
    job = await unit.automations.active_job(session.id)
    await unit.sessions.remove(session.id)
    tasks = []
    if session.thread is not None:
        where = [session.platform, session.workspace, session.channel, session.thread.thread]
        said = {"thread": where, "title": session.title, "by": _by(intent.origin.person)}
        tasks.append(Task(FAREWELL, None, said))
    return accepted(*tasks, say=f"**{session.title}** is deleted.", cancels=[job.id] if job else [])


async def forget(unit: Unit, intent: ForgetMe) -> Decision:
    workspace, person = intent.origin.place.workspace, intent.origin.person
    count = await unit.messages.forget(workspace, person, SOMEBODY)
    await unit.sessions.forget(workspace, person, SOMEBODY)
    erased = f"{counted(count, 'message')} of yours {'is' if count == 1 else 'are'} erased here"
    return accepted(
        say=f"Done: {erased}, and your name is off your sessions and requirements. "
        "What you wrote stays visible in the threads until you delete it there."
    )


async def lost(unit: Unit, intent: ThreadLost) -> Decision:
    place = intent.origin.place
    if place.thread is None:
        jobs = await unit.automations.active_in(place)
        for job_id in jobs:
            await unit.automations.ask_cancel(job_id)
        await unit.sessions.close_channel(place)
        return accepted(cancels=jobs)
    session = await unit.sessions.at(place)
    if session is None:
        return IGNORED
    await unit.sessions.update(session.id, status=SessionStatus.CLOSED)
    job = await unit.automations.active_job(session.id)
    if job is not None:
        await unit.automations.ask_cancel(job.id)
    return accepted(cancels=[job.id] if job else [])


def _by(person: Person) -> list[str]:
    return [person.team, person.id]
