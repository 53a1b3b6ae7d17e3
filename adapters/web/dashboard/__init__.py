"""The dashboard. `add_dashboard` is called once by `adapters.web.app.build_app`.

It sets `app.state.templates` (with `sign_in.html`, which gets `action`: where its one button posts to) and
`app.state.error_page` (an `adapters.web.problems.ErrorPage`), includes the pages and mounts `/static`.
"""

from __future__ import annotations

from fastapi import FastAPI

from adapters.web.dashboard import acting, failing, opening, overview, session, settings, usage, versions
from adapters.web.dashboard.assets import Assets
from adapters.web.dashboard.templating import STATIC, templates_for
from adapters.web.front import Front


def add_dashboard(app: FastAPI, front: Front) -> None:
    """Puts the pages into the application."""
    app.state.templates = templates_for(front)
    app.state.error_page = failing.error_page
    for part in (overview, opening, session, acting, versions, usage, settings):
        app.include_router(part.router, include_in_schema=False)
    app.mount("/static", Assets(directory=STATIC), name="static")
