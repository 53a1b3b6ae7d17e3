"""Showing in the thread what changed between two versions, with the patch to take along."""

from __future__ import annotations

import structlog

from core.automations.comparing import git_diff
from core.automations.model import Automation
from core.delivery.compared import comparison
from core.delivery.speech import sorry
from core.errors import PermissionMissing, PlatformRefused, TooLarge
from core.ports import OutFile
from core.replies import Action, Button
from core.storage.inbox import Work
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)


def patch(older: Automation, newer: Automation) -> OutFile:
    """For `git apply` in the unzipped folder of `older`; empty when nothing changed."""
    name = f"v{older.number}-v{newer.number}.diff"
    return OutFile(name, git_diff(older.files, newer.files).encode())


class Comparing:
    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        courier = self._shop.courier
        async with self._shop.database.read() as unit:
            session = await unit.sessions.get(work.session_id or "")
            older = await unit.automations.get(str(work.args["older"]))
            newer = await unit.automations.get(str(work.args["newer"]))
        if session is None or session.thread is None or older is None or newer is None:
            return
        await courier.post(f"diff:{work.id}", session.id, session.thread, comparison(older, newer))
        try:
            await courier.attach(f"diff:{work.id}:file", session.id, session.thread, (patch(older, newer),))
        except (TooLarge, PermissionMissing, PlatformRefused) as error:
            _log.warning("patch_refused", reference=error.reference, detail=error.detail)
            again = () if isinstance(error, TooLarge) else (Button(Action.DIFF, "Diff", newer.id),)
            sentence = sorry(error, session.id, kept="The patch could not be attached.", buttons=again)
            await courier.post(f"diff:{work.id}:sorry", session.id, session.thread, sentence)
