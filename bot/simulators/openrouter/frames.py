"""Renders an answer as the service would: events of a stream, or one JSON document. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from bot.simulators.openrouter.answers import Answer

CREATED = 1_767_225_600
KEEPALIVE = b": OPENROUTER PROCESSING\n\n"
DONE = b"data: [DONE]\n\n"
PROVIDER = "Simulated"


@dataclass(frozen=True, slots=True)
class Call:
    """What an answer needs to know of its request. ``prompt_tokens``: estimated."""

    id: str
    model: str
    prompt_tokens: int


def event(payload: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(payload) + b"\n\n"


def opening(answer: Answer, call: Call) -> Iterator[bytes]:
    """What comes before the first frame, keep-alives apart."""
    if answer.variant == "debug_frame":
        yield event({**_chunk(call, []), "debug": {"echo_upstream_body": {"stream": True}}})


def frames(answer: Answer, call: Call) -> Iterator[bytes]:
    """The frames with reasoning, then those with text."""
    for piece in _pieces(answer.reasoning, answer.chunk):
        yield event(_dressed(answer, _chunk(call, [_choice(_thought(answer, piece))])))
    for piece in _pieces(answer.text, answer.chunk):
        yield event(_dressed(answer, _chunk(call, [_choice({"role": "assistant", "content": piece})])))


def ending(answer: Answer, call: Call) -> Iterator[bytes]:
    """Finish reason, usage, [DONE]; or as much of it as the variant leaves."""
    finish = {"new_finish_reason": "paused", "finish_error": "error"}.get(answer.variant or "", answer.finish)
    last = _chunk(call, [_choice({"role": "assistant", "content": ""}, finish)])
    counted = {**_chunk(call, []), "usage": usage(answer, call), "service_tier": None}
    match answer.variant:
        case "usage_on_finish":
            yield event({**last, "usage": usage(answer, call)})
        case "two_finishes":
            yield event(last)
            yield event({**last, "usage": usage(answer, call)})
        case "no_finish" | "no_choices":
            yield event(counted)
        case _:
            if finish is not None:
                yield event(last)
            yield event(counted)
    if answer.variant != "no_done" and answer.finish is not None:
        yield DONE


def broken(answer: Answer, call: Call, error: Mapping[str, Any]) -> bytes:
    """The error object in mid-stream, in the shape that the variant names."""
    whole = {**_chunk(call, [_choice({"content": ""}, "error")]), "error": error}
    match answer.variant:
        case "error_code_text":
            return event({**whole, "error": {**error, "code": "server_error"}})
        case "error_empty_choices":
            return event({**whole, "choices": []})
        case "error_bare":
            return event({"error": error})
        case "error_with_user":
            return event({"error": error, "user_id": "user_fake"})
        case "error_in_choice":
            return event(_chunk(call, [{**_choice({"content": ""}, "error"), "error": error}]))
        case _:
            return event(whole)


def whole(answer: Answer, call: Call) -> bytes:
    """The answer without a stream."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.reasoning:
        message["reasoning"] = answer.reasoning
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": answer.finish,
        "native_finish_reason": answer.finish,
    }
    if answer.error_after is not None:
        choice |= {"finish_reason": "error", "error": dict(answer.error_after[1])}
    return orjson.dumps(
        {
            **_chunk(call, [choice]),
            "object": "chat.completion",
            "system_fingerprint": None,
            "usage": usage(answer, call),
        }
    )


def usage(answer: Answer, call: Call) -> dict[str, Any]:
    """Estimated at four characters per token; `answer.usage` replaces what it names."""
    reasoning = tokens(answer.reasoning)
    completion = tokens(answer.text) + reasoning
    return {
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": completion,
        "total_tokens": call.prompt_tokens + completion,
        "cost": answer.cost,
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0},
        "cost_details": {
            "upstream_inference_cost": None,
            "upstream_inference_prompt_cost": 0.0,
            "upstream_inference_completions_cost": answer.cost or 0.0,
        },
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
        **answer.usage,
    }


def tokens(text: str) -> int:
    """An estimate, as the platform's own pre-checks make one."""
    return -(-len(text) // 4)


def on_the_wire(answer: Answer, data: bytes) -> Iterator[bytes]:
    """The bytes of one event, as the variant spells and splits them."""
    if answer.variant == "crlf":
        data = data.replace(b"\n", b"\r\n")
    if answer.variant == "tight":
        data = data.replace(b"data: ", b"data:", 1)
    size = answer.split or len(data)
    return (data[start : start + size] for start in range(0, len(data), size))


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _chunk(call: Call, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": call.id,
        "provider": PROVIDER,
        "model": call.model,
        "object": "chat.completion.chunk",
        "created": CREATED,
        "choices": choices,
    }


def _choice(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "index": 0,
        "delta": delta,
        "finish_reason": finish,
        "native_finish_reason": finish,
        "logprobs": None,
    }


def _thought(answer: Answer, piece: str) -> dict[str, Any]:
    detail = {"type": "reasoning.text", "format": "unknown", "index": 0}
    if answer.variant == "reasoning_without_text":
        return {"role": "assistant", "content": "", "reasoning_details": [detail]}
    return {
        "role": "assistant",
        "content": "",
        "reasoning": piece,
        "reasoning_details": [{**detail, "text": piece}],
    }


def _dressed(answer: Answer, chunk: dict[str, Any]) -> dict[str, Any]:
    choice = chunk["choices"][0]
    match answer.variant:
        case "no_native_finish_reason":
            del choice["native_finish_reason"]
        case "no_finish_reason":
            del choice["finish_reason"], choice["native_finish_reason"]
        case "no_choices":
            chunk["choices"] = []
        case "unknown_fields":
            choice["delta"] |= {"alignment": {"score": 1}}
            chunk |= {"safeguard_results": [{"kind": "new"}], "service_tier": "ultrafast"}
    return chunk
