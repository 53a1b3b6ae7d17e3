"""How a model service is reached and which of its two dialects it speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

PUBLIC_URL = "https://openrouter.ai/api/v1"

Dialect = Literal["openrouter", "plain"]


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What the client needs to know, from the settings.

    ``base_url``: API root, to which `/chat/completions` is added. ``model`` and ``fallback_models``: ids at the
    service; the fallbacks are OpenRouter's business, other services never see them.
    ``idle_seconds``: longest silence on the connection. ``stall_seconds``: longest time with keep-alives but without
    progress. ``deadline_seconds``: for a whole call. ``max_output_tokens``: the product's cap on one answer.
    ``referer`` and ``title``: attribution at OpenRouter, left out when empty.
    ``zero_retention``: nothing that is said may be kept by anybody; OpenRouter then chooses only providers that promise
    it, and its own cache of answers stays off.
    ``dialect``: set where the address does not tell (a gateway in front of OpenRouter).
    """

    api_key: str | None = field(repr=False)
    model: str
    base_url: str = PUBLIC_URL
    fallback_models: tuple[str, ...] = ()
    idle_seconds: float = 60.0
    stall_seconds: float = 120.0
    deadline_seconds: float = 900.0
    max_output_tokens: int = 32_768
    referer: str = ""
    title: str = "Threadwright"
    zero_retention: bool = False
    dialect: Dialect | None = None

    @property
    def spoken(self) -> Dialect:
        """The dialect of the service."""
        return self.dialect or dialect_of(self.base_url)

    @property
    def public(self) -> bool:
        """Whether this is the public OpenRouter, which wants a key of everybody."""
        return _is_openrouter(_host(self.base_url))


def dialect_of(base_url: str) -> Dialect:
    """`openrouter` for openrouter.ai, and on the loopback address for a path that ends as OpenRouter's does
    (`/api/v1`: a simulator; local model servers have `/v1`). Anything else is a `plain` service, which gets only the
    fields that all of them know."""
    host = _host(base_url)
    simulated = is_loopback(base_url) and urlsplit(base_url).path.rstrip("/").endswith("/api/v1")
    return "openrouter" if _is_openrouter(host) or simulated else "plain"


def is_loopback(base_url: str) -> bool:
    host = _host(base_url)
    return host in {"localhost", "::1"} or host.startswith("127.")


def _is_openrouter(host: str) -> bool:
    return host == "openrouter.ai" or host.endswith(".openrouter.ai")


def _host(base_url: str) -> str:
    try:
        return (urlsplit(base_url).hostname or "").lower()
    except ValueError:  # half an IPv6 address; the call itself will say that it leads nowhere
        return ""
