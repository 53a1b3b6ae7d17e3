"""The pure half: bytes to events, however they are split, and frames to what the core hears."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.openrouter.stream import AnswerReader, DocumentParser, EventParser, MalformedStream
from core.ports import Completed, TextDelta, Thinking

LINES = st.sampled_from(
    [
        b"data: one",
        b"data:two",
        b'data: {"a": "\xe2\x80\xa8"}',
        b"data:",
        b": a comment",
        b"event: x",
        b"id",
        b"",
        b"",
    ]
)
BREAKS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def parsed(pieces: list[bytes]) -> list[bytes]:
    parser = EventParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return events + parser.end()


@st.composite
def split_streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A stream, and the same one in pieces."""
    brk = draw(BREAKS)
    stream = b"".join(line + brk for line in draw(st.lists(LINES, max_size=25)))
    cuts = sorted(draw(st.sets(st.integers(0, len(stream)), max_size=20)))
    ends = [*cuts, len(stream)]
    return stream, [stream[start:end] for start, end in zip([0, *cuts], ends, strict=True)]


@given(split_streams())
@settings(max_examples=300, deadline=None)
def test_events_do_not_depend_on_how_the_bytes_are_split(streams: tuple[bytes, list[bytes]]) -> None:
    whole, pieces = streams
    assert parsed(pieces) == parsed([whole]) == parsed([whole[i : i + 1] for i in range(len(whole))])


@given(st.lists(LINES, max_size=25))
def test_every_kind_of_line_break_means_the_same(lines: list[bytes]) -> None:
    streams = [b"".join(line + brk for line in lines) for brk in (b"\n", b"\r\n", b"\r")]
    assert parsed([streams[0]]) == parsed([streams[1]]) == parsed([streams[2]])


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data: a\ndata: b\n\n", [b"a\nb"]),
        (b": OPENROUTER PROCESSING\n\ndata: a\n\n", [b"a"]),
        (b"event: message\nid: 1\nretry: 5\ndata: a\n\n", [b"a"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data: the last one lacks its blank line", [b"the last one lacks its blank line"]),
        (b"\n\n\n", []),
        (b"", []),
        (b"database: no\n\n", []),
    ],
)
def test_event_streams(stream: bytes, events: list[bytes]) -> None:
    assert parsed([stream]) == events


def test_an_event_without_end_is_given_up() -> None:
    parser = EventParser()
    parser.feed(b"data: " + b"x" * 5 * 1024 * 1024)
    with pytest.raises(MalformedStream):
        parser.feed(b"x" * 5 * 1024 * 1024)


def test_a_document_is_one_event_and_the_end() -> None:
    parser = DocumentParser()
    assert parser.feed(b'{"a"') == parser.feed(b": 1}") == []
    assert parser.end() == [b'{"a": 1}', b"[DONE]"]
    assert parser.end() == []


def frame(delta: dict[str, Any] | None = None, **fields: Any) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, **fields.pop("choice", {})}]
    return orjson.dumps({"id": "gen-1", "model": "a/b", "choices": choices, **fields})


@pytest.mark.parametrize(
    ("delta", "events"),
    [
        ({"role": "assistant", "content": "tok"}, [TextDelta("tok")]),
        ({"content": ""}, []),
        ({"content": None}, []),
        ({}, []),
        (
            {"content": [{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]},
            [TextDelta("in parts")],
        ),
        ({"content": "", "reasoning": "I need"}, [Thinking(6)]),
        ({"reasoning_content": "as DeepSeek has it"}, [Thinking(18)]),
        ({"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]}, [Thinking(0)]),
        ({"content": "a", "reasoning": "b"}, [TextDelta("a"), Thinking(1)]),
        ({"tool_calls": [{"index": 0}]}, []),
    ],
)
def test_what_a_frame_says(delta: dict[str, Any], events: list[object]) -> None:
    assert list(AnswerReader("a/b").read(frame(delta))) == events


def test_usage_is_counted_and_costs_are_exact() -> None:
    reader = AnswerReader("a/b")
    reader.read(frame({"content": ""}, choice={"finish_reason": "length"}))
    reader.read(
        frame(
            model="c/d",
            usage={
                "prompt_tokens": 1200,
                "completion_tokens": 34,
                "cost": 1e-05,
                "prompt_tokens_details": {"cached_tokens": 1024},
                "completion_tokens_details": {"reasoning_tokens": 5},
            },
        )
    )
    completed = reader.completed()
    assert (completed.reason, completed.model) == ("length", "c/d")
    usage = completed.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (1200, 34)
    assert (usage.cached_tokens, usage.reasoning_tokens, usage.cost) == (1024, 5, Decimal("0.00001"))


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": None, "cost": None, "prompt_tokens_details": None}])
def test_a_service_need_not_count(usage: dict[str, Any]) -> None:
    reader = AnswerReader("a/b")
    reader.read(frame({"content": "x"}, choice={"finish_reason": "stop"}, usage=usage))
    assert reader.completed() == Completed("stop", "a/b")


def test_characters_cut_in_two_are_joined_again() -> None:
    halves = [
        json.dumps({"choices": [{"delta": {"content": half}}]}) for half in ("a\ud83d", "\ude00b", "\ud83d c")
    ]
    reader = AnswerReader("a/b")
    events = [event for half in halves for event in reader.read(half.encode())]
    assert events == [TextDelta("a"), TextDelta("😀b"), TextDelta("\ufffd c")]


@pytest.mark.parametrize(
    "payload",
    [
        b"not JSON",
        b"[]",
        b"7",
        b'{"choices": 7}',
        b'{"choices": [7]}',
        b'{"choices": [{"delta": "x"}]}',
        b"\xff",
    ],
)
def test_a_frame_that_is_none_is_a_problem(payload: bytes) -> None:
    reader = AnswerReader("a/b")
    assert list(reader.read(payload)) == []
    assert reader.problem is not None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "content",
                        "usage",
                        "error",
                        "finish_reason",
                        "reasoning",
                        "prompt_tokens",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_frame_breaks_the_reader(document: object) -> None:
    reader = AnswerReader("a/b")
    reader.read(json.dumps(document).encode())
    reader.completed()
