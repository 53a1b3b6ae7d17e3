"""*Run tests*: a version is checked and run again, and becomes ready if now all of it passes."""

from __future__ import annotations

from dataclasses import replace

from core.automations.evidence import OF_THE_ANSWER, Evidence
from core.automations.model import Automation, AutomationStatus
from core.delivery.report import outcome_text
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session
from core.storage.inbox import Work
from core.work.handing_over import DELETED, refresh_card
from core.work.progress import conclude
from core.work.workshop import Workshop


class Testing:
    """Handles `RUN_TESTS`. Nothing of it costs tokens, so a crash in between simply runs them again."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        shop, thread = self._shop, ThreadRef(*work.args["thread"])
        async with shop.database.read() as unit:
            session = await unit.sessions.get(work.session_id or "")
            made = await unit.automations.get(str(work.args["automation"]))
        if session is None or made is None:
            return
        begun = Reply(f"🧪 Checking **v{made.number}** and running its tests …")
        message = await shop.courier.post(f"tests:{work.id}", session.id, thread, begun)
        proved = await self._proved(session, made)
        await conclude(shop, session.id, f"tests:{work.id}", message, _told(proved) if proved else DELETED)
        await refresh_card(shop, session.id)

    async def _proved(self, session: Session, made: Automation) -> Automation | None:
        """The version with what was found out now. A draft may become ready; what was ready once stays so, also since a
        moment ago, and the thread reads what is different today. ``None``: it was deleted meanwhile."""
        lasting = [one for one in made.evidence.findings if one.code in OF_THE_ANSWER]
        found = await self._shop.checker.check(
            made.files, made.language, session.requirements, _silently, lasting
        )
        async with self._shop.database.write() as unit:
            now = await unit.automations.get(made.id)
            if now is None:
                return None
            status, evidence = now.status, _renewed(now.evidence, found)
            if status is AutomationStatus.DRAFT:
                await unit.automations.prove(made.id, evidence)
                if evidence.proved:
                    status = await unit.automations.advance(made.id, AutomationStatus.READY)
        return replace(made, evidence=evidence, status=status)


def _renewed(old: Evidence, new: Evidence) -> Evidence:
    """What was found now, with how the version was made."""
    return replace(
        old,
        checked=new.checked,
        proved=new.proved,
        notes=new.notes,
        gates=new.gates,
        findings=new.findings,
        tests=new.tests,
        trace=new.trace,
    )


def _told(made: Automation) -> Reply:
    sign = "✅" if made.evidence.proved else "⚠️"
    again = () if made.evidence.proved else (Button(Action.RUN_TESTS, "Run tests", made.id),)
    return Reply(f"{sign} {outcome_text(made)}", again)


def _silently(words: str) -> None:
    """The message says already what is being done."""
