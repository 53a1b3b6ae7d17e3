"""The inbox: what came in, once, and the queue of what is to be done about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.intents import Origin
from core.ports import Clock
from core.storage.locks import alone
from core.storage.tables import inbox

WAITING: Final = "waiting"
"""The work of a message that came before its thread was known."""

State = Literal["none", "waiting", "open", "taken", "ended"]
"""``none``: nothing to do, only remembered so that it is not taken up again. ``waiting``: for its thread to become
known. ``open`` -> ``taken`` (by a process) -> ``ended``."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do. ``workflow``: the name of what does it durably."""

    id: int
    work: str
    session_id: str | None
    args: dict[str, Any]
    workflow: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A work that somebody has. ``by``: whose it is. ``starts``: how often it was begun."""

    work: Work
    by: str
    starts: int


class Inbox:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    # ---- what came in

    async def seen(self, origin: Origin) -> bool:
        """Whether this event, or the same gesture under its other key, is here already."""
        keys = [origin.event_key] + ([origin.alias_key] if origin.alias_key else [])
        row = await self._db.execute(
            select(inbox.c.id).where(
                inbox.c.platform == origin.place.platform,
                inbox.c.event_key.in_(keys) | inbox.c.alias_key.in_(keys),
            )
        )
        return row.first() is not None

    async def add(self, origin: Origin, work: str, session_id: str | None, args: dict[str, Any]) -> int:
        """`work` empty: nothing to do."""
        row = await self._db.execute(
            inbox.insert()
            .values(
                platform=origin.place.platform,
                event_key=origin.event_key,
                alias_key=origin.alias_key,
                work=work,
                session_id=session_id,
                args=args,
                received_at=self._clock.now(),
                workspace=origin.place.workspace,
                state=_first_state(work),
            )
            .returning(inbox.c.id)
        )
        return int(row.scalar_one())

    async def waiting(self, platform: str) -> Sequence[Work]:
        """Messages that came before their thread was known."""
        rows = await self._db.execute(
            select(inbox).where(inbox.c.platform == platform, inbox.c.state == "waiting").order_by(inbox.c.id)
        )
        return [_work(row) for row in rows.mappings()]

    async def drop_waiting(self, before: datetime) -> None:
        """Forgets what waited for a card that never came."""
        await self._db.execute(
            update(inbox)
            .where(inbox.c.state == "waiting", inbox.c.received_at < before)
            .values(work="", args={}, state="none")
        )

    async def become(self, work_id: int, work: str, session_id: str | None) -> None:
        """A waiting event has found its session: it is `work` now. Empty: it belongs to none, and is forgotten."""
        await self._db.execute(
            update(inbox)
            .where(inbox.c.id == work_id)
            .values(work=work, session_id=session_id, args={}, state=_first_state(work))
        )

    # ---- what is to be done

    async def take(
        self, taker: str, *, ordered: Collection[str], lanes: int, errands: int, workspace: int
    ) -> Sequence[Work]:
        """Up to `lanes` works of the kinds `ordered`, of each session the oldest one and none while another of it is
        taken, and up to `errands` others. Workspaces in which least is going on come first, and of no workspace more
        than `workspace` are taken at a time, by all takers together. From now on they are `taker`'s. Needs a transaction
        that writes."""
        await alone(self._db, "take")  # two that choose at once would both see a lane as free
        chosen = await self.choice(ordered=ordered, lanes=lanes, errands=errands, workspace=workspace)
        for work in chosen:
            await self._db.execute(
                update(inbox)
                .where(inbox.c.id == work.id)
                .values(state="taken", taken_by=taker, starts=1, workflow=work.workflow)
            )
        return chosen

    async def choice(
        self, *, ordered: Collection[str], lanes: int, errands: int, workspace: int
    ) -> Sequence[Work]:
        """What `take` would take now."""
        in_lane = and_(inbox.c.session_id.is_not(None), inbox.c.work.in_(ordered))
        return [
            *await self._fair(_is_next(in_lane), in_lane, lanes, workspace),
            *await self._fair(not_(in_lane), not_(in_lane), errands, workspace),
        ]

    async def _fair(
        self, may_go: ColumnElement[bool], counted: ColumnElement[bool], most: int, each: int
    ) -> Sequence[Work]:
        """Of the open works that `may_go`, those of the workspaces with the fewest `counted` ones under way."""
        if most <= 0:
            return []
        whose = (inbox.c.platform, inbox.c.workspace)
        place = func.row_number().over(partition_by=whose, order_by=inbox.c.id).label("place")
        line = select(inbox, place).where(inbox.c.state == "open", may_go).subquery()
        busy = (
            select(*whose, func.count().label("busy"))
            .where(inbox.c.state == "taken", counted)
            .group_by(*whose)
            .subquery()
        )
        there = and_(line.c.platform == busy.c.platform, line.c.workspace == busy.c.workspace)
        rank = func.coalesce(busy.c.busy, 0) + line.c.place
        rows = await self._db.execute(
            select(line)
            .select_from(line.outerjoin(busy, there))
            .where(rank <= each)
            .order_by(rank, line.c.id)
            .limit(most)
        )
        return [_work(row) for row in rows.mappings()]

    async def taken(self) -> Sequence[Taken]:
        """What is under way, by whoever has it."""
        rows = await self._db.execute(select(inbox).where(inbox.c.state == "taken").order_by(inbox.c.id))
        return [Taken(_work(row), str(row["taken_by"]), row["starts"]) for row in rows.mappings()]

    async def renamed(self, taken: Taken, taker: str) -> Work | None:
        """What does it durably has come to an end without doing it: the work with the name of another one, which is
        `taker`'s to begin. ``None``: it has been begun meanwhile."""
        work = taken.work
        plain, now = work.workflow.partition("+")[0], self._clock.now().timestamp()
        begun = replace(work, workflow=f"{plain}+{now:.3f}")
        row = await self._db.execute(
            update(inbox)
            .where(
                inbox.c.id == work.id,
                inbox.c.state == "taken",
                inbox.c.workflow == work.workflow,
                inbox.c.starts == taken.starts,
            )
            .values(taken_by=taker, workflow=begun.workflow, starts=taken.starts + 1)
            .returning(inbox.c.id)
        )
        return begun if row.first() else None

    async def retake(self, work: Work, taker: str, *, before: str | None = None) -> int | None:
        """The work is `taker`'s from now on, if it was the one's who had it `before`; returns how often it was begun,
        this time included. ``None``: it is not, or has ended, or something else does it now."""
        mine = and_(inbox.c.id == work.id, inbox.c.state == "taken", inbox.c.workflow == work.workflow)
        if before is not None:
            mine = and_(mine, inbox.c.taken_by == before)
        row = await self._db.execute(
            update(inbox)
            .where(mine)
            .values(taken_by=taker, starts=inbox.c.starts + 1)
            .returning(inbox.c.starts)
        )
        starts: int | None = row.scalar_one_or_none()
        return starts

    async def ended(self, work_id: int, workflow: str | None = None) -> None:
        """Nothing is to be done about it any more; what people wrote does not stay here. ``workflow``: only if it is the
        one that does it; another one may have been given the work meanwhile."""
        mine = inbox.c.id == work_id
        if workflow is not None:
            mine = and_(mine, inbox.c.workflow == workflow)
        await self._db.execute(update(inbox).where(mine).values(state="ended", args={}))


def _first_state(work: str) -> State:
    if work == WAITING:
        return "waiting"
    return "open" if work else "none"


def _is_next(in_lane: ColumnElement[bool]) -> ColumnElement[bool]:
    """The oldest of its session that waits, and none of the session is taken. Looks at what is not over alone, however
    much has ended."""
    oldest = select(func.min(inbox.c.id)).where(inbox.c.state == "open", in_lane).group_by(inbox.c.session_id)
    busy = select(inbox.c.session_id).where(inbox.c.state == "taken", in_lane)
    return and_(in_lane, inbox.c.id.in_(oldest), inbox.c.session_id.not_in(busy))


def _work(row: Any) -> Work:
    # With the time, since a store that was restored gives ids again that the durable engine may know.
    name = row["workflow"] or f"event:{row['id']}:{row['received_at'].timestamp():.6f}"
    return Work(row["id"], row["work"], row["session_id"], row["args"], name)
