"""The web part of the program: the dashboard and the REST API over the core, on a socket of their own."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from adapters.web.app import build_app
from adapters.web.front import Front
from adapters.web.serving import listen, serving_on
from bot.settings import Role, Settings
from core.delivery.watching import Happenings
from core.desk import Desk
from core.errors import SettingsError
from core.intake.once import Remembering
from core.intake.reading import Reading
from core.intake.signing import Signing
from core.intake.visibility import Visibility
from core.intents import Person
from core.ports import ChatPlatform, Clock
from core.storage.unit_of_work import Database


def named_in(database: Database) -> Callable[[Person], Awaitable[str]]:
    """How the platform of sessions without a chat knows people: by the name under which they signed in."""

    async def name(person: Person) -> str:
        async with database.read() as unit:
            return await unit.accounts.known_name(person)

    return name


@dataclass(frozen=True, slots=True)
class Web:
    """``listening``: ``None`` in a process that only says who is who. ``address``: where people reach the web part, without a
    slash at its end; ``None``: nobody has said."""

    listening: socket.socket | None
    address: str | None
    signing: Signing
    reading: Reading


@contextmanager
def port(settings: Settings, role: Role) -> Iterator[socket.socket | None]:
    """What the web part listens to, before anything else begins; ``None`` for roles without it. Raises SettingsError when
    it cannot be had."""
    if role not in ("all", "web"):
        yield None
        return
    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            (f"PORT: {settings.port} cannot be listened to ({reason}); set another one",)
        ) from error
    with listening:
        yield listening


def set_up(
    listening: socket.socket | None,
    settings: Settings,
    database: Database,
    clock: Clock,
    platforms: Mapping[str, ChatPlatform],
    happenings: Happenings,
) -> Web:
    here = f"http://127.0.0.1:{listening.getsockname()[1]}" if listening else None
    address = settings.public_url or here
    signing = Signing(database, clock, settings.people, platforms)
    reading = Reading(database, Visibility(platforms, clock), happenings)
    return Web(listening, address, signing, reading)


@asynccontextmanager
async def open_web(web: Web, desk: Desk, database: Database, clock: Clock) -> AsyncIterator[None]:
    """Serves while the block runs; nothing where nobody listens."""
    if web.listening is None or web.address is None:
        yield
        return
    front = Front(
        desk=desk,
        library=web.reading,
        accounts=web.signing,
        once=Remembering(database),
        clock=clock,
        public_url=web.address,
        secure=web.address.startswith("https://"),
    )
    async with serving_on(build_app(front), web.listening):
        yield
