"""A message that grows before people's eyes: a native stream where there is one, else one message that is edited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from adapters.shared.cadence import SLOWEST_EYE, Growth, pace
from adapters.shared.mentions import finished
from adapters.slack.blocks import LONGEST, SlackMessage, messages
from adapters.slack.calls import APPENDS, UPDATES, Json, Send
from adapters.slack.failures import STREAM_UNKNOWN, code_of
from adapters.slack.mentions import outgoing
from adapters.slack.posting import Posting
from adapters.slack.threads import Bot, metadata
from core.errors import AnswerLost, PlatformError, ThreadGone
from core.intents import Person
from core.ports import MessageRef
from core.replies import Reply

_log = structlog.get_logger(__name__)

_Call = Callable[[str, Send], Awaitable[Json | None]]
"""`Calls.must` or `Calls.may`."""


@dataclass(slots=True)
class Streams:
    """What the live messages of one workspace share. ``least``: seconds between two updates of one, however few
    there are. ``open``: how many there are now. ``native``: whether the workspace knows native streams, until it says
    otherwise."""

    least: float = SLOWEST_EYE
    open: int = 0
    native: bool = True

    def pace(self, calls_a_minute: int, share: float) -> float:
        """Seconds between two updates of each."""
        if self.open <= 1:
            return self.least
        return pace(self.open, calls_a_minute, share, self.least)

    @property
    def of_appends(self) -> float:
        return self.pace(APPENDS, 0.8)

    @property
    def of_edits(self) -> float:
        return self.pace(UPDATES, 0.5)  # progress messages are edited, too


class Canvas(Protocol):
    """A message on which a growing text is shown."""

    @property
    def ts(self) -> str: ...
    @property
    def interval(self) -> float:
        """Seconds between two updates."""
        ...

    async def show(self, text: str) -> bool:
        """Shows `text`, which only ever grows. False: not now, the budget is short."""
        ...

    async def finish(self, message: SlackMessage) -> None:
        """Makes the message exactly `message`."""
        ...


class EditedMessage:
    """A message that is replaced as a whole. ``streaming``: it may still be a native stream, which is ended first."""

    def __init__(self, posting: Posting, streams: Streams, ts: str, *, streaming: bool) -> None:
        self.ts = ts
        self._posting = posting
        self._streams = streams
        self._streaming = streaming

    @property
    def interval(self) -> float:
        return self._streams.of_edits

    async def show(self, text: str) -> bool:
        ended = await self._ended(self._posting.calls.may)
        return ended and await self._posting.try_replace(self.ts, SlackMessage(text))

    async def finish(self, message: SlackMessage) -> None:
        await self._ended(self._posting.calls.must)
        await self._posting.replace(self.ts, message)

    async def _ended(self, call: _Call) -> bool:
        """Whether the stream is over, so that the message can be edited: Slack refuses to do both at once."""
        if not self._streaming:
            return True
        try:
            answer = await self._end(call)
        except AnswerLost:
            answer = await self._end(call)  # asked again, Slack tells whether it is over
        self._streaming = answer is None
        return not self._streaming

    async def _end(self, call: _Call) -> Json | None:
        channel = self._posting.thread.channel
        try:
            return await call(
                "chat.stopStream", lambda client: client.chat_stopStream(channel=channel, ts=self.ts)
            )
        except PlatformError as error:
            if error.retryable:
                raise
            _log.debug("stream_was_over", detail=error.detail)
            return {}


class NativeStream:
    """Slack's own stream. ``shown``: what stands in it. When a call fails it is of no more use, but its message is."""

    def __init__(self, posting: Posting, streams: Streams, ts: str, shown: str) -> None:
        self.ts = ts
        self._posting = posting
        self._streams = streams
        self._shown = shown

    @property
    def interval(self) -> float:
        return self._streams.of_appends

    async def show(self, text: str) -> bool:
        if not text.startswith(self._shown) or text == self._shown:
            return True  # `finish` puts it right
        channel, more = self._posting.thread.channel, text[len(self._shown) :]
        answer = await self._posting.calls.may(
            "chat.appendStream",
            lambda client: client.chat_appendStream(channel=channel, ts=self.ts, markdown_text=more),
        )
        if answer is None:
            return False
        self._shown = text
        return True

    async def finish(self, message: SlackMessage) -> None:
        if not message.markdown.startswith(self._shown):
            await self.edited.finish(message)
            return
        try:
            await self._stop(message, message.markdown[len(self._shown) :])
        except PlatformError as error:
            _log.info("stream_did_not_stop", reference=error.reference, detail=error.detail)
            await self.edited.finish(message)

    @property
    def edited(self) -> EditedMessage:
        """The same message, to go on with by editing."""
        return EditedMessage(self._posting, self._streams, self.ts, streaming=True)

    async def _stop(self, message: SlackMessage, rest: str) -> None:
        posting = self._posting
        await posting.calls.must(
            "chat.stopStream",
            lambda client: client.chat_stopStream(
                channel=posting.thread.channel,
                ts=self.ts,
                markdown_text=rest or None,
                blocks=list(message.buttons) or None,
                metadata=metadata(posting.attempt.key, 0),
            ),
        )


class SlackLive:
    """Implements `LiveMessage`. Only `close` raises; whatever goes wrong before makes the message less lively."""

    def __init__(self, posting: Posting, streams: Streams, bot: Bot, audience: Person) -> None:
        self._posting = posting
        self._streams = streams
        self._bot = bot
        self._audience = audience
        self._growth = Growth(lambda: self._canvas.interval if self._canvas else streams.of_appends)
        self._still = asyncio.Event()
        self._fault: Exception | None = None
        self._canvas: Canvas | None = None
        if posting.attempt.ticket:
            self._canvas = EditedMessage(posting, streams, posting.attempt.ticket, streaming=True)
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
                self._canvas = self._canvas.edited
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
            self._canvas = EditedMessage(self._posting, self._streams, ts, streaming=True)
            await self._posting.attempt.keep(ts)

    async def _begun(self, text: str) -> bool:
        self._canvas = await self._start(text) or await self._post(text)
        if self._canvas is None:
            return False
        await self._posting.attempt.keep(self._canvas.ts)
        return True

    async def _start(self, text: str) -> Canvas | None:
        """A native stream; ``None`` where there are none, or too many were begun in this minute."""
        if not self._streams.native:
            return None
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
        ts = await self._posting.try_send(SlackMessage(text))
        return EditedMessage(self._posting, self._streams, ts, streaming=False) if ts else None
