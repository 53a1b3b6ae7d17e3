"""Names and dropped files: what the ack did not wait for is asked of the platform before the prompt is built."""

from __future__ import annotations

from typing import Any

from core.errors import PlatformError
from core.intents import Attachment, Person
from core.ports import ChatPlatform
from core.sessions.model import Session
from core.work.workshop import Workshop

FILE_LIMIT = 60_000
"""Bytes of one dropped file that are read; the rest is cut, and the prompt says so."""
_SAMPLE = 8_000


async def name_people(shop: Workshop, session: Session) -> Session:
    """Fills in the display names that are missing in the session, its ledger and its messages."""
    platform = shop.courier.platform(session.platform)
    async with shop.database.read() as unit:
        nameless = await unit.sessions.nameless(session.id)
    if not nameless:
        return session
    names = {person: await platform.name_of(person) for person in nameless}
    async with shop.database.write() as unit:
        for person, name in names.items():
            await unit.sessions.name(session.id, person, name[:200])
        return await unit.sessions.get(session.id) or session


async def read_files(shop: Workshop, session: Session) -> None:
    """Reads the text files that came with the session's messages, each once."""
    platform = shop.courier.platform(session.platform)
    async with shop.database.read() as unit:
        unread = await unit.messages.unread_files(session.id)
    for message_id, files in unread:
        read = [await _read(platform, session.workspace, file) for file in files]
        async with shop.database.write() as unit:
            await unit.messages.set_files(message_id, read)


async def _read(platform: ChatPlatform, workspace: str, file: dict[str, Any]) -> dict[str, object]:
    if "handle" not in file:
        return file
    attachment = Attachment(file["name"], file["size"], file["mimetype"], file["handle"])
    try:
        data = await platform.read_attachment(workspace, attachment, FILE_LIMIT)
    except PlatformError as error:
        if error.retryable:
            return file  # the next turn tries again; nobody waits minutes for one file
        return {"name": file["name"], "text": f"(this file could not be read: {error.sentence})"}
    return {"name": file["name"], "text": _text(data), "cut": attachment.size > len(data)}


def _text(data: bytes) -> str:
    if b"\0" in data[:_SAMPLE]:
        return "(not a text file: its content was not read)"
    return data.decode("utf-8", errors="replace").removeprefix("\ufeff")


def person_of(pair: list[str]) -> Person:
    return Person(pair[0], pair[1])
