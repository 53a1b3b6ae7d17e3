"""What a request asks of the core, as the chat would ask it; shared by the API and the pages."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from starlette.requests import Request

from adapters.web.front import Front
from adapters.web.problems import Problem, Wrong, unknown
from core.accounts import Caller
from core.automations.model import Automation
from core.desk import Outcome, Receipt
from core.intents import Apply, Intent, Origin, Place, Say
from core.library import SessionDetail, Suggested
from core.sessions.model import Session

WEB = "web"


async def detail(front: Front, who: Caller, session_id: str) -> SessionDetail:
    """Raises Problem 404 for what is not there, and for what is not for the caller."""
    found = await front.library.session(who, session_id)
    if found is None:
        raise unknown("session")
    return found


async def version(front: Front, who: Caller, session_id: str, automation_id: str) -> Automation:
    """With its files. Raises Problem 404."""
    found = await front.library.automation(who, session_id, automation_id)
    if found is None:
        raise unknown("version")
    return found


async def suggestions(front: Front, who: Caller, session_id: str, automation_id: str) -> Sequence[Suggested]:
    """Of the version's newest review. Raises Problem 404 when there is no such version for the caller."""
    found = await front.library.suggestions(who, session_id, automation_id)
    if found is None:
        raise unknown("version")
    return found


def application(asked: Origin, suggested: Sequence[Suggested], suggestion_id: str) -> Apply:
    """Raises Problem 404 when it is none of them."""
    if suggestion_id not in {one.id for one in suggested}:
        raise unknown("suggestion")
    return Apply(asked, suggestion_id)


async def place_for(front: Front, who: Caller, channel: str | None) -> Place:
    """Where a new session is to live: in a channel of the chat, or with the caller alone. Raises Problem 409 when
    the channel is not there for the caller, or nobody says any more that they belong to the workspace."""
    if channel is None:
        if not await front.library.belongs(who):
            raise Problem(
                409, "The chat does not tell me at the moment that you belong to it. Try again later."
            )
        person = who.person
        return Place(WEB, f"{who.platform}:{who.workspace}", f"{person.team}:{person.id}")
    if channel not in (one for one, _ in await front.library.channels(who)):
        sentence = "You cannot open a session in this channel."
        raise Problem(409, sentence, (Wrong("channel", sentence),))
    return Place(who.platform, who.workspace, channel)


def place_of(session: Session) -> Place:
    thread = session.thread.thread if session.thread else None
    return Place(session.platform, session.workspace, session.channel, thread)


def origin(front: Front, request: Request, who: Caller, place: Place) -> Origin:
    """Its event key is that of the request where it brought an idempotency key, and a fresh one otherwise."""
    key = request.scope["state"].get("event") or secrets.token_hex(20)
    return Origin(place, who.person, f"{WEB}:{key}", front.clock.now())


def words(asked: Origin, who: Caller, text: str) -> Say:
    """The message's own id is that of the event."""
    return Say(asked, asked.event_key[:64], text, mentioned=True, via=WEB, name=who.name)


def spoken_to(session: Session) -> None:
    """Raises Problem 409 while the session's card is on its way: then there is no thread yet to say anything in."""
    if session.thread is None:
        sentence = "This session's thread is not there yet. Try again in a moment."
        raise Problem(409, sentence, headers={"Retry-After": "1"})


async def hand_in(front: Front, intent: Intent) -> Receipt:
    """Raises Problem with the desk's own sentence: 422 for a field at fault, 409 for what does not go now."""
    receipt = await front.desk.receive(intent)
    if receipt.outcome is Outcome.REFUSED:
        sentence = receipt.reply.text if receipt.reply else "This cannot be done now."
        faults = [Wrong(receipt.field, sentence)] if receipt.field else []
        raise Problem(422 if faults else 409, sentence, faults)
    if receipt.outcome is Outcome.IGNORED:
        raise Problem(409, "This session cannot take that now. Load it again.")
    return receipt


def made(receipt: Receipt) -> str:
    """The id of what came of an intent. Raises Problem 409 when that is not known any more."""
    if receipt.made is None:
        raise Problem(409, "This was asked for already. Look at what came of it.")
    return receipt.made


def lines(texts: Iterable[str]) -> str:
    """As the chat's form has them: one a line."""
    return "\n".join(texts)
