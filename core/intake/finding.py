"""Which session an intent means."""

from __future__ import annotations

from core.intents import Place
from core.sessions.model import Session
from core.storage.unit_of_work import Unit

NO_SESSION = "There is no session here. Do this in a session's thread, or open one with `/automation new` in the channel."


async def session_meant(unit: Unit, place: Place, session_id: str | None) -> Session | None:
    """The session named by id (a button's value), only within the workspace that asks; else the thread's own."""
    if session_id is None:
        return await unit.sessions.at(place) if place.thread is not None else None
    found = await unit.sessions.get(session_id)
    if found is None or (found.platform, found.workspace) != (place.platform, place.workspace):
        return None
    return found
