"""What was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.intents import Person
from core.messages.model import Message, Speaker, TextFile
from core.ports import Clock
from core.storage import words
from core.storage.tables import belonging, messages, model_questions, sessions


class Messages:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def add(  # one row is one row
        self,
        session_id: str,
        *,
        speaker: Speaker,
        author: str,
        person: Person,
        platform_message: str,
        text: str,
        at: datetime,
        aside: bool = False,
        late: bool = False,
        turn: str | None = None,
        files: Sequence[dict[str, object]] = (),
    ) -> int:
        """Stores a message at the end of the session; returns its id."""
        newest = await self._db.scalar(
            select(func.max(messages.c.seq)).where(messages.c.session_id == session_id)
        )
        row = await self._db.execute(
            insert(messages)
            .values(
                session_id=session_id,
                seq=(newest or 0) + 1,
                speaker=speaker,
                author=author,
                author_team=person.team,
                author_id=person.id,
                platform_message=platform_message,
                text=text,
                files=list(files),
                at=at,
                aside=aside,
                late=late,
                erased=False,
                turn=turn,
            )
            .returning(messages.c.id)
        )
        await self._db.execute(
            update(sessions).where(sessions.c.id == session_id).values(last_said=self._clock.now())
        )
        await words.note(self._db, session_id, text)
        return int(row.scalar_one())

    async def of(self, session_id: str, *, limit: int = 2000) -> Sequence[Message]:
        """The newest `limit` messages in order, without the erased ones."""
        rows = await self._db.execute(
            select(messages)
            .where(messages.c.session_id == session_id, messages.c.erased.is_(False))
            .order_by(messages.c.seq.desc())
            .limit(limit)
        )
        return [message_from(row) for row in reversed(rows.mappings().all())]

    async def count(self, session_id: str) -> int:
        total = await self._db.scalar(
            select(func.count()).where(messages.c.session_id == session_id, messages.c.erased.is_(False))
        )
        return int(total or 0)

    async def open(self, session_id: str) -> bool:
        """Whether a question waits for an answer."""
        row = await self._db.execute(select(messages.c.id).where(_is_open(session_id)).limit(1))
        return row.first() is not None

    async def spoken(self, session_id: str) -> bool:
        """Whether the agent has said anything yet."""
        row = await self._db.execute(
            select(messages.c.id)
            .where(messages.c.session_id == session_id, messages.c.speaker == Speaker.AGENT)
            .limit(1)
        )
        return row.first() is not None

    async def claim(self, session_id: str, turn: str) -> Sequence[Message]:
        """Gives every open question to `turn`; returns all that it holds, also from an earlier attempt."""
        await self._db.execute(update(messages).where(_is_open(session_id)).values(turn=turn))
        return await self.held(session_id, turn)

    async def held(self, session_id: str, turn: str) -> Sequence[Message]:
        rows = await self._db.execute(
            select(messages)
            .where(
                messages.c.session_id == session_id,
                messages.c.turn == turn,
                messages.c.speaker == Speaker.PERSON,
                messages.c.erased.is_(False),
            )
            .order_by(messages.c.seq)
        )
        return [message_from(row) for row in rows.mappings()]

    async def release(self, session_id: str, turn: str) -> None:
        """The turn failed: its questions are open again, for *Retry* or the next message."""
        await self._db.execute(
            update(messages)
            .where(
                messages.c.session_id == session_id,
                messages.c.turn == turn,
                messages.c.speaker == Speaker.PERSON,
            )
            .values(turn=None)
        )

    async def answer(self, session_id: str, turn: str) -> Message | None:
        """What the agent has said in `turn`, once that is stored."""
        rows = await self._db.execute(
            select(messages).where(
                messages.c.session_id == session_id,
                messages.c.turn == turn,
                messages.c.speaker == Speaker.AGENT,
            )
        )
        row = rows.mappings().first()
        return None if row is None else message_from(row)

    async def said(self, session_id: str, platform_message: str) -> Message | None:
        """One message by the platform's id; ``None`` when there is none, or it was taken back."""
        rows = await self._db.execute(
            select(messages).where(
                messages.c.session_id == session_id,
                messages.c.platform_message == platform_message,
                messages.c.erased.is_(False),
            )
        )
        row = rows.mappings().first()
        return None if row is None else message_from(row)

    async def known(self, session_id: str, platform_message: str) -> bool:
        """Whether it was stored ever, also when it was taken back."""
        row = await self._db.execute(
            select(messages.c.id).where(
                messages.c.session_id == session_id, messages.c.platform_message == platform_message
            )
        )
        return row.first() is not None

    async def revise(self, session_id: str, platform_message: str, text: str) -> None:
        await self._db.execute(
            update(messages)
            .where(
                messages.c.session_id == session_id,
                messages.c.platform_message == platform_message,
                messages.c.erased.is_(False),
            )
            .values(text=text, aside=text.startswith("//"))
        )
        await words.renew(self._db, session_id)

    async def erase(self, session_id: str, platform_message: str) -> None:
        """The row stays so that the same event cannot bring the text back; the words are gone."""
        await self._db.execute(
            update(messages)
            .where(messages.c.session_id == session_id, messages.c.platform_message == platform_message)
            .values(text="", files=[], erased=True)
        )
        await self._erase_asked([session_id])
        await words.renew(self._db, session_id)

    async def forget(self, workspace: str, person: Person, anybody: str) -> int:
        """Erases all that the person wrote in the workspace; returns how many messages."""
        theirs = and_(
            messages.c.session_id.in_(select(sessions.c.id).where(belonging(workspace))),
            messages.c.author_team == person.team,
            messages.c.author_id == person.id,
        )
        spoken_in = sorted(await self._db.scalars(select(messages.c.session_id).where(theirs).distinct()))
        gone = await self._db.execute(
            update(messages)
            .where(theirs)
            .values(text="", files=[], erased=True, author=anybody, author_team="", author_id="")
        )
        await self._erase_asked(spoken_in)
        for session_id in spoken_in:
            await words.renew(self._db, session_id)
        return int(gone.rowcount)

    async def _erase_asked(self, session_ids: Sequence[str]) -> None:
        """What is being asked of a model may hold the words that are gone: after a crash it is written anew."""
        await self._db.execute(
            update(model_questions).where(model_questions.c.session_id.in_(session_ids)).values(body="")
        )

    async def late(self, session_id: str) -> Sequence[Message]:
        rows = await self._db.execute(
            select(messages)
            .where(
                messages.c.session_id == session_id,
                messages.c.late.is_(True),
                messages.c.erased.is_(False),
                messages.c.turn.is_(None),
            )
            .order_by(messages.c.seq)
        )
        return [message_from(row) for row in rows.mappings()]

    async def take_up_late(self, session_id: str) -> None:
        await self._db.execute(
            update(messages)
            .where(messages.c.session_id == session_id, messages.c.late.is_(True))
            .values(late=False)
        )

    async def set_files(self, message_id: int, files: Sequence[dict[str, object]]) -> None:
        await self._db.execute(update(messages).where(messages.c.id == message_id).values(files=list(files)))

    async def unread_files(self, session_id: str) -> Sequence[tuple[int, list[dict[str, object]]]]:
        """(message id, files) of the messages with files that nobody has read yet; asides stay unread."""
        rows = await self._db.execute(
            select(messages.c.id, messages.c.files).where(
                messages.c.session_id == session_id, messages.c.aside.is_(False)
            )
        )
        return [(row.id, row.files) for row in rows if any("handle" in file for file in row.files)]


def _is_open(session_id: str) -> ColumnElement[bool]:
    """A person's message that no turn has taken up and that wants an answer."""
    return and_(
        messages.c.session_id == session_id,
        messages.c.speaker == Speaker.PERSON,
        messages.c.turn.is_(None),
        messages.c.aside.is_(False),
        messages.c.late.is_(False),
        messages.c.erased.is_(False),
    )


def message_from(row: RowMapping) -> Message:
    return Message(
        id=row["id"],
        session_id=row["session_id"],
        seq=row["seq"],
        speaker=Speaker(row["speaker"]),
        author=row["author"],
        text=row["text"],
        at=row["at"],
        aside=row["aside"],
        answered=row["turn"] is not None,
        files=tuple(
            TextFile(file["name"], file["text"], file.get("cut", False))
            for file in row["files"]
            if "text" in file
        ),
        person=Person(row["author_team"], row["author_id"]),
    )
