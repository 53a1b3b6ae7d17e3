"""One intent is one transaction: the unit of work and the repositories inside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.ports import Clock, Ids
from core.storage.accounts import Accounts
from core.storage.automations import Automations
from core.storage.calls import ModelCalls
from core.storage.catalogue import Catalogue
from core.storage.idempotency import Idempotency
from core.storage.inbox import Inbox
from core.storage.messages import Messages
from core.storage.outbox import Outbox
from core.storage.questions import Questions
from core.storage.reviews import Reviews
from core.storage.sessions import Sessions
from core.storage.spending import Spending
from core.storage.useless import Useless


class Unit:
    """The repositories of one transaction."""

    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids, *, writes: bool = False) -> None:
        self.clock = clock
        self.sessions = Sessions(connection, clock, ids, writes=writes)
        self.messages = Messages(connection, clock)
        self.automations = Automations(connection, clock, ids)
        self.reviews = Reviews(connection, clock, ids)
        self.inbox = Inbox(connection, clock)
        self.outbox = Outbox(connection, clock)
        self.model_calls = ModelCalls(connection, clock, ids)
        self.questions = Questions(connection, clock)
        self.accounts = Accounts(connection, clock, ids)
        self.catalogue = Catalogue(connection)
        self.spending = Spending(connection)
        self.idempotency = Idempotency(connection, clock)
        self.useless = Useless(connection)


class Database:
    """``write()`` commits at the end of the block, or nothing at all when it raises; ``read()`` never commits."""

    def __init__(self, engine: AsyncEngine, clock: Clock, ids: Ids) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = ids

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        async with self._engine.connect() as connection:
            await connection.execution_options(write=True)
            async with connection.begin():
                yield Unit(connection, self._clock, self._ids, writes=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        async with self._engine.connect() as connection:
            yield Unit(connection, self._clock, self._ids)
