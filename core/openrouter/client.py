"""The client of OpenRouter and of anything that speaks like it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import orjson

from core.errors import ModelError
from core.openrouter import catalogue, transport, wire
from core.openrouter.complaints import complaint_of, redacted
from core.openrouter.config import ModelConfig
from core.openrouter.failures import failure, key_missing, unreachable
from core.openrouter.reading import Crowd, Reading, is_document, overdue, silent
from core.openrouter.transport import Http, Response
from core.ports import ModelEvent, ModelLimits, ModelRequest, Started, Usage

_LOOKUP_SECONDS = 5.0  # models and key: nobody should wait for them


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Of the key in use, in US dollars. ``remaining`` and ``limit``: ``None`` without a limit.
    ``expires_at``: ISO 8601, ``None`` when never."""

    label: str
    used: Decimal
    limit: Decimal | None
    remaining: Decimal | None
    free_tier: bool
    expires_at: str | None


@asynccontextmanager
async def open_model(config: ModelConfig) -> AsyncIterator[OpenRouter]:
    """A client that holds its connections until the block ends. Connects to nothing by itself."""
    async with transport.open_http(config, wire.headers(config)) as http:
        yield OpenRouter(config, http)


class OpenRouter:
    """Implements `core.work.workshop.Model`. It repeats nothing by itself: a chat call costs money, so the caller
    decides, with `retryable` and `retry_after` of the error."""

    def __init__(self, config: ModelConfig, http: Http) -> None:
        self._config = config
        self._http = http
        self._root = config.base_url.rstrip("/")
        self._crowd = Crowd()
        self._catalogue = catalogue.Catalogue(lambda: self._look_up("/models"), time.monotonic)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        async with aclosing(self.send(await self.write(request))) as events:
            async for event in events:
                yield event

    async def write(self, request: ModelRequest) -> bytes:
        """The body of a call. Sent again, the same bytes are the same question (`send`)."""
        limits = await self.limits(request.model or self._config.model)
        return wire.chat_body(self._config, request, limits)

    async def send(self, body: bytes, *, again: bool = False) -> AsyncGenerator[ModelEvent, None]:
        """As `stream`. ``again``: these bytes were sent before, and what they came to may have got lost: OpenRouter
        gives an answer that it had in full once more, free of charge (`wire.chat_headers`)."""
        config, model = self._config, wire.model_in(body)
        deadline = asyncio.get_running_loop().time() + config.deadline_seconds
        self._need_key()
        response = await self._open(body, model, deadline, again=again)
        self._crowd.open += 1
        try:
            reading = Reading(config, response, model, deadline, self._crowd)
            yield Started(response.headers.get("x-generation-id"))
            while (events := await reading.more()) is not None:
                for event in events:
                    yield event
            completed = reading.completed()
        finally:
            self._crowd.open -= 1
            await response.aclose()
        yield completed

    async def price(self, generation_id: str) -> Usage | None:
        """What a call came to whose end did not arrive; ``None`` while the service does not know it (for half a second to
        minutes), and for a service that is not OpenRouter. Raises ModelError."""
        if self._config.spoken != "openrouter":
            return None
        response = await self._get(f"/generation?{urlencode({'id': generation_id})}")
        if response.status_code == transport.NOT_FOUND:
            return None
        return wire.usage_of(self._found(response))

    async def limits(self, model: str | None = None) -> ModelLimits:
        card = await self._catalogue.card(model or self._config.model)
        return catalogue.limits_of(card, self._config.max_output_tokens)

    async def models_known(self, ids: Iterable[str]) -> dict[str, bool]:
        """Which of these the service offers now. Raises ModelError when its list cannot be read."""
        cards = catalogue.read_models(await self._look_up("/models"))
        return {model: catalogue.find(cards, model) is not None for model in ids}

    async def key_status(self) -> KeyStatus | None:
        """``None`` for a service that is not OpenRouter. Raises ModelError, as when the key is missing or refused."""
        if self._config.spoken != "openrouter":
            return None
        self._need_key()
        return _key_status((await self._look_up("/key")).get("data") or {})

    def _need_key(self) -> None:
        if self._config.public and not self._config.api_key:
            raise key_missing()

    async def _open(self, body: bytes, model: str, deadline: float, *, again: bool) -> Response:
        """A response that carries an answer; everything else is raised."""
        try:
            async with asyncio.timeout_at(deadline):
                request = self._http.build_request(
                    "POST",
                    f"{self._root}/chat/completions",
                    content=body,
                    headers=wire.chat_headers(self._config, again=again),
                )
                response = await self._http.send(request, stream=True)
                if not _streams(response):
                    await _read_whole(response)
        except transport.Silence as error:
            raise silent(self._config, error) from error
        except TimeoutError as error:
            raise overdue(self._config, error) from error
        except transport.ERRORS as error:
            raise self._unreachable(error) from error
        if _streams(response) or _answers_whole(response):
            return response
        raise self._refused(response, model)

    async def _look_up(self, path: str) -> Mapping[str, Any]:
        return self._found(await self._get(path))

    async def _get(self, path: str) -> Response:
        try:
            async with asyncio.timeout(_LOOKUP_SECONDS):
                return await self._http.get(self._root + path)
        except transport.ERRORS as error:
            raise self._unreachable(error) from error

    def _found(self, response: Response) -> Mapping[str, Any]:
        document = _document(response)
        if response.status_code != transport.OK or "data" not in document:
            raise self._refused(response, self._config.model)
        return document

    def _refused(self, response: Response, model: str) -> ModelError:
        complaint = complaint_of(
            response.content,
            status=response.status_code,
            headers=response.headers,
            now=time.time(),
            key=self._config.api_key,
        )
        return failure(complaint, model=model)

    def _unreachable(self, error: Exception) -> ModelError:
        return unreachable(redacted(f"{type(error).__name__}: {error}", self._config.api_key))


def _streams(response: Response) -> bool:
    """Some local servers name no type or a wrong one for their stream; a page and a document say what they are."""
    page = response.headers.get("content-type", "").startswith("text/html")
    return response.status_code == transport.OK and not page and not is_document(response)


async def _read_whole(response: Response) -> None:
    try:
        await response.aread()
    finally:
        await response.aclose()


def _answers_whole(response: Response) -> bool:
    document = _document(response)
    return (
        response.status_code == transport.OK and bool(document.get("choices")) and not document.get("error")
    )


def _document(response: Response) -> Mapping[str, Any]:
    try:
        document = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _key_status(data: Mapping[str, Any]) -> KeyStatus:
    return KeyStatus(
        label=str(data.get("label") or ""),
        used=_dollars(data.get("usage")) or Decimal(0),
        limit=_dollars(data.get("limit")),
        remaining=_dollars(data.get("limit_remaining")),
        free_tier=bool(data.get("is_free_tier")),
        expires_at=data.get("expires_at"),
    )


def _dollars(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) else None
