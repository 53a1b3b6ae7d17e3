"""Sessions, their ledger of requirements and the agent's proposals for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, literal, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.desk import SessionHead
from core.intents import OpenSession, Person, Place
from core.ports import Clock, Ids, ThreadRef
from core.sessions.model import Requirement, Session, SessionStatus
from core.storage import contents, words
from core.storage.locks import alone
from core.storage.tables import automations, belonging, messages, outbox, proposals, requirements, sessions
from core.vocabulary import AgentType, Language


class Sessions:
    """``writes``: in a transaction that writes. There whoever gets a session has it alone among those that write, so that
    what is decided by what was read holds until the commit."""

    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids, *, writes: bool = False) -> None:
        self._db = connection
        self._clock = clock
        self._ids = ids
        self._writes = writes

    async def add(self, intent: OpenSession, name: str, title: str) -> str:
        """A new open session without a thread yet; returns its id."""
        place, person, session_id = intent.origin.place, intent.origin.person, self._ids.new()
        await alone(self._db, "shelf")
        await self._db.execute(
            insert(sessions).values(
                id=session_id,
                platform=place.platform,
                workspace=place.workspace,
                channel=place.channel,
                title=title,
                agent_type=intent.agent_type,
                tech_stack=intent.tech_stack,
                constraints=intent.constraints,
                status=SessionStatus.OPEN,
                opened_by_team=person.team,
                opened_by_id=person.id,
                opened_by_name=name,
                language=Language.AUTO,
                created_at=self._clock.now(),
                last_said=self._clock.now(),
                shelf=select(func.coalesce(func.max(sessions.c.shelf), 0) + 1).scalar_subquery(),
            )
        )
        await words.note(self._db, session_id, title)
        return session_id

    async def get(self, session_id: str) -> Session | None:
        return await self._one(sessions.c.id == session_id)

    async def at(self, place: Place) -> Session | None:
        """The session whose thread is `place.thread`."""
        return await self._one(
            (sessions.c.platform == place.platform)
            & (sessions.c.workspace == place.workspace)
            & (sessions.c.channel == place.channel)
            & (sessions.c.thread == place.thread)
        )

    async def settled(self, place: Place) -> None:
        """Waits until no other transaction is about to say which threads of the channel are sessions."""
        await alone(self._db, f"{place.platform}:{place.workspace}:{place.channel}")

    async def opening_in(self, place: Place, since: datetime) -> bool:
        """Whether a session of this channel that was opened after `since` has no thread yet, so that an unknown thread
        may become its own."""
        row = await self._db.execute(
            select(sessions.c.id).where(
                sessions.c.platform == place.platform,
                sessions.c.workspace == place.workspace,
                sessions.c.channel == place.channel,
                sessions.c.thread.is_(None),
                sessions.c.created_at > since,
            )
        )
        return row.first() is not None

    async def heads(self, place: Place, status: SessionStatus, limit: int) -> Sequence[SessionHead]:
        newest = (
            select(func.max(automations.c.number)).where(automations.c.session_id == sessions.c.id)
        ).scalar_subquery()
        rows = await self._db.execute(
            select(sessions, newest.label("version"))
            .where(
                sessions.c.platform == place.platform,
                sessions.c.workspace == place.workspace,
                sessions.c.channel == place.channel,
                sessions.c.status == status,
                sessions.c.thread.is_not(None),
            )
            .order_by(sessions.c.last_said.desc())
            .limit(limit)
        )
        return [
            SessionHead(session_from(row), row["version"] or 0, row["last_said"]) for row in rows.mappings()
        ]

    async def open_threads(self, platform: str) -> Sequence[tuple[Place, str]]:
        """Every thread of an open session, with the id of the newest stored message of a person in it."""
        newest = (
            select(messages.c.platform_message)
            .where(messages.c.session_id == sessions.c.id, messages.c.author_id != "")
            .order_by(messages.c.seq.desc())
            .limit(1)
        ).scalar_subquery()
        rows = await self._db.execute(
            select(sessions.c.workspace, sessions.c.channel, sessions.c.thread, newest.label("newest")).where(
                sessions.c.platform == platform,
                sessions.c.status == SessionStatus.OPEN,
                sessions.c.thread.is_not(None),
            )
        )
        return [
            (Place(platform, row.workspace, row.channel, row.thread), row.newest or row.thread)
            for row in rows
        ]

    async def half_open(self, platform: str, since: datetime) -> Sequence[tuple[Place, str]]:
        """Channels of sessions that were opened after `since` and have no thread yet, each with the ticket of its card."""
        rows = await self._db.execute(
            select(sessions.c.workspace, sessions.c.channel, outbox.c.ticket)
            .join(outbox, outbox.c.key == literal("card:") + sessions.c.id)
            .where(
                sessions.c.platform == platform,
                sessions.c.thread.is_(None),
                sessions.c.created_at > since,
                outbox.c.ticket.is_not(None),
            )
        )
        return [(Place(platform, row.workspace, row.channel), row.ticket) for row in rows]

    async def beginning_with(self, prefix: str, limit: int) -> Sequence[str]:
        """The ids of at most `limit` sessions, newest first; the newest of all for an empty prefix."""
        rows = await self._db.scalars(
            select(sessions.c.id)
            .where(sessions.c.id.startswith(prefix, autoescape=True))
            .order_by(sessions.c.id.desc())
            .limit(limit)
        )
        return list(rows)

    async def idle_since(self, platform: str, workspace: str, moment: datetime) -> Sequence[str]:
        """The ids of a workspace's sessions in which nothing was said since, the oldest first; with those that were
        opened in a browser."""
        places = ((platform, workspace), ("web", f"{platform}:{workspace}"))
        there = [(sessions.c.platform == one) & (sessions.c.workspace == other) for one, other in places]
        return list(
            await self._db.scalars(
                select(sessions.c.id)
                .where(or_(*there), sessions.c.last_said < moment)
                .order_by(sessions.c.last_said)
            )
        )

    async def update(self, session_id: str, **values: Any) -> None:
        await self._db.execute(update(sessions).where(sessions.c.id == session_id).values(**values))
        if "title" in values:
            await words.renew(self._db, session_id)

    async def remove(self, session_id: str) -> None:
        """The session with everything that hangs on it; of what was in its files, all that no other session holds."""
        held = await contents.of_session(self._db, session_id)
        await self._db.execute(delete(sessions).where(sessions.c.id == session_id))
        await contents.drop_unused(self._db, held)

    async def close_channel(self, place: Place) -> None:
        await self._db.execute(
            update(sessions)
            .where(
                sessions.c.platform == place.platform,
                sessions.c.workspace == place.workspace,
                sessions.c.channel == place.channel,
            )
            .values(status=SessionStatus.CLOSED)
        )

    async def add_requirement(self, session_id: str, text: str, author: str, person: Person) -> int:
        """Appends to the ledger; returns the number, which no other requirement ever had."""
        await self._db.execute(
            select(sessions.c.id).where(sessions.c.id == session_id).with_for_update(key_share=True)
        )
        newest = await self._db.scalar(
            select(func.max(requirements.c.number)).where(requirements.c.session_id == session_id)
        )
        number = (newest or 0) + 1
        await self._db.execute(
            insert(requirements).values(
                session_id=session_id,
                number=number,
                text=text,
                author=author,
                author_team=person.team,
                author_id=person.id,
                at=self._clock.now(),
                withdrawn=False,
            )
        )
        await words.note(self._db, session_id, text)
        return number

    async def change_requirement(self, session_id: str, number: int, **values: Any) -> bool:
        """False when the ledger has no such number."""
        found = await self._db.execute(
            update(requirements)
            .where(requirements.c.session_id == session_id, requirements.c.number == number)
            .values(**values)
        )
        if "text" in values:
            await words.renew(self._db, session_id)
        return bool(found.rowcount)

    async def nameless(self, session_id: str) -> set[Person]:
        """Who appears in the session under no display name yet."""
        rows = await self._db.execute(
            union(
                select(sessions.c.opened_by_team, sessions.c.opened_by_id).where(
                    sessions.c.id == session_id, sessions.c.opened_by_name == ""
                ),
                select(requirements.c.author_team, requirements.c.author_id).where(
                    requirements.c.session_id == session_id, requirements.c.author == ""
                ),
                select(messages.c.author_team, messages.c.author_id).where(
                    messages.c.session_id == session_id, messages.c.author == "", messages.c.author_id != ""
                ),
            )
        )
        return {Person(team, person) for team, person in rows}

    async def name(self, session_id: str, person: Person, name: str) -> None:
        """Puts the display name of `person` where it is missing in the session."""
        await self._db.execute(
            update(sessions)
            .where(
                sessions.c.id == session_id,
                sessions.c.opened_by_name == "",
                sessions.c.opened_by_team == person.team,
                sessions.c.opened_by_id == person.id,
            )
            .values(opened_by_name=name)
        )
        for table in (requirements, messages):
            await self._db.execute(
                update(table)
                .where(
                    table.c.session_id == session_id,
                    table.c.author == "",
                    table.c.author_team == person.team,
                    table.c.author_id == person.id,
                )
                .values(author=name)
            )

    async def add_proposal(self, session_id: str, turn: str, text: str) -> str:
        proposal = self._ids.new()
        await self._db.execute(
            insert(proposals).values(id=proposal, session_id=session_id, turn=turn, text=text)
        )
        return proposal

    async def proposals_of(self, session_id: str, turn: str) -> Sequence[tuple[str, str]]:
        """(id, text) of what was proposed in `turn` and nobody has confirmed yet."""
        rows = await self._db.execute(
            select(proposals.c.id, proposals.c.text)
            .where(
                proposals.c.session_id == session_id, proposals.c.turn == turn, proposals.c.number.is_(None)
            )
            .order_by(proposals.c.id)
        )
        return [(row.id, row.text) for row in rows]

    async def proposal(self, proposal: str) -> tuple[str, str, int | None] | None:
        """(session id, text, requirement number it became or None)."""
        row = (await self._db.execute(select(proposals).where(proposals.c.id == proposal))).mappings().first()
        return None if row is None else (row["session_id"], row["text"], row["number"])

    async def bound_texts(self, session_id: str) -> set[str]:
        """Every requirement and proposal of the session, case folded."""
        rows = await self._db.execute(
            union(
                select(requirements.c.text).where(requirements.c.session_id == session_id),
                select(proposals.c.text).where(proposals.c.session_id == session_id),
            )
        )
        return {text.casefold() for (text,) in rows}

    async def accept_proposal(self, proposal: str, number: int) -> None:
        await self._db.execute(update(proposals).where(proposals.c.id == proposal).values(number=number))

    async def forget(self, workspace: str, person: Person, anybody: str) -> None:
        """Takes the person's name off sessions and requirements of the workspace."""
        await self._db.execute(
            update(sessions)
            .where(
                belonging(workspace),
                sessions.c.opened_by_team == person.team,
                sessions.c.opened_by_id == person.id,
            )
            .values(opened_by_name=anybody, opened_by_id="", opened_by_team="")
        )
        ours = select(sessions.c.id).where(belonging(workspace))
        await self._db.execute(
            update(requirements)
            .where(
                requirements.c.session_id.in_(ours),
                requirements.c.author_team == person.team,
                requirements.c.author_id == person.id,
            )
            .values(author=anybody, author_id="", author_team="")
        )

    async def _one(self, condition: Any) -> Session | None:
        found = select(sessions).where(condition)
        if self._writes:
            found = found.with_for_update(key_share=True)  # others may still refer to it
        row = (await self._db.execute(found)).mappings().first()
        if row is None:
            return None
        ledger = await self._db.execute(
            select(requirements).where(requirements.c.session_id == row["id"]).order_by(requirements.c.number)
        )
        return replace(
            session_from(row), requirements=tuple(_requirement(line) for line in ledger.mappings())
        )


def _requirement(row: RowMapping) -> Requirement:
    at: datetime = row["at"]
    return Requirement(row["number"], row["text"], row["author"], at, row["withdrawn"])


def session_from(row: RowMapping) -> Session:
    thread = row["thread"]
    return Session(
        id=row["id"],
        platform=row["platform"],
        workspace=row["workspace"],
        channel=row["channel"],
        thread=ThreadRef(row["platform"], row["workspace"], row["channel"], thread) if thread else None,
        title=row["title"],
        agent_type=AgentType(row["agent_type"]),
        tech_stack=row["tech_stack"],
        constraints=row["constraints"],
        status=SessionStatus(row["status"]),
        opened_by=Person(row["opened_by_team"], row["opened_by_id"]),
        opened_by_name=row["opened_by_name"],
        language=Language(row["language"]),
        created_at=row["created_at"],
    )
