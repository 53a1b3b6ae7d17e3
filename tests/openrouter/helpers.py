"""How the tests ask a model, and a server for what no simulator should do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from bot.simulators.openrouter import OpenRouterSimulator
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from core.ports import Completed, ModelEvent, ModelMessage, ModelRequest, TextDelta

Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def asked(*said: str, **fields: Any) -> ModelRequest:
    """A request with one message of a person, or more."""
    messages = tuple(ModelMessage("user", text) for text in said or ("hello",))
    given = {"max_output_tokens": 1_000, "temperature": 0.2, "session_key": "session-1", **fields}
    return ModelRequest(messages, **given)


def client(simulator: OpenRouterSimulator, **fields: Any) -> AbstractAsyncContextManager[OpenRouter]:
    """A client of the simulator that asks the ordinary model."""
    given = {"api_key": simulator.key, "model": "simulated/coder", "base_url": simulator.base_url, **fields}
    return open_model(ModelConfig(**given))


async def heard(model: OpenRouter, request: ModelRequest | None = None) -> list[ModelEvent]:
    """All events of one answer."""
    return [event async for event in model.stream(request or asked())]


async def heard_until_error(model: OpenRouter, events: list[ModelEvent]) -> None:
    """Puts the events into `events` as they come, so that they survive the error."""
    async for event in model.stream(asked()):
        events.append(event)  # noqa: PERF401 - a comprehension would lose them


def text_of(events: Sequence[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def last(events: Sequence[ModelEvent]) -> Completed:
    assert isinstance(events[-1], Completed)
    return events[-1]


@asynccontextmanager
async def raw_server(connection: Connection) -> AsyncIterator[str]:
    """Any bytes at all as the answer to a POST, on a loopback port; gives the base URL. It has no list of models."""
    open_now: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now[asyncio.current_task()] = writer
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while (head := await reader.readuntil(b"\r\n\r\n")).startswith(b"GET"):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.partition(b":")[2]))
            await connection(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    try:
        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        for writer in open_now.values():
            writer.close()
        await asyncio.gather(*(task for task in open_now if task is not None))
