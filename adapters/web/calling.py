"""How the client calls: identity, keys, second attempts, and what went wrong."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from email.message import Message
from typing import Any, Self, TypeVar

import httpx
from pydantic import ValidationError

from adapters.web.api.shapes.problems import ProblemBody, WrongField
from adapters.web.api.values import Model

M = TypeVar("M", bound=Model)
_ATTEMPTS = 3


class ProblemError(Exception):
    """The API said no. ``sentence``: what happened and what to do, in Markdown. ``retry_after``: seconds, ``None`` when
    nobody said. ``errors``: the fields at fault."""

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        reference: str = "",
        errors: Sequence[WrongField] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status}: {sentence}" + (f" (reference {reference})" if reference else ""))
        self.status, self.sentence, self.reference = status, sentence, reference
        self.errors, self.retry_after = tuple(errors), retry_after


class Calls:
    def __init__(self, base_url: str, token: str, *, timeout: float = 30.0) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def _pages(self, path: str, shape: type[M], query: dict[str, Any]) -> AsyncIterator[M]:
        cursor: str | None = None
        while True:
            page = await self._get(path, shape, {**query, "cursor": cursor})
            yield page
            cursor = getattr(page, "next", None)
            if cursor is None:
                return

    async def _get(self, path: str, shape: type[M], query: dict[str, Any] | None = None) -> M:
        response = await self._request("GET", path, query=query or {})
        return shape.model_validate_json(response.content)

    async def _send(self, method: str, path: str, shape: type[M], body: Model | None = None) -> M:
        response = await self._request(method, path, body=body)
        return shape.model_validate_json(response.content)

    async def _request(
        self, method: str, path: str, *, query: dict[str, Any] | None = None, body: Model | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = body.model_dump_json()
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = await self._http.request(
                    method, path, params=given, content=content, headers=headers
                )
                break
            except httpx.TransportError:
                if attempt == _ATTEMPTS:
                    raise
        if response.is_error:
            raise problem_of(response)
        return response


def name_of(response: httpx.Response) -> str:
    head = Message()
    head["Content-Disposition"] = response.headers.get("content-disposition", "")
    return head.get_filename("")


def problem_of(response: httpx.Response) -> ProblemError:
    """Also of what something on the way answered in the server's place."""
    wait = response.headers.get("retry-after", "")
    retry_after = float(wait) if wait.isdecimal() else None
    try:
        body = ProblemBody.model_validate_json(response.content)
    except ValidationError:
        return ProblemError(response.status_code, response.reason_phrase, retry_after=retry_after)
    return ProblemError(
        body.status, body.detail, reference=body.reference, errors=body.errors, retry_after=retry_after
    )
