"""The REST API: everything below `/api`."""

from __future__ import annotations

from fastapi import FastAPI

from adapters.web.api import conversation, people, reviews, sessions, versions
from adapters.web.api.schema import add_schema
from adapters.web.front import Front
from adapters.web.streaming import Telling, Watching


def add_api(app: FastAPI, front: Front) -> None:
    """Puts everything below `/api` into the application."""
    app.state.watching, app.state.telling = Watching(front.limits.streams), Telling()
    for part in (sessions, conversation, versions, reviews, people):
        app.include_router(part.router, prefix="/api")
    add_schema(app)
