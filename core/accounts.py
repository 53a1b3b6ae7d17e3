"""Who somebody is outside of the chat: links to sign in, cookies, API tokens, roles, and what a workspace has set.

People sign in through the platform that they use already: the chat gives a person a link, and whoever opens it is that
person. Secrets are handed out once and stored hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.intents import Person, Place
from core.vocabulary import Language

LINK_MINUTES = 10
"""A link to sign in lives so long, and works once."""
COOKIE_DAYS = 14
TOKEN_DAYS = 90
"""What a token lives when nobody says otherwise; 365 at most."""


class Role(StrEnum):
    """Stored: never rename one. Each may what the one before may."""

    MEMBER = "member"
    MAINTAINER = "maintainer"
    OPERATOR = "operator"


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who was recognised. ``platform``, ``workspace``: where they belong, and all that they ever reach.
    ``key``: of the cookie or token, for idempotency and rate limits; no secret. ``csrf``: what forms of this sign-in
    must bring along, empty for tokens."""

    platform: str
    workspace: str
    person: Person
    name: str
    role: Role
    scopes: frozenset[Scope]
    key: str
    csrf: str = ""

    @property
    def maintains(self) -> bool:
        return self.role is not Role.MEMBER


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``cookie``: the secret, told once."""

    cookie: str
    caller: Caller
    until: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as it may be shown. ``hint``: its first characters. ``used_at``: last, to the minute."""

    id: str
    name: str
    hint: str
    scopes: frozenset[Scope]
    made_at: datetime
    until: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewToken:
    """``secret``: told once."""

    secret: str
    token: Token


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """``model``: "" takes the installation's. ``maintainers_only``: who may generate. ``retention_days``: after so many
    days without a word a session is deleted; ``None``: never. ``language``: what *generate* takes when nobody says."""

    model: str = ""
    maintainers_only: bool = False
    retention_days: int | None = None
    language: Language = Language.AUTO


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role above member that was given here, not by the platform."""

    person: Person
    name: str
    role: Role


class Accounts(Protocol):
    """Raises RequestRefused for what a person may not do or wrote wrongly, with a sentence for them."""

    async def link(self, place: Place, person: Person) -> str:
        """A fresh secret for a link that signs this person in, once, within `LINK_MINUTES`."""
        ...

    async def sign_in(self, secret: str) -> SignedIn | None:
        """Uses the link up. ``None``: it is unknown, too old, or was used."""
        ...

    async def by_cookie(self, cookie: str) -> Caller | None: ...

    async def by_token(self, secret: str) -> Caller | None: ...

    async def sign_out(self, cookie: str) -> None: ...

    async def new_token(
        self, platform: str, workspace: str, person: Person, name: str, scopes: frozenset[Scope], days: int
    ) -> NewToken: ...

    async def tokens(self, platform: str, workspace: str, person: Person) -> Sequence[Token]:
        """Those that still work, the newest first."""
        ...

    async def revoke(self, platform: str, workspace: str, person: Person, token_id: str) -> bool:
        """Whether there was one of this person by that id."""
        ...

    async def settings(self, caller: Caller) -> WorkspaceSettings: ...

    async def change_settings(self, caller: Caller, settings: WorkspaceSettings) -> None:
        """For maintainers."""
        ...

    async def members(self, caller: Caller) -> Sequence[Member]: ...

    async def set_role(self, caller: Caller, person: Person, role: Role) -> None:
        """For maintainers, up to their own role."""
        ...
