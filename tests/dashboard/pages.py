"""Every page there is, by name, for whoever goes through all of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.dashboard.filled import Filled


def pages(ids: Filled) -> Mapping[str, str]:
    """For somebody who is signed in as a maintainer."""
    watcher = f"/sessions/{ids.watcher}"
    return {
        "sessions": "/",
        "sessions-none": "/?q=nowhere",
        "new": "/new",
        "session": watcher,
        "session-running": f"/sessions/{ids.running}",
        "session-failed": f"/sessions/{ids.failed}",
        "session-closed": f"/sessions/{ids.closed}",
        "requirements": f"{watcher}/requirements",
        "message": f"{watcher}/messages/1",
        "delete": f"{watcher}/delete",
        "versions": f"{watcher}/versions",
        "version": f"{watcher}/versions/2",
        "version-code": f"{watcher}/versions/2?file=pricewatch/prices.py",
        "changes": f"{watcher}/versions/2/changes",
        "changes-first": f"{watcher}/versions/1/changes?from=1",
        "evidence": f"{watcher}/versions/2/evidence",
        "evidence-draft": f"{watcher}/versions/1/evidence",
        "usage-day": "/usage",
        "usage-person": "/usage?by=person",
        "usage-session": "/usage?by=session&days=90",
        "settings": "/settings",
        "missing": "/sessions/nothing",
    }
