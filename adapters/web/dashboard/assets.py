"""Our own scripts, styles and pictures."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_LONG = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"


class Assets(StaticFiles):
    """Kept by browsers for ever where the address names the content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named = scope.get("query_string", b"").startswith(b"v=")
        response.headers["cache-control"] = _LONG if named else _SHORT
        return response
