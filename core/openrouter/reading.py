"""One answer being read from an open response, with the clock beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import ModelError
from core.openrouter import transport
from core.openrouter.complaints import Complaint, complaint_from
from core.openrouter.config import ModelConfig
from core.openrouter.failures import cut, failure, in_words, stalled
from core.openrouter.stream import AnswerReader, DocumentParser, EventParser, MalformedStream
from core.ports import Completed, ModelEvent, TextDelta

_AFTER_FINISH = 10.0  # seconds for the usage to come, once the answer is whole
_DRAIN = 0.5  # seconds for the end of the body after [DONE], so that the connection can be used again


_READ_SECONDS = 0.0004  # what a read may cost in the middle, of one answer among many
_LONGEST_REST = 0.2  # seconds; people see a text change every 1.5


@dataclass(slots=True)
class Crowd:
    """The answers that one client reads at the same time. ``open``: how many."""

    open: int = 0

    @property
    def rest(self) -> float:
        """Seconds between two reads of each. Nearly all that a frame costs is the waking up for it, so the more
        answers there are, the more of each is read together; alone, an answer is read as it comes."""
        return min((self.open - 1) * _READ_SECONDS, _LONGEST_REST)


class Reading:
    """``deadline``: of the whole call, on the loop's clock. The caller closes the response, and counts in `crowd`."""

    def __init__(
        self,
        config: ModelConfig,
        response: transport.Response,
        model: str,
        deadline: float,
        crowd: Crowd,
    ) -> None:
        self._config = config
        self._model = model
        self._clock = asyncio.get_running_loop().time
        self._chunks = response.aiter_bytes()
        self._parser = DocumentParser() if is_document(response) else EventParser()
        self._answer = AnswerReader(model)
        self._crowd = crowd
        self._read_at = 0.0
        self._deadline = deadline
        self._limit = deadline
        self._moved = True

    async def more(self) -> Sequence[ModelEvent] | None:
        """The events of the next bytes, perhaps none; ``None`` at the end. Raises ModelError."""
        if self._answer.problem is not None:
            return None
        if self._answer.done:
            await self._drain()
            return None
        if self._answer.begun:  # people wait for the first text, so nothing waits before it
            await self._rest()
        if self._moved:
            self._restart_clock()
        try:
            async with asyncio.timeout_at(self._limit):
                chunk = await anext(self._chunks)
        except StopAsyncIteration:
            return self._events(self._parser.end()) or None
        except transport.ERRORS as error:
            if self._answer.ended:
                return None
            raise self._broken(error) from error
        return self._advance(chunk)

    def completed(self) -> Completed:
        """The last event, once `more` has come to the end. Raises ModelError when the answer is not whole."""
        answer = self._answer
        if answer.problem is not None:
            complaint = complaint_from(answer.problem, key=self._config.api_key)
            raise failure(complaint, model=self._model, begun=answer.begun)
        if answer.finish is None:
            complaint = Complaint(None, message="no finish reason")
            if not answer.begun:
                raise failure(complaint, model=self._model)
            if not answer.done:
                raise cut("The answer ended before it was finished", complaint)
        return answer.completed()

    def _advance(self, chunk: bytes) -> Sequence[ModelEvent]:
        ended = self._answer.ended
        try:
            events = self._events(self._parser.feed(chunk))
        except MalformedStream as error:
            raise cut("The answer became unreadable", Complaint(None, message=str(error))) from error
        self._moved = bool(events) or self._answer.ended != ended
        return events

    def _events(self, payloads: Sequence[bytes]) -> Sequence[ModelEvent]:
        if len(payloads) == 1:
            return self._answer.read(payloads[0])
        events = [event for payload in payloads for event in self._answer.read(payload)]
        return _joined(events) if self._crowd.rest else events

    def _restart_clock(self) -> None:
        """Only waiting counts: the clock of progress starts when the next bytes are asked for."""
        patience = _AFTER_FINISH if self._answer.ended else self._config.stall_seconds
        self._limit = min(self._deadline, self._clock() + patience)
        self._moved = False

    async def _rest(self) -> None:
        rest = self._read_at + self._crowd.rest - self._clock()
        if rest > 0:
            await asyncio.sleep(rest)
        self._read_at = self._clock()

    async def _drain(self) -> None:
        with suppress(*transport.ERRORS):
            async with asyncio.timeout(_DRAIN):
                async for _ in self._chunks:
                    pass

    def _broken(self, error: Exception) -> ModelError:
        if isinstance(error, transport.Silence):
            return silent(self._config, error)
        if not isinstance(error, TimeoutError):
            complaint = Complaint(None, message=f"{type(error).__name__}: {error}")
            return cut("The connection to the model broke in the middle of the answer", complaint)
        if self._limit >= self._deadline:
            return overdue(self._config, error)
        patience = in_words(self._config.stall_seconds)
        return stalled(f"The model was at it for {patience} without a word", type(error).__name__)


def _joined(events: Iterable[ModelEvent]) -> Sequence[ModelEvent]:
    """With texts that follow each other in one."""
    joined: list[ModelEvent] = []
    texts: list[str] = []
    for event in events:
        if isinstance(event, TextDelta):
            texts.append(event.text)
            continue
        if texts:
            joined.append(TextDelta("".join(texts)))
            texts.clear()
        joined.append(event)
    if texts:
        joined.append(TextDelta("".join(texts)))
    return joined


def is_document(response: transport.Response) -> bool:
    """A service that does not stream, or an error with status 200."""
    kind: str = response.headers.get("content-type", "")
    return kind.startswith("application/json")


def overdue(config: ModelConfig, error: Exception) -> ModelError:
    return stalled(f"The answer took longer than {in_words(config.deadline_seconds)}", type(error).__name__)


def silent(config: ModelConfig, error: Exception) -> ModelError:
    return stalled(f"Nothing came from the model for {in_words(config.idle_seconds)}", type(error).__name__)
