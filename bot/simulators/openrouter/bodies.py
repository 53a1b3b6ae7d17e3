"""Reading a request's body. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulators.openrouter.frames import tokens


def text_of(content: object) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def prompt_tokens(body: Mapping[str, Any]) -> int:
    """An estimate from the text of all messages."""
    return sum(tokens(text_of(message.get("content"))) for message in body["messages"])


def output_asked(body: Mapping[str, Any]) -> int | None:
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    return limit if isinstance(limit, int) else None
