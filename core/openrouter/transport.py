"""The HTTP library, and the only file that names it: httpx on aiohttp's transport, whose socket work costs a third."""

from __future__ import annotations

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from core.openrouter.config import ModelConfig, is_loopback

Http = httpx.AsyncClient
Response = httpx.Response
#: Nothing came for as long as the configuration allows.
Silence = httpx.ReadTimeout
#: What the library, the transport under it, or the system may raise once a call is under way.
ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, aiohttp.ClientError, OSError)

OK, NOT_FOUND = 200, 404

_CONNECTIONS = 1_024  # one per stream; more would wait for a free one
_CONNECT_SECONDS = 10.0
_POOL_SECONDS = 30.0
_KEEPALIVE_SECONDS = 60.0


def open_http(config: ModelConfig, headers: dict[str, str]) -> Http:
    """To be closed by the caller. Connects to nothing by itself.

    The session is our own for what the transport does not pass on: the proxy settings of the machine (never for the
    machine itself), a pool as large as the work, and no cookies.
    """
    context = httpx.create_ssl_context()

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, ssl=context, keepalive_timeout=_KEEPALIVE_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=not is_loopback(config.base_url),
        )

    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=context, client=session),
        headers=headers,
        timeout=httpx.Timeout(config.idle_seconds, connect=_CONNECT_SECONDS, pool=_POOL_SECONDS),
    )
