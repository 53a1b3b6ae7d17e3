"""A message on which a growing text is shown: a native stream, or one that is edited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from adapters.shared.endings import Endings
from adapters.slack.blocks import SlackMessage
from adapters.slack.calls import Json, Send
from adapters.slack.posting import Posting
from adapters.slack.streams import Streams
from adapters.slack.threads import metadata
from core.errors import AnswerLost, PlatformError

_log = structlog.get_logger(__name__)

_Call = Callable[[str, Send], Awaitable[Json | None]]
"""`Calls.must` or `Calls.may`."""


class Canvas(Protocol):
    """A message on which a growing text is shown."""

    @property
    def ts(self) -> str: ...
    @property
    def interval(self) -> float:
        """Seconds between two updates."""
        ...

    @property
    def endings(self) -> Endings:
        """Of the call that will end it."""
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

    @property
    def endings(self) -> Endings:
        return self._streams.edits

    async def show(self, text: str) -> bool:
        if not self._streams.may_edit or not await self._ended(self._posting.calls.may):
            return False
        with self.endings.set_aside():
            shown = await self._posting.try_replace(self.ts, SlackMessage(text))
        if shown:
            self.endings.made()
        return shown

    async def finish(self, message: SlackMessage) -> None:
        await self._ended(self._posting.calls.must)
        await self._posting.replace(self.ts, message)
        self.endings.made()

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

    @property
    def endings(self) -> Endings:
        return self._streams.stops

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
        self.endings.made()
