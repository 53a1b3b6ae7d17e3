"""The bus between processes that share a PostgreSQL: its NOTIFY, over one connection that hears and one that tells."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, NoReturn
from uuid import uuid4

import psycopg
import structlog
from sqlalchemy.engine import make_url

from core.bus import LARGEST, Alone, Bus, Word, written
from core.storage.engine import STEADY, normalise
from core.storage.pieces import Joining, Leaving

_log = structlog.get_logger(__name__)

_LISTEN: Final = "LISTEN threadwright"
_TELL: Final = "SELECT pg_notify('threadwright', piece) FROM unnest(%s::text[]) AS piece"
"""One transaction: others hear all of it or nothing, and in this order."""

_PAUSES: Final = (0.2, 0.4, 0.8, 1.6, 2.0)
"""Seconds before the next try to connect; the last stays."""
_FAREWELL: Final = 0.5
"""Seconds in which the last words may still be told at the end."""


@asynccontextmanager
async def open_bus(url: str) -> AsyncIterator[Bus]:
    """The bus of all processes that open one with this URL. It connects in the background, and does so again for ever:
    a server that is away is no error. LISTEN needs the server itself or a pooler of whole sessions."""
    address = make_url(normalise(url))
    if address.get_backend_name() == "sqlite":
        yield Alone()
        return
    _, connection = address.get_dialect()().create_connect_args(address)
    bus = _Postgres({**STEADY, "client_encoding": "UTF8", **connection})
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus.listen()), group.create_task(bus.send())]
        try:
            yield bus
        except Exception as error:  # noqa: BLE001 - raised below as it is, where a group would wrap it
            failure = error
        finally:
            await bus.farewell()
            for task in tasks:
                task.cancel()
    if failure is not None:
        raise failure


class _Postgres:
    """Implements `core.bus.Bus`."""

    alone: Final = False

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._connection = connection
        self._hearers: defaultdict[str, list[Callable[[Word], None]]] = defaultdict(list)
        self._joined: list[Callable[[], None]] = []
        me = uuid4().hex
        self._stands = False
        self._joining = Joining(me)
        self._leaving = Leaving(me)
        self._pieces: Sequence[str] = ()
        self._dropping = False
        self._told = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()

    def tell(self, topic: str, word: Word) -> None:
        data = written(word)
        if len(data) > LARGEST:
            _log.warning("bus_word_too_large", topic=topic, bytes=len(data))
            return
        if self._leaving.put(topic, data) and not self._dropping:
            self._dropping = True
            _log.warning("bus_words_dropped")
        self._done.clear()
        self._told.set()

    def hear(self, topic: str, hearer: Callable[[Word], None]) -> None:
        self._hearers[topic].append(hearer)

    def joined(self, then: Callable[[], None]) -> None:
        self._joined.append(then)
        if self._stands:
            asyncio.get_running_loop().call_soon(_call, then)

    # ---- telling

    async def send(self) -> NoReturn:
        await self._connected(self._send)

    async def _send(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            while self._pieces or self._leaving:
                await self._tell_some(connection)
            self._done.set()
            self._dropping = False
            self._told.clear()
            await self._told.wait()

    async def _tell_some(self, connection: psycopg.AsyncConnection) -> None:
        """When the connection breaks the same pieces are told again over the next one."""
        self._pieces = self._pieces or self._leaving.take()
        try:
            await connection.execute(_TELL, (self._pieces,))
        except psycopg.DataError as error:  # this database will never take them
            _log.warning("bus_words_refused", error=str(error))
        self._pieces = ()

    async def farewell(self) -> None:
        """Returns when all is told, or when it is time to go."""
        try:
            async with asyncio.timeout(_FAREWELL):
                await self._done.wait()
        except TimeoutError:
            _log.info("bus_words_untold")

    # ---- hearing

    async def listen(self) -> NoReturn:
        await self._connected(self._listen)

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        await connection.execute(_LISTEN)
        self._joining.anew()
        self._stands = True
        try:
            self._join()
            async for notification in connection.notifies():
                self._take(notification.payload)
        finally:
            self._stands = False

    def _take(self, piece: str) -> None:
        heard = self._joining.add(piece)
        if heard.missed:
            self._join()
        for topic, word in heard.words:
            for hearer in self._hearers.get(topic, ()):
                _call(partial(hearer, word))

    def _join(self) -> None:
        for then in self._joined:
            _call(then)

    # ----

    async def _connected(self, use: Callable[[psycopg.AsyncConnection], Awaitable[None]]) -> NoReturn:
        """`use` with a connection, and with another one whenever that is lost."""
        tries = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **self._connection, autocommit=True
                ) as connection:
                    if tries:
                        _log.info("bus_connected", use=use.__name__, tries=tries)
                    tries = 0
                    await use(connection)
            except Exception as error:  # noqa: BLE001 - whatever broke this connection, the next one may do
                if not tries:
                    _log.warning("bus_disconnected", use=use.__name__, error=repr(error))
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1


def _call(hearer: Callable[[], None]) -> None:
    try:
        hearer()
    except Exception:  # noqa: BLE001 - what one does wrong the others do not pay for
        _log.exception("bus_hearer_failed")
