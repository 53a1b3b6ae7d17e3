"""Reads a model's stream: bytes to events of the event stream, and those to events of the core. Pure, and tight:
it runs for every few characters of every answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from core.ports import Completed, FinishReason, ModelEvent, TextDelta, Thinking, Usage

_DONE = b"[DONE]"
_LONGEST_EVENT = 8 * 1024 * 1024  # bytes; a whole answer in one frame is far below
_REASONS: dict[str, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "content_filter"}


class MalformedStream(ValueError):
    """What came is no event stream."""


class EventParser:
    """Cuts an event stream (WHATWG HTML, 9.2) into the data of its events, however its bytes are split.

    Only `data` matters here; comments and other fields are skipped. Lines end in LF, CR LF or CR.
    """

    __slots__ = ("_after_cr", "_data", "_tail")

    def __init__(self) -> None:
        self._tail = b""
        self._data: list[bytes] = []
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of every event that `chunk` completes. Raises MalformedStream when one grows without end."""
        if self._after_cr or b"\r" in chunk:
            chunk = self._normalised(chunk)
        lines = (self._tail + chunk).split(b"\n")
        self._tail = lines.pop()
        if len(self._tail) > _LONGEST_EVENT:
            raise MalformedStream(f"a line of more than {_LONGEST_EVENT} bytes")
        events: list[bytes] = []
        data = self._data
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[6:] if line.startswith(b"data: ") else line[5:])
            elif not line and data:
                events.append(data[0] if len(data) == 1 else b"\n".join(data))
                data.clear()
        return events

    def end(self) -> list[bytes]:
        """At the end of the stream: an event that lacks its blank line, which the standard would drop."""
        return self.feed(b"\n\n")

    def _normalised(self, chunk: bytes) -> bytes:
        """With LF only. A CR that ends a chunk counts at once; the LF that may follow in the next is dropped."""
        if self._after_cr and chunk[:1] == b"\n":
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


class DocumentParser:
    """The same for a service that does not stream: one event, the whole body, and the end mark."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        self._parts.append(chunk)
        return []

    def end(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return [b"".join(parts), _DONE] if parts else []


class AnswerReader:
    """Follows one answer through its frames, or through the one document of a service that does not stream.

    ``problem``: the error object that came instead of the rest. ``finish``: the service's finish reason as it
    spells it. ``done``: the end mark was seen. ``begun``: text has come. Unknown fields and values are ignored.
    """

    __slots__ = ("_half", "begun", "done", "finish", "model", "problem", "usage")

    def __init__(self, model: str) -> None:
        self.model = model
        self.finish: str | None = None
        self.usage = Usage()
        self.problem: Mapping[str, Any] | None = None
        self.done = False
        self.begun = False
        self._half = ""

    @property
    def ended(self) -> bool:
        """The answer is whole, even if the connection should break now."""
        return self.done or self.finish is not None

    def read(self, payload: bytes) -> Sequence[ModelEvent]:
        """The events of one frame, mostly one or none. A frame that cannot be read is a problem: what follows a hole
        in an answer is worth nothing."""
        if payload == _DONE:
            self.done = True
            return ()
        if not payload:
            return ()
        try:
            return self._events(_decoded(payload))
        except (ValueError, AttributeError, TypeError, LookupError) as error:
            self.problem = {
                "message": f"a frame that is none, of {len(payload)} bytes: {type(error).__name__}"
            }
            return ()

    def completed(self) -> Completed:
        return Completed(_REASONS.get(self.finish or "", "unknown"), self.model, self.usage)

    def _events(self, frame: dict[str, Any]) -> Sequence[ModelEvent]:
        events: list[ModelEvent] = []
        if choices := frame.get("choices"):
            choice = choices[0]
            delta = choice.get("delta") or choice.get("message") or {}
            if content := delta.get("content"):
                text = self._paired(content if type(content) is str else _joined(content))
                if text:
                    self.begun = True
                    events.append(TextDelta(text))
            if thought := delta.get("reasoning") or delta.get("reasoning_content"):
                events.append(Thinking(len(thought)))
            elif delta.get("reasoning_details"):
                events.append(Thinking(0))
            if finish := choice.get("finish_reason"):
                self.finish = str(finish)
            if finish == "error" or "error" in choice:
                self._look_for_problem(choice, frame)
        if usage := frame.get("usage"):
            self.usage = _usage(usage)
        if "error" in frame:
            self._look_for_problem(frame)
        self.model = frame.get("model") or self.model
        return events

    def _look_for_problem(self, *places: Mapping[str, Any]) -> None:
        error = next((place["error"] for place in places if place.get("error")), None)
        if error is not None:
            self.problem = error if isinstance(error, dict) else {"message": str(error)}
        elif self.finish == "error":
            self.problem = {"message": "the finish reason is error"}

    def _paired(self, text: str) -> str:
        """Joins surrogate pairs that the service has cut in two, one half per frame."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            self._half, text = text[-1], text[:-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(payload: bytes) -> Any:
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return json.loads(payload)  # takes half a surrogate pair, which orjson refuses


def _joined(parts: Sequence[Mapping[str, Any]]) -> str:
    """Content in parts, as some services have it."""
    return "".join(part.get("text") or "" for part in parts)


def _usage(usage: Mapping[str, Any]) -> Usage:
    cost = usage.get("cost")
    return Usage(
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        cached_tokens=_count((usage.get("prompt_tokens_details") or {}).get("cached_tokens")),
        reasoning_tokens=_count((usage.get("completion_tokens_details") or {}).get("reasoning_tokens")),
        cost=Decimal(str(cost)) if isinstance(cost, int | float) else None,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
