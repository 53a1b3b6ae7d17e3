"""A message that grows before people's eyes: a native stream where there is one, else one message that is edited; and
where there is no room for either, one that is posted once, whole."""

from __future__ import annotations

import asyncio

import structlog

from adapters.shared.cadence import Growth
from adapters.shared.endings import Endings
from adapters.shared.mentions import finished
from adapters.slack.blocks import LONGEST, SlackMessage, messages
from adapters.slack.canvas import Canvas, EditedMessage, NativeStream
from adapters.slack.failures import STREAM_UNKNOWN, code_of
from adapters.slack.mentions import outgoing
from adapters.slack.posting import Posting
from adapters.slack.streams import Streams
from adapters.slack.threads import Bot
from core.errors import AnswerLost, PlatformError, ThreadGone
from core.intents import Person
from core.ports import MessageRef
from core.replies import Reply

_log = structlog.get_logger(__name__)


class SlackLive:
    """Implements `LiveMessage`. Only `close` raises; whatever goes wrong before makes the message less lively."""

    def __init__(self, posting: Posting, streams: Streams, bot: Bot, audience: Person) -> None:
        self._posting = posting
        self._streams = streams
        self._bot = bot
        self._audience = audience
        self._growth = Growth(lambda: self._canvas.interval if self._canvas else streams.least)
        self._still = asyncio.Event()
        self._fault: Exception | None = None
        self._owed: Endings | None = None
        self._canvas: Canvas | None = None
        if posting.attempt.ticket:
            self._take(EditedMessage(posting, streams, posting.attempt.ticket, streaming=True))
        # Whether a message of ours may stand in the thread without our knowing which it is.
        self._unsure = posting.attempt.again and self._canvas is None

    def write(self, text: str) -> None:
        self._growth.write(text)

    async def close(self, reply: Reply) -> MessageRef:
        await self.leave()
        if self._fault is not None:
            raise self._fault
        first, *rest = messages(reply)
        ts = await self._finish(first)
        return self._posting.ref(await self._posting.whole(rest, first=1) if rest else ts)

    async def leave(self) -> None:
        """Ends the growth. A call on its way is awaited: broken off, it might or might not have its effect."""
        self._growth.end()
        await self._still.wait()

    def over(self) -> None:
        """Its end is made, or given up: nothing is set aside for it any more."""
        if self._owed is not None:
            self._owed.open -= 1
            self._owed = None

    async def grow(self) -> None:
        """Shows the text as it comes, until `leave`."""
        try:
            while (text := await self._growth.due()) is not None:
                if not await self._showed(outgoing(finished(text))[:LONGEST]):
                    self._growth.again()
        except Exception as error:  # noqa: BLE001 - the outbox failed to keep a ticket, say; `close` raises it
            self._fault = error
        finally:
            self._still.set()

    async def _showed(self, text: str) -> bool:
        if not text.strip():
            return True
        try:
            if self._unsure:
                await self._adopt()
            if self._canvas is None:
                return await self._begun(text)
            return await self._canvas.show(text)
        except PlatformError as error:
            _log.info("stream_update_failed", reference=error.reference, detail=error.detail)
            self._unsure = self._unsure or (self._canvas is None and isinstance(error, AnswerLost))
            if isinstance(self._canvas, NativeStream):
                self._take(self._canvas.edited)
            return False

    async def _finish(self, message: SlackMessage) -> str:
        """Makes `message` the final first part; returns its ts."""
        if self._unsure:
            await self._adopt()
        if self._canvas is not None:
            try:
                await self._canvas.finish(message)
            except ThreadGone:  # somebody deleted it; the answer still counts
                _log.info("live_message_gone", ts=self._canvas.ts)
            else:
                return self._canvas.ts
        return await self._posting.whole([message])

    async def _adopt(self) -> None:
        """Finds the message that an earlier attempt has begun. Raises when that cannot be found out now."""
        ts = await self._posting.begun(self._bot)
        self._unsure = False
        if ts is not None:
            self._take(EditedMessage(self._posting, self._streams, ts, streaming=True))
            await self._posting.attempt.keep(ts)

    async def _begun(self, text: str) -> bool:
        canvas = await self._start(text) or await self._post(text)
        if canvas is None:
            self.over()
            return False
        self._take(canvas)
        await self._posting.attempt.keep(canvas.ts)
        return True

    def _take(self, canvas: Canvas) -> None:
        """Goes on with this one."""
        self._owe(canvas.endings)
        self._canvas = canvas

    def _owe(self, endings: Endings) -> None:
        """Sets an end aside, before anything is begun: others look at what is left meanwhile."""
        self.over()
        self._owed = endings
        endings.open += 1

    async def _start(self, text: str) -> Canvas | None:
        """A native stream; ``None`` where there are none, or too many in this minute."""
        if not (self._streams.native and self._streams.may_stop):
            return None
        self._owe(self._streams.stops)
        thread, audience = self._posting.thread, self._audience
        try:
            answer = await self._posting.calls.may(
                "chat.startStream",
                lambda client: client.chat_startStream(
                    channel=thread.channel,
                    thread_ts=thread.thread,
                    recipient_team_id=audience.team,
                    recipient_user_id=audience.id,
                    markdown_text=text,
                ),
            )
        except AnswerLost:
            raise
        except PlatformError as error:
            self._streams.native = code_of(error) not in STREAM_UNKNOWN
            _log.info("no_native_stream", reference=error.reference, detail=error.detail)
            return None
        return NativeStream(self._posting, self._streams, str(answer["ts"]), text) if answer else None

    async def _post(self, text: str) -> Canvas | None:
        if not self._streams.may_edit:  # it could not be ended in time: the answer will be posted once, whole
            return None
        self._owe(self._streams.edits)
        ts = await self._posting.try_send(SlackMessage(text))
        return EditedMessage(self._posting, self._streams, ts, streaming=False) if ts else None
