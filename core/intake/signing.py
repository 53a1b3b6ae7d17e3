"""Signing people in through the chat, and knowing them again: links, cookies, tokens, roles.

A secret is made here, told once, and kept as its sha256: whoever reads the database cannot come in with what is there,
and a lookup by hash tells nothing by the time it takes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Protocol

from core.accounts import (
    COOKIE_DAYS,
    LINK_MINUTES,
    Caller,
    Member,
    NewToken,
    Role,
    Scope,
    SignedIn,
    Token,
    WorkspaceSettings,
)
from core.errors import PlatformError, PlatformUnavailable, RequestRefused
from core.intake.answers import Answers
from core.intents import Person, Place
from core.ports import Clock, Standing
from core.storage.accounts import Home, Known, home_of
from core.storage.unit_of_work import Database

TOKEN_PREFIX = "tw_"  # noqa: S105 -- how a token is recognised, not one
LONGEST_TOKEN_DAYS = 365
TOKEN_NAME = 100
"""Characters."""
MOST_TOKENS = 25
"""That work, of one person in one workspace."""
LONGEST_RETENTION = 3650
"""Days."""
MODEL_NAME = 200
"""Characters."""
_LONGEST_SECRET = 200
_ORDER = list(Role)
FOR_MAINTAINERS = "Only maintainers of the workspace can do this."


class Acquaintance(Protocol):
    """What of a `ChatPlatform` is needed to know who somebody is."""

    async def standing(self, workspace: str, person: Person) -> Standing: ...

    async def name_of(self, person: Person) -> str: ...


class Signing:
    """Implements `core.accounts.Accounts`. ``operators``: (platform, workspace, person's id) of those who run the
    installation. ``platforms``: by name."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        operators: AbstractSet[tuple[str, str, str]],
        platforms: Mapping[str, Acquaintance],
    ) -> None:
        self._database = database
        self._clock = clock
        self._operators = operators
        self._platforms = platforms
        self._standings: Answers[Home, Standing] = Answers(clock, self._ask)

    # ---- coming in and going out

    async def link(self, place: Place, person: Person) -> str:
        secret, home = secrets.token_urlsafe(32), Home(*home_of(place.platform, place.workspace), person)
        name = await self._name(home)
        until = self._clock.now() + timedelta(minutes=LINK_MINUTES)
        async with self._database.write() as unit:
            await unit.accounts.add_link(_hashed(secret), home, name, until)
        return secret

    async def sign_in(self, secret: str) -> SignedIn | None:
        cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        until = self._clock.now() + timedelta(days=COOKIE_DAYS)
        async with self._database.write() as unit:
            whose = await unit.accounts.use_link(_hashed(secret))
            if whose is not None:
                await unit.accounts.add_cookie(_hashed(cookie), *whose, csrf, until)
        caller = await self.by_cookie(cookie) if whose is not None else None
        return None if caller is None else SignedIn(cookie, caller, until)

    async def by_cookie(self, cookie: str) -> Caller | None:
        async with self._database.read() as unit:
            known = await unit.accounts.by_cookie(_hashed(cookie))
        return None if known is None else await self._caller(known)

    async def by_token(self, secret: str) -> Caller | None:
        if not secret.startswith(TOKEN_PREFIX):
            return None
        hashed = _hashed(secret)
        async with self._database.read() as unit:
            known = await unit.accounts.by_token(hashed)
            noted = known is None or not await unit.accounts.unused_since(hashed)
        if known is None:
            return None
        if not noted:
            async with self._database.write() as unit:
                await unit.accounts.used(hashed)
        return await self._caller(known)

    async def sign_out(self, cookie: str) -> None:
        async with self._database.write() as unit:
            await unit.accounts.drop_cookie(_hashed(cookie))

    # ---- tokens

    async def new_token(
        self, platform: str, workspace: str, person: Person, name: str, scopes: frozenset[Scope], days: int
    ) -> NewToken:
        called = _token_name(name)
        if not scopes:
            raise RequestRefused("Say what the token may: read, write, or both.", field="scopes")
        if not 1 <= days <= LONGEST_TOKEN_DAYS:
            raise RequestRefused(f"A token lives 1 to {LONGEST_TOKEN_DAYS} days.", field="days")
        home = Home(*home_of(platform, workspace), person)
        person_name = await self._name(home)
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        until = self._clock.now() + timedelta(days=days)
        async with self._database.write() as unit:
            if len(await unit.accounts.tokens(home)) >= MOST_TOKENS:
                raise RequestRefused(f"You have {MOST_TOKENS} tokens. Revoke one that is not used any more.")
            token = await unit.accounts.add_token(
                _hashed(secret), secret[:8], home, person_name, (called, scopes, until)
            )
        return NewToken(secret, token)

    async def tokens(self, platform: str, workspace: str, person: Person) -> Sequence[Token]:
        async with self._database.read() as unit:
            return await unit.accounts.tokens(Home(*home_of(platform, workspace), person))

    async def revoke(self, platform: str, workspace: str, person: Person, token_id: str) -> bool:
        async with self._database.write() as unit:
            return await unit.accounts.revoke(Home(*home_of(platform, workspace), person), token_id)

    # ---- settings and roles

    async def settings(self, caller: Caller) -> WorkspaceSettings:
        async with self._database.read() as unit:
            return await unit.accounts.settings_of(caller.platform, caller.workspace)

    async def change_settings(self, caller: Caller, settings: WorkspaceSettings) -> None:
        if not caller.maintains:
            raise RequestRefused(FOR_MAINTAINERS)
        _check(settings)
        async with self._database.write() as unit:
            await unit.accounts.set_settings(caller.platform, caller.workspace, settings)

    async def members(self, caller: Caller) -> Sequence[Member]:
        async with self._database.read() as unit:
            return await unit.accounts.members(caller.platform, caller.workspace)

    async def set_role(self, caller: Caller, person: Person, role: Role) -> None:
        if not caller.maintains:
            raise RequestRefused(FOR_MAINTAINERS)
        home = Home(caller.platform, caller.workspace, person)
        if role is not Role.MEMBER:
            await self._refuse_strangers(home)
        name = await self._name(home)
        async with self._database.write() as unit:
            now = await unit.accounts.given(home) or Role.MEMBER
            if _ORDER.index(caller.role) < max(_ORDER.index(role), _ORDER.index(now)):
                raise RequestRefused("You can give and take roles up to your own.", field="role")
            await unit.accounts.give(home, name, role)

    async def _refuse_strangers(self, home: Home) -> None:
        standing = await self._standings.about(home)
        if standing is None:
            raise RequestRefused(
                "The platform does not know this person, or cannot be asked now.", field="person"
            )
        if standing == "guest":
            raise RequestRefused("A guest of the workspace cannot be given a role.", field="person")

    async def role_of(self, platform: str, workspace: str, person: Person) -> Role | None:
        """``None``: the platform cannot be asked."""
        home = Home(*home_of(platform, workspace), person)
        if await self._standings.about(home) is None:
            return None
        async with self._database.read() as unit:
            given = await unit.accounts.given(home)
        return await self._role(home, given)

    # ---- who is who

    async def _caller(self, known: Known) -> Caller:
        home = known.home
        return Caller(
            platform=home.platform,
            workspace=home.workspace,
            person=home.person,
            name=known.name,
            role=await self._role(home, known.given),
            scopes=known.scopes,
            key=known.key,
            csrf=known.csrf,
        )

    async def _role(self, home: Home, given: Role | None) -> Role:
        """The highest of what the installation, the platform and the workspace say. While the platform says nothing,
        nobody is more than a member; and to a guest no role can have been given."""
        standing = await self._standings.about(home)
        if standing is None:
            return Role.MEMBER
        if (home.platform, home.workspace, home.person.id) in self._operators:
            return Role.OPERATOR
        if standing == "guest":
            return Role.MEMBER
        by_platform = Role.MAINTAINER if standing == "admin" else Role.MEMBER
        return max(by_platform, given or Role.MEMBER, key=_ORDER.index)

    async def _ask(self, home: Home) -> Standing:
        return await self._platform(home).standing(home.workspace, home.person)

    async def _name(self, home: Home) -> str:
        try:
            return (await self._platform(home).name_of(home.person))[:_LONGEST_SECRET]
        except PlatformError:
            return home.person.id

    def _platform(self, home: Home) -> Acquaintance:
        there = self._platforms.get(home.platform)
        if there is None:
            raise PlatformUnavailable("This platform is not connected.", detail=home.platform)
        return there


def _hashed(secret: str) -> str:
    """Of whatever somebody sent, also of what no text can be."""
    return hashlib.sha256(secret[: _LONGEST_SECRET + 1].encode(errors="surrogatepass")).hexdigest()


def _token_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or not called.isprintable():
        raise RequestRefused("Give the token a name that says what it is for.", field="name")
    if len(called) > TOKEN_NAME:
        raise RequestRefused(f"The name of a token has at most {TOKEN_NAME} characters.", field="name")
    return called


def _check(settings: WorkspaceSettings) -> None:
    model, days = settings.model, settings.retention_days
    if len(model) > MODEL_NAME or not model.isprintable() or " " in model:
        raise RequestRefused(
            f"A model has a name without spaces, at most {MODEL_NAME} characters.", field="model"
        )
    if days is not None and not 1 <= days <= LONGEST_RETENTION:
        raise RequestRefused(
            f"Sessions are kept for 1 to {LONGEST_RETENTION} days, or for ever.", field="retention_days"
        )
