"""Who may come in from outside of the chat: links, cookies, tokens by their hashes, roles, and what workspaces set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.accounts import Member, Role, Scope, Token, WorkspaceSettings
from core.intents import Person
from core.ports import Clock, Ids
from core.storage.tables import (
    api_tokens,
    member_roles,
    sign_in_links,
    web_sessions,
    workspace_settings,
)
from core.vocabulary import Language

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Home:
    """A person where they belong: in a workspace of a chat platform, never of `web`."""

    platform: str
    workspace: str
    person: Person


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose secret was recognised. ``given``: the role that was given here, ``None`` without one.
    ``csrf``: empty for tokens."""

    home: Home
    name: str
    given: Role | None
    scopes: frozenset[Scope]
    key: str
    csrf: str = ""


class Accounts:
    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids) -> None:
        self._db = connection
        self._clock = clock
        self._ids = ids

    # ---- links and cookies

    async def add_link(self, hashed: str, home: Home, name: str, until: datetime) -> None:
        """Forgets the links and cookies that are over, too."""
        now = self._clock.now()
        for table in (sign_in_links, web_sessions):
            await self._db.execute(delete(table).where(table.c.expires_at < now))
        await self._db.execute(
            insert(sign_in_links).values(hash=hashed, **_who(home), name=name, expires_at=until)
        )

    async def use_link(self, hashed: str) -> tuple[Home, str] | None:
        """Whose link it was, and their name; for one of all who try."""
        now = self._clock.now()
        rows = await self._db.execute(
            update(sign_in_links)
            .where(
                sign_in_links.c.hash == hashed,
                sign_in_links.c.used_at.is_(None),
                sign_in_links.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(*sign_in_links.c)
        )
        row = rows.mappings().first()
        return None if row is None else (_home(row), row["name"])

    async def add_cookie(self, hashed: str, home: Home, name: str, csrf: str, until: datetime) -> None:
        now = self._clock.now()
        await self._db.execute(
            insert(web_sessions).values(
                hash=hashed, **_who(home), name=name, csrf=csrf, created_at=now, expires_at=until
            )
        )

    async def known_name(self, person: Person) -> str:
        """The name under which somebody signed in last; empty when they never did."""
        found = await self._db.scalar(
            select(web_sessions.c.name)
            .where(web_sessions.c.person_team == person.team, web_sessions.c.person_id == person.id)
            .order_by(web_sessions.c.created_at.desc())
            .limit(1)
        )
        return found or ""

    async def by_cookie(self, hashed: str) -> Known | None:
        row = await self._with_role(
            web_sessions, (web_sessions.c.hash == hashed) & (web_sessions.c.expires_at > self._clock.now())
        )
        if row is None:
            return None
        return Known(
            _home(row), row["name"], _given(row), frozenset(Scope), f"cookie:{hashed[:24]}", row["csrf"]
        )

    async def drop_cookie(self, hashed: str) -> None:
        await self._db.execute(delete(web_sessions).where(web_sessions.c.hash == hashed))

    # ---- tokens

    async def add_token(
        self,
        hashed: str,
        hint: str,
        home: Home,
        person_name: str,
        token: tuple[str, frozenset[Scope], datetime],
    ) -> Token:
        """``token``: its name, what it may, and until when."""
        name, scopes, until = token
        made = Token(self._ids.new(), name, hint, scopes, self._clock.now(), until)
        await self._db.execute(
            insert(api_tokens).values(
                id=made.id,
                hash=hashed,
                hint=hint,
                name=name,
                **_who(home),
                person_name=person_name,
                scopes=" ".join(sorted(scopes)),
                created_at=made.made_at,
                expires_at=until,
            )
        )
        return made

    async def by_token(self, hashed: str) -> Known | None:
        row = await self._with_role(api_tokens, (api_tokens.c.hash == hashed) & self._works())
        if row is None:
            return None
        return Known(_home(row), row["person_name"], _given(row), _scopes(row), f"token:{row['id']}")

    async def unused_since(self, hashed: str) -> bool:
        """Whether the use of a token is to be noted: to the minute is enough."""
        noted = await self._db.scalar(select(api_tokens.c.used_at).where(api_tokens.c.hash == hashed))
        return noted is None or self._clock.now() - noted >= _MINUTE

    async def used(self, hashed: str) -> None:
        now = self._clock.now().replace(second=0, microsecond=0)
        await self._db.execute(update(api_tokens).where(api_tokens.c.hash == hashed).values(used_at=now))

    async def tokens(self, home: Home) -> Sequence[Token]:
        rows = await self._db.execute(
            select(api_tokens).where(_of(api_tokens, home), self._works()).order_by(api_tokens.c.id.desc())
        )
        return [
            Token(
                row["id"],
                row["name"],
                row["hint"],
                _scopes(row),
                row["created_at"],
                row["expires_at"],
                row["used_at"],
            )
            for row in rows.mappings()
        ]

    async def revoke(self, home: Home, token_id: str) -> bool:
        gone = await self._db.execute(
            update(api_tokens)
            .where(_of(api_tokens, home), self._works(), api_tokens.c.id == token_id)
            .values(revoked_at=self._clock.now())
        )
        return bool(gone.rowcount)

    def _works(self) -> ColumnElement[bool]:
        return and_(api_tokens.c.revoked_at.is_(None), api_tokens.c.expires_at > self._clock.now())

    async def _with_role(self, table: Table, condition: ColumnElement[bool]) -> RowMapping | None:
        same = [table.c[name] == member_roles.c[name] for name in _WHO]
        rows = await self._db.execute(
            select(*table.c, member_roles.c.role.label("given"))
            .select_from(table.outerjoin(member_roles, and_(*same)))
            .where(condition)
        )
        return rows.mappings().first()

    # ---- roles and settings

    async def given(self, home: Home) -> Role | None:
        """The role that this person was given here."""
        role = await self._db.scalar(select(member_roles.c.role).where(_of(member_roles, home)))
        return None if role is None else Role(role)

    async def give(self, home: Home, name: str, role: Role) -> None:
        """`MEMBER` takes it away."""
        await self._db.execute(delete(member_roles).where(_of(member_roles, home)))
        if role is not Role.MEMBER:
            await self._db.execute(insert(member_roles).values(**_who(home), name=name, role=role))

    async def members(self, platform: str, workspace: str) -> Sequence[Member]:
        rows = await self._db.execute(
            select(member_roles)
            .where(member_roles.c.platform == platform, member_roles.c.workspace == workspace)
            .order_by(func.lower(member_roles.c.name), member_roles.c.person_id)
        )
        return [Member(_home(row).person, row["name"], Role(row["role"])) for row in rows.mappings()]

    async def settings_of(self, platform: str, workspace: str) -> WorkspaceSettings:
        """Of the workspace that this one is or belongs to."""
        rows = await self._db.execute(select(workspace_settings).where(_workspace(platform, workspace)))
        row = rows.mappings().first()
        if row is None:
            return WorkspaceSettings()
        return WorkspaceSettings(
            row["model"], row["maintainers_only"], row["retention_days"], Language(row["language"])
        )

    async def set_settings(self, platform: str, workspace: str, settings: WorkspaceSettings) -> None:
        await self._db.execute(delete(workspace_settings).where(_workspace(platform, workspace)))
        await self._db.execute(
            insert(workspace_settings).values(
                platform=platform,
                workspace=workspace,
                model=settings.model,
                maintainers_only=settings.maintainers_only,
                retention_days=settings.retention_days,
                language=settings.language,
            )
        )

    async def retentions(self) -> Sequence[tuple[str, str, int]]:
        """(platform, workspace, days) of the workspaces that keep their sessions only so long."""
        rows = await self._db.execute(
            select(
                workspace_settings.c.platform,
                workspace_settings.c.workspace,
                workspace_settings.c.retention_days,
            ).where(workspace_settings.c.retention_days.is_not(None))
        )
        return [(row.platform, row.workspace, row.retention_days) for row in rows]


_WHO = ("platform", "workspace", "person_team", "person_id")


def home_of(platform: str, workspace: str) -> tuple[str, str]:
    """The workspace of a chat platform to which one of `web` belongs (`slack:T1`); any other belongs to itself."""
    if platform != "web":
        return platform, workspace
    platform, _, workspace = workspace.partition(":")
    return platform, workspace


def _who(home: Home) -> dict[str, str]:
    return dict(zip(_WHO, (home.platform, home.workspace, home.person.team, home.person.id), strict=True))


def _home(row: RowMapping) -> Home:
    return Home(row["platform"], row["workspace"], Person(row["person_team"], row["person_id"]))


def _of(table: Table, home: Home) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _who(home).items()))


def _workspace(platform: str, workspace: str) -> ColumnElement[bool]:
    platform, workspace = home_of(platform, workspace)
    return and_(workspace_settings.c.platform == platform, workspace_settings.c.workspace == workspace)


def _given(row: RowMapping) -> Role | None:
    return None if row["given"] is None else Role(row["given"])


def _scopes(row: Any) -> frozenset[Scope]:
    return frozenset(Scope(one) for one in row["scopes"].split())
