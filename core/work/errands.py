"""Small things that wait for nobody: notices, downloads, offers, and the first sign of a generation."""

from __future__ import annotations

from core.automations.model import Automation, AutomationStatus, JobStatus
from core.delivery.card import counted
from core.delivery.packaging import zip_of
from core.delivery.speech import echoed
from core.delivery.watching import ECHO
from core.intents import Person, Place
from core.ports import Attempt, MessageRef, ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session
from core.storage.automations import Job
from core.storage.inbox import Work
from core.work.generation import end_progress, show_progress
from core.work.handing_over import refresh_card
from core.work.people import name_people, person_of
from core.work.workshop import Workshop


class Errands:
    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def progress(self, work: Work) -> None:
        """A generation was asked for: the thread shows it at once, even while an answer is being written. Or it was
        stopped before it began, maybe while it was about to be shown."""
        session = await self._session(work)
        job = await self._job(work)
        if session is None or session.thread is None or job is None:
            return
        if job.status in (JobStatus.QUEUED, JobStatus.RUNNING) or await self._half_shown(work, job):
            await show_progress(self._shop, session, session.thread, job)
            job = await self._job(work)
        if job is not None and job.status is JobStatus.CANCELLED and not job.sentence:
            await end_progress(self._shop, session, job)

    async def _half_shown(self, work: Work, job: Job) -> bool:
        """Whether an earlier attempt at this may have shown the job: then it is known which message has to end."""
        async with self._shop.database.read() as unit:
            post = await unit.outbox.get(f"job:{job.id}:progress")
        return not work.args.get("stopped") and post is not None and post.result is None

    async def farewell(self, work: Work) -> None:
        """The session is gone; its card must not offer what nobody can do any more."""
        thread = ThreadRef(*work.args["thread"])
        platform = self._shop.courier.platform(thread.platform)
        who = await platform.name_of(person_of(work.args["by"]))
        text = f"**{work.args['title']}** was deleted by {who}."
        await self._shop.courier.edit(MessageRef(thread, thread.thread), Reply(text), final=True)

    async def notice(self, work: Work) -> None:
        session = await self._session(work)
        if session is None or session.thread is None:
            return
        await name_people(self._shop, session)
        platform = self._shop.courier.platform(session.platform)
        who = await platform.name_of(person_of(work.args["by"]))
        said = str(work.args["text"])
        text = f"**{who}**\n{said}" if said.startswith("- ") else f"**{who}** {said}"
        await self._shop.courier.post(f"notice:{work.id}", session.id, session.thread, Reply(text))
        await refresh_card(self._shop, session.id)

    async def echo(self, work: Work) -> None:
        """What somebody said in a browser, for those who read the thread. It is stored already, under their own name."""
        session = await self._session(work)
        if session is None or session.thread is None:
            return
        async with self._shop.database.read() as unit:
            said = await unit.messages.said(session.id, str(work.args["message"]))
        if said is None:
            return
        platform = self._shop.courier.platform(session.platform)
        who = said.author or await platform.name_of(said.person)
        reply = Reply(echoed(who, said.text))
        await self._shop.courier.post(f"{ECHO}{work.id}", session.id, session.thread, reply)

    async def offer_late(self, work: Work) -> None:
        """Once for all the messages that came in the same standstill."""
        session = await self._session(work)
        if session is None or session.thread is None:
            return
        async with self._shop.database.read() as unit:
            late = await unit.messages.late(session.id)
        if not late:
            return
        many = "A message" if len(late) == 1 else f"{len(late)} messages"
        text = f"{many} came in while I was away. Shall I answer now?"
        button = Button(Action.ANSWER_NOW, "Answer now", session.id, "primary")
        key = f"late:{session.id}:{late[0].id}"
        await self._shop.courier.post(key, session.id, session.thread, Reply(text, (button,)))

    async def download(self, work: Work) -> None:
        session = await self._session(work)
        async with self._shop.database.read() as unit:
            made = await unit.automations.get(str(work.args["automation"]))
        if session is None or made is None:
            return
        person = person_of(work.args["person"])
        await self._hand(session, made, person, asked_at(session, work), f"download:{work.id}")

    async def _hand(
        self, session: Session, made: Automation, person: Person, place: Place, operation: str
    ) -> None:
        """`downloaded` is recorded when the platform has accepted the file, and not before."""
        text = f"{session.title} v{made.number} ({made.status}), {counted(len(made.files), 'file')}."  # no Markdown: Slack shows it raw

        async def send(attempt: Attempt) -> str:
            platform = self._shop.courier.platform(session.platform)
            await platform.hand(person, place, zip_of(session, made), text, attempt)
            return "handed"

        await self._shop.courier.once(operation, session.id, send)
        async with self._shop.database.write() as unit:
            await unit.automations.add_download(made.id, operation, person, "chat")
            await unit.automations.advance(made.id, AutomationStatus.DOWNLOADED)
        await refresh_card(self._shop, session.id)

    async def _session(self, work: Work) -> Session | None:
        async with self._shop.database.read() as unit:
            return await unit.sessions.get(work.session_id or "")

    async def _job(self, work: Work) -> Job | None:
        async with self._shop.database.read() as unit:
            return await unit.automations.job(str(work.args["job"]))


def asked_at(session: Session, work: Work) -> Place:
    """Where a person asked for what only they get."""
    channel, thread, direct = work.args["place"]
    return Place(session.platform, session.workspace, channel, thread, direct)
