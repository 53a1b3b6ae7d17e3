"""The templates, with what every page needs: who is there, what may be gone to, and how things are worded."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from adapters.web.dashboard import prose, wording
from adapters.web.dashboard.notes import NOTE, noted
from adapters.web.front import Front
from adapters.web.identity import CSRF_FIELD
from core.accounts import Caller
from core.vocabulary import AgentType, Language

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
THEME: Final = "tw_theme"
_THEMES: Final = {"light", "dark"}


def templates_for(front: Front) -> Jinja2Templates:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "blocks": prose.blocks,
        "sentence": prose.sentence,
        "inline": prose.inline,
        "money": wording.money,
        "counted": wording.counted,
        "size": wording.size,
        "shortened": wording.shortened,
    }
    environment.globals |= {
        "asset": asset,
        "agent_types": tuple(AgentType),
        "languages": tuple(Language),
        "once": lambda: secrets.token_urlsafe(12),
        "csrf_field": CSRF_FIELD,
        "when": lambda at: _when(at, front.clock.now()),
    }
    return Jinja2Templates(env=environment, context_processors=[_everywhere])


def page(request: Request, name: str, status: int = 200, **context: Any) -> Response:
    """The page; what was noted for it is shown and then gone."""
    templates: Jinja2Templates = request.app.state.templates
    for forms in ("wrong", "kept"):  # what is said at fields, and what was typed there; mostly nothing
        context[forms] = defaultdict(str, context.get(forms) or {})
    response: Response = templates.TemplateResponse(request, name, context, status_code=status)
    if status >= 400:  # noqa: PLR2004 - the address of a form that was refused is no page to come back to
        response.headers["HX-Push-Url"] = "false"
    if NOTE in request.cookies:
        response.delete_cookie(NOTE)
    return response


def _everywhere(request: Request) -> dict[str, Any]:
    caller: Caller | None = request.scope.get("state", {}).get("caller")
    theme = request.cookies.get(THEME, "")
    return {
        "who": caller,
        "theme": theme if theme in _THEMES else "",
        "path": request.url.path,
        "note": noted(request),
    }


@cache
def asset(name: str) -> str:
    """The address of one of our own files; it changes with the content, so that browsers may keep it."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def _when(at: datetime, now: datetime) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), wording.moment(at), wording.ago(at, now)
    )
