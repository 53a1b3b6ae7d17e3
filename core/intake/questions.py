"""Questions that are answered at once and privately, and change nothing."""

from __future__ import annotations

from core.delivery.card import counted, requirements_list, sessions_list, state, versions_list
from core.delivery.delivered import evidence_line, table
from core.intake.finding import NO_SESSION
from core.intake.versions import no_such
from core.intents import Ask, Place
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.unit_of_work import Unit

HELP = """**Threadwright** turns this thread into code.

- `/automation new [title]` opens a session; the team refines it by talking in its thread
- **Generate** (or mention me: `generate python`) writes the files; **Cancel** stops it
- In the thread, mention me with: `generate [python|javascript|typescript|bash]`, `cancel`, `show [N]`, `versions`, \
`diff [N [M]]`, `restore N`, `run tests`, `review`, `requirements`, `download [N]`, `status`, `rename TITLE`, `close`, \
`reopen`, `delete`
- `/automation list` shows the open sessions here, `/automation generate` asks which one to write
- `/automation dashboard` gives you a link to all of this in the browser; `/automation token NAME [read]` makes an API \
token, `/automation tokens` lists yours
- A message that begins with `//` is for the humans: it is kept, never answered, and no model sees it
- `/automation forget-me` erases what you wrote to me"""


async def answer(unit: Unit, intent: Ask) -> Reply:
    place = intent.origin.place
    if intent.about == "help":
        return Reply(HELP)
    if intent.about == "list":
        return Reply(sessions_list(await unit.sessions.heads(place, SessionStatus.OPEN, 25)))
    session = await unit.sessions.at(place) if place.thread is not None else None
    if session is None:
        return Reply(NO_SESSION) if intent.about != "status" else await _channel_status(unit, place)
    return await _about(unit, intent, session)


async def _about(unit: Unit, intent: Ask, session: Session) -> Reply:
    if intent.about == "requirements":
        return Reply(requirements_list(session), (Button(Action.REQUIREMENTS, "Requirements", session.id),))
    if intent.about == "versions":
        return Reply(versions_list(await unit.automations.heads(session.id)))
    if intent.about == "show":
        return await _show(unit, session, intent.number)
    return await _status(unit, session)


async def _show(unit: Unit, session: Session, number: int | None) -> Reply:
    newest = await unit.automations.newest(session.id)
    if newest is None:
        return Reply(versions_list(()))
    made = newest if number is None else await unit.automations.numbered(session.id, number)
    if made is None:
        return Reply(no_such(number))
    buttons = (Button(Action.VIEW, "View code", made.id), Button(Action.DOWNLOAD, "Download", made.id))
    head = f"**v{made.number}**, {made.status}, {made.language.label}, <!time:{int(made.created_at.timestamp())}>"
    return Reply(f"{head}\n\n{made.summary}\n\n{table(made.files, None)}\n\n{evidence_line(made)}", buttons)


async def _status(unit: Unit, session: Session) -> Reply:
    newest = await unit.automations.newest(session.id)
    job = await unit.automations.active_job(session.id)
    living = sum(not one.withdrawn for one in session.requirements)
    lines = [
        f"**{session.title}**: {state(session, newest)}",
        f"{counted(living, 'requirement')}, {counted(await unit.messages.count(session.id), 'message')}",
    ]
    if job is not None:
        lines.append(
            f"A version is being written ({job.status}) since <!time:{int(job.created_at.timestamp())}>."
        )
    return Reply("\n".join(lines))


async def _channel_status(unit: Unit, place: Place) -> Reply:
    heads = await unit.sessions.heads(place, SessionStatus.OPEN, 25)
    return Reply(f"I am here and listening.\n\n{sessions_list(heads)}")
