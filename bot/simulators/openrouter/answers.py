"""What a test or the demo orders from the simulator: an answer with its pace and its mishaps, or a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Variant = Literal[
    # frames that are well, but not as the specification has them
    "usage_on_finish",  # usage on the frame with the finish reason, no frame of its own
    "two_finishes",  # two frames with a finish reason, the second one with the usage
    "no_native_finish_reason",  # left out on ordinary frames
    "no_finish_reason",  # left out on ordinary frames
    "reasoning_without_text",  # an item of reasoning_details without text, and no `reasoning`
    "debug_frame",  # the first frame is for debugging and has no choices
    "unknown_fields",  # fields and enum values of a later version
    "new_finish_reason",  # a finish reason that nobody knows
    # ends that are short of something
    "no_done",  # finish reason and usage, but no [DONE]
    "no_finish",  # [DONE], but no finish reason
    "no_choices",  # every frame with empty choices
    "finish_error",  # finish reason "error" and no error object
    # the error in mid-stream, as `Answer.error_after` orders it
    "error_code_text",  # error.code is a text
    "error_empty_choices",  # choices is empty
    "error_bare",  # {"error": …} and nothing else
    "error_with_user",  # {"error": …, "user_id": …}
    "error_in_choice",  # choices[0].error
    # bytes
    "crlf",  # lines end in CR LF
    "tight",  # no space after "data:"
]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how it goes out. A *frame* is one that carries reasoning or text, reasoning first.

    ``finish``: the finish reason, ``None`` for a stream that never names one. ``chunk``: characters per frame.
    ``pace``: seconds between frames. ``keepalives``: comments before the first frame. ``pulse``: seconds between
    keep-alive comments, before the first frame and while stalled.
    ``hold``: frames wait for it, after the first ``hold_after`` ones.
    ``cut_after``: after so many frames the connection is aborted; ``end_after``: the stream just ends;
    ``stall_after``: only keep-alives come; ``silent_after``: nothing comes at all;
    ``error_after``: after so many frames comes this error object. ``model``: which one answers, ``None`` the one asked.
    ``usage``: replaces fields of the estimated usage. ``cost``: US dollars. ``split``: bytes per write, 0 for a whole
    frame; with 1 the client sees any frame in pieces. ``linger``: seconds from the last frame to the end of the body.
    """

    text: str
    reasoning: str = ""
    finish: str | None = "stop"
    chunk: int = 24
    pace: float = 0.0
    keepalives: int = 0
    pulse: float = 0.02
    hold: asyncio.Event | None = None
    hold_after: int = 0
    cut_after: int | None = None
    end_after: int | None = None
    stall_after: int | None = None
    silent_after: int | None = None
    error_after: tuple[int, Mapping[str, Any]] | None = None
    model: str | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    cost: float | None = 0.00123
    variant: Variant | None = None
    split: int = 0
    linger: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that is none. ``body``: JSON for a mapping, HTML for a text. A 200 with an error in it is possible."""

    status: int
    body: Mapping[str, Any] | str
    headers: Mapping[str, str] = field(default_factory=dict)
