"""What happens in a session, as server-sent events."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.web.front import Front
from adapters.web.identity import recognise
from adapters.web.problems import Problem, unknown
from core.accounts import Caller
from core.library import Happened

_KIND = "text/event-stream; charset=utf-8"
_BEAT = b": here\n\n"


@dataclass(slots=True)
class Watching:
    """How many streams each caller has open, and who they still are: asked once for all streams of a caller."""

    limit: int
    open: Counter[str] = field(default_factory=Counter)
    _known: dict[str, tuple[float, Caller | None]] = field(default_factory=dict)

    @contextmanager
    def one(self, who: Caller) -> Iterator[None]:
        """Raises Problem 429 when there are too many already."""
        if self.open[who.key] >= self.limit:
            sentence = f"You watch {self.limit} sessions already. Close one of them first."
            raise Problem(429, sentence, headers={"Retry-After": "10"})
        self.open[who.key] += 1
        try:
            yield
        finally:
            self.open[who.key] -= 1
            if not self.open[who.key]:
                del self.open[who.key]
                self._known.pop(who.key, None)

    async def still(self, who: Caller, ask: Callable[[], Awaitable[Caller | None]], fresh: float) -> bool:
        """Whether the caller is who they were, by an answer to `ask` that is at most `fresh` seconds old."""
        at, known = self._known.get(who.key, (-fresh, None))
        now = asyncio.get_running_loop().time()
        if now - at >= fresh:
            known = await ask()
            self._known[who.key] = now, known
        return known == who


class EventStream(Response):
    """Runs until the caller goes, or is not any more who they were, the session's happenings end, the program stops, or
    its time is over: then the caller comes again with the number of what they saw last, and shows anew who they are."""

    media_type = "text/event-stream"

    def __init__(self, front: Front, who: Caller, session_id: str, after: int | None) -> None:
        super().__init__()
        self._front, self._who, self._session, self._after = front, who, session_id, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem before it begins, when the session is not for the caller or they watch too much."""
        request = Request(scope)
        state = request.app.state
        with state.watching.one(self._who):
            async with self._front.library.happenings(self._who, self._session, self._after) as happenings:
                if happenings is None:
                    raise unknown("session")
                headers = [(b"content-type", _KIND.encode()), (b"x-accel-buffering", b"no")]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await self._run(happenings, request, receive, send)
                await send({"type": "http.response.body", "body": b""})

    async def _run(
        self, happenings: AsyncIterator[Happened], request: Request, receive: Receive, send: Send
    ) -> None:
        """Whichever of its parts ends first ends the others."""
        async with asyncio.TaskGroup() as group:
            parts = [
                group.create_task(part)
                for part in (
                    _tell(happenings, request.app.state.telling, send),
                    self._beat(send, request),
                    _gone(receive),
                    _closed(request.app.state.closing),
                    asyncio.sleep(self._front.limits.stream),
                )
            ]
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in parts:
                part.cancel()

    async def _beat(self, send: Send, request: Request) -> None:
        """At once, so that the caller knows that the stream stands; then in even steps, so that nothing on the way takes
        it for dead. The first step is shorter by chance: streams that began together, as after a restart, do not all ask
        at once. Ends when the token or the cookie does not work any more, or gives other rights."""
        watching: Watching = request.app.state.watching
        ask = partial(recognise, self._front, request)
        step = self._front.limits.beat
        pause = step * random.random()  # noqa: S311 - chance, not secrecy
        await _send(send, _BEAT)
        await asyncio.sleep(pause)
        while await watching.still(self._who, ask, step / 2):
            await _send(send, _BEAT)
            await asyncio.sleep(step)


@dataclass(slots=True)
class Telling:
    """Those who watch the same session are told the same, one after the other: it is put into words once."""

    _last: Happened | None = None
    _lines: bytes = b""

    def lines(self, happened: Happened) -> bytes:
        if happened is not self._last:
            self._last, self._lines = happened, lines_of(happened)
        return self._lines


async def _tell(happenings: AsyncIterator[Happened], telling: Telling, send: Send) -> None:
    async for happened in happenings:
        await _send(send, telling.lines(happened))


def lines_of(happened: Happened) -> bytes:
    """JSON has no line ends in it, so it is one line of data."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (
        happened.number,
        happened.kind.encode(),
        orjson.dumps(happened.data, default=str),
    )


async def _send(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _closed(closing: asyncio.Event) -> None:
    await closing.wait()
