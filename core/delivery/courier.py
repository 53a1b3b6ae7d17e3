"""The way out: what people see is sent once, however often the program dies in between.

Every operation has a key. Its row is written before the first attempt, so a later one knows that something may have
reached the platform and reads back before it sends (`Attempt.again`)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from core.errors import PlatformUnavailable
from core.ports import Attempt, ChatPlatform, MessageRef, OutFile, ThreadRef
from core.replies import Reply
from core.storage.unit_of_work import Database

_LOOK: Final = 0.2
_LONGEST: Final = 90.0
"""Seconds between two looks at an operation that another process holds, and after which it is taken from it."""


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """An `Attempt` whose ticket lives in the outbox."""

    key: str
    again: bool
    since: datetime
    ticket: str | None
    database: Database

    async def keep(self, ticket: str) -> None:
        async with self.database.write() as unit:
            await unit.outbox.keep(self.key, ticket)


class Others(Protocol):
    """The processes that may send the same. ``name``: of this one."""

    @property
    def name(self) -> str: ...

    async def dead(self, names: Collection[str]) -> frozenset[str]:
        """Those of `names` that are certainly no more; never our own."""
        ...


class Nobody:
    """Implements `Others`: there are none."""

    name = "local"

    async def dead(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(names) - {self.name}


class Courier:
    """Sends each operation once and remembers what came of it."""

    def __init__(
        self, database: Database, platforms: Mapping[str, ChatPlatform], others: Others | None = None
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._others = others or Nobody()
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: Counter[str] = Counter()

    def platform(self, name: str) -> ChatPlatform:
        """Raises PlatformUnavailable when this process does not speak to it: another one may, or the next."""
        if name not in self._platforms:
            raise PlatformUnavailable(
                f"I am not connected to {name} at the moment.", detail="not in this process"
            )
        return self._platforms[name]

    async def once(self, key: str, session_id: str | None, send: Callable[[Attempt], Awaitable[str]]) -> str:
        """Runs `send` unless this key has a result already; returns the result. Whatever `send` raises passes
        through, and the next call is another attempt at the same operation."""
        async with self.alone(key):
            attempt = await self._held(key, session_id)
            if isinstance(attempt, str):
                return attempt
            try:
                result = await send(attempt)
            except BaseException:
                await self._let_go(key)
                raise
            async with self._database.write() as unit:
                await unit.outbox.sent(key, result)
            return result

    async def _held(self, key: str, session_id: str | None) -> StoredAttempt | str:
        """An attempt that nobody else makes at this time, or the result of an earlier one. Whoever holds the operation is
        waited for while it lives; not for ever, since it may have lost its database when it wanted to let go."""
        until = asyncio.get_running_loop().time() + _LONGEST
        while True:
            async with self._database.write() as unit:
                post, since = await unit.outbox.get(key), unit.clock.now()
                if post is None:
                    await unit.outbox.begin(key, session_id, self._others.name)
                    return StoredAttempt(key, False, since, None, self._database)
                if post.result is not None:
                    return post.result
                late = asyncio.get_running_loop().time() >= until
                if late or await self._is_free(post.holder):
                    await unit.outbox.hold(key, self._others.name)
                    return StoredAttempt(key, True, post.created_at, post.ticket, self._database)
            await asyncio.sleep(_LOOK)

    async def _is_free(self, holder: str | None) -> bool:
        ours = holder is None or holder == self._others.name
        return ours or holder in await self._others.dead({str(holder)})

    async def _let_go(self, key: str) -> None:
        with suppress(SQLAlchemyError, OSError):  # what made the sending fail is told, and not this
            async with self._database.write() as unit:
                await unit.outbox.hold(key, None)

    async def post(self, key: str, session_id: str, thread: ThreadRef, reply: Reply) -> MessageRef:
        async def send(attempt: Attempt) -> str:
            return (await self.platform(thread.platform).post(thread, reply, attempt)).id

        return MessageRef(thread, await self.once(key, session_id, send))

    async def attach(self, key: str, session_id: str, thread: ThreadRef, files: tuple[OutFile, ...]) -> None:
        async def send(attempt: Attempt) -> str:
            await self.platform(thread.platform).attach(thread, files, attempt)
            return "attached"

        await self.once(key, session_id, send)

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        await self.platform(message.thread.platform).edit(message, reply, final=final)

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """One attempt at a time per key within this process; the lock goes with its last user."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
