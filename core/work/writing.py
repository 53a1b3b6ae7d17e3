"""The model writes: one answer, listened to as it streams, and asked to go on where it was cut."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from core.bundle.continuation import Again, GoOn, ask_on, join, progressed, without_open_file
from core.bundle.events import Event, FileClosed
from core.bundle.model import Asked, Bundle
from core.bundle.parser import BundleParser, parse
from core.errors import ModelError
from core.generation.repairs import asked_again, asked_on
from core.ports import Completed, ModelMessage, ModelRequest, TextDelta, Thinking
from core.storage.questions import Question
from core.work.asking import ask
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

CONTINUATIONS = 3
"""Times that a cut answer is asked to go on."""
_CUT = ("length", "content_filter")


class Watcher(Protocol):
    """Who sees the answer grow."""

    def note(self, *events: Event) -> None: ...

    def think(self) -> None: ...

    def stage(self, words: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Written:
    """``text``: as it came. ``cut``: why it broke off, a sentence; empty when it ended in order."""

    text: str
    bundle: Bundle
    cut: str = ""


@dataclass(frozen=True, slots=True)
class _Heard:
    """One stream. ``open``: it was cut where asking on makes sense."""

    text: str
    end: Completed | None
    cut: str = ""
    open: bool = False


class Writer:
    """Asks for files. ``purpose``: what the calls are booked under. Its questions are numbered, so that one that is
    made anew after a crash gets the answers that were paid for already."""

    def __init__(self, shop: Workshop, session_id: str, purpose: str, watcher: Watcher) -> None:
        self._shop = shop
        self._session_id = session_id
        self._purpose = purpose
        self._watch = watcher
        self._asked = 0

    async def write(
        self, request: ModelRequest, asked: Asked, lengths: Mapping[str, int], words: str = ""
    ) -> Written:
        """`lengths`: lines of the files as they were, which tells how much of a cut one has arrived. `words`: what the
        thread sees while it is written, instead of the files. Raises ModelError when nothing whole came."""
        heard = await self._listen(request, "", words)
        bundle = _read(heard.text, heard, asked)
        text, cut = heard.text, heard.cut
        for number in range(1, CONTINUATIONS + 1):
            how = ask_on(bundle, text, lengths)
            if how is None or not heard.open:
                break
            self._watch.stage(f"The answer was cut; asking for the rest ({number} of {CONTINUATIONS})")
            heard = await self._go_on(request, how, text)
            joined = _joined(how, text, heard.text)
            if not _is_longer(how, text, joined, bundle):
                break
            text, cut = joined, heard.cut
            bundle = _read(text, heard, asked)
        return Written(text, bundle, cut)

    async def _go_on(self, request: ModelRequest, how: Again | GoOn, text: str) -> _Heard:
        """The rest of the answer; a failure now loses nothing of what is there."""
        more: tuple[ModelMessage, ...]
        if isinstance(how, GoOn):
            more, before = asked_on(how), text
        else:
            more, before = asked_again(how), without_open_file(text)
        try:
            return await self._listen(replace(request, messages=(*request.messages, *more)), before, "")
        except ModelError as error:
            return _Heard("", None, f"{error.sentence} `ref {error.reference}`")

    async def _listen(self, request: ModelRequest, before: str, words: str) -> _Heard:
        """`before`: what came earlier, for the progress alone."""
        parser, pieces, end, whole = BundleParser(), list[str](), None, bool(before)
        parser.feed(before)
        self._asked += 1
        question = Question(self._session_id, self._purpose, self._asked)
        try:
            async with aclosing(ask(self._shop, question, request)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        self._watch.stage(words)
                        pieces.append(event.text)
                        news = parser.feed(event.text)
                        whole = whole or any(isinstance(one, FileClosed) for one in news)
                        self._watch.note(*news)
                    elif isinstance(event, Thinking):
                        self._watch.think()
                    elif isinstance(event, Completed):
                        end = event
        except ModelError as error:
            if not whole:
                raise
            _log.warning("answer_cut", reference=error.reference, detail=error.detail)
            sentence = f"{error.sentence} `ref {error.reference}`"
            return _Heard("".join(pieces), None, sentence, open=error.retryable)
        return _Heard("".join(pieces), end, open=end is None or end.reason != "content_filter")


def _read(text: str, heard: _Heard, asked: Asked) -> Bundle:
    end = heard.end
    bundle = parse(text, cut=bool(heard.cut) or end is None or end.reason in _CUT, asked=asked)
    if bundle.done and not heard.cut and bundle.open_path is None:
        return replace(bundle, truncated=False)  # its own end mark came: the limit cut nothing that counts
    return bundle


def _joined(how: Again | GoOn, text: str, more: str) -> str:
    return join(how.kept, more) if isinstance(how, GoOn) else f"{without_open_file(text)}\n{more}"


def _is_longer(how: Again | GoOn, text: str, joined: str, bundle: Bundle) -> bool:
    """Whether it was worth it."""
    if isinstance(how, GoOn):
        return progressed(text, joined)
    return len(parse(joined).files) > len(bundle.files)
